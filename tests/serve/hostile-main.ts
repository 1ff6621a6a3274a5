import fc from 'fast-check';
import { startServer } from './fake-server.ts';
import { attack, attacked, hostile } from './hostile.ts';

/*
 * Thousands of hostile requests to a server in this process: what it answered, and what is left of them. Ends with 1 for a 5xx, a call that is still there, or
 * memory that grew.
 *   npm run fuzz:serve -- 10000 1        (requests, seed)
 */

const [count = 10_000, seed = 1] = process.argv.slice(2).map(Number);
const s = await startServer({}, { requestTimeoutMs: 2000 }, attacked.engine, attacked.model);
const port = Number(new URL(s.url).port);
const statuses = new Map<number, number>();
const failures: string[] = [];
const heapMiB = (): number => {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
};
const heaps: number[] = [];
for (let at = 0; at < count; at += 1000) {
  const all = fc.sample(hostile, { numRuns: Math.min(1000, count - at), seed: seed + at });
  for (let i = 0; i < all.length; i += 40)
    await Promise.all(
      all.slice(i, i + 40).map(async (h) => {
        try {
          const status = await attack(port, h, 20_000);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          if (status >= 500) failures.push(`${status} for ${h.kind}: ${h.bytes.toString('latin1').slice(0, 2000)}`);
        } catch (error) {
          failures.push(String(error));
        }
      }),
    );
  s.logged.length = 0;
  heaps.push(heapMiB());
}
const isWell = (await fetch(`${s.url}/health`)).status === 200;
const { numRunning, numWaiting, numUsedPages } = s.engine.state;
const left = { numRunning, numWaiting, numUsedPages };
const sockets = await new Promise<number>((done) => s.server.app.server.getConnections((_, n) => done(n)));
console.log(
  JSON.stringify({
    count,
    seed,
    statuses: Object.fromEntries(statuses),
    isWell,
    left,
    sockets,
    heapMiB: heaps,
    failures: failures.length,
  }),
);
for (const f of failures.slice(0, 5)) console.error(f);
await s.close();
// The first thousand fills caches.
const grew = heaps.length > 2 && heaps[heaps.length - 1] > 1.5 * heaps[1] + 20;
process.exit(failures.length > 0 || !isWell || numRunning + numWaiting + numUsedPages > 0 || grew ? 1 : 0);
