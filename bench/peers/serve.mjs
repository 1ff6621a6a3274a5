import { createInterface } from 'node:readline';

/** The protocol of bench/participants: one JSON line when ready, then a time in milliseconds for every line read. */
export async function serve(peer, run) {
  const started = performance.now();
  await run();
  console.log(JSON.stringify({ peer, compileTimeMs: Math.round(performance.now() - started) }));
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === 'memory') {
      console.log(process.resourceUsage().maxRSS * 1024);
      continue;
    }
    const begin = performance.now();
    await run();
    console.log(performance.now() - begin);
  }
  process.exit(0);
}

/** The same numbers for every participant. */
export function filled(size) {
  let state = 1;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}
