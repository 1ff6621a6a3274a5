import { createEngine, jit, np, type Tensor, tree } from '../src/index.ts';
import { median } from './measure.ts';

/* What one warm call of a jitted function with many leaves costs, beyond the work: prints JSON, times in milliseconds. */

const LEAVES = 400;
const ROUNDS = 15;
const CALLS = 200;
const params = Object.fromEntries(
  Array.from({ length: LEAVES / 4 }, (_, i) => [
    `layer${i}`,
    { w: np.ones([4]), b: np.ones([4]), scale: np.ones([4]), shift: np.ones([4]) },
  ]),
);
const engine = createEngine(process.argv[2]);
const pick = jit((p: typeof params) => np.add(p.layer0.w, p.layer99.b), { engine });
const all = jit((p: typeof params) => tree.map((t: Tensor) => np.add(t, 1), p), { engine });
await pick(params).ready();
const first = (tree.leaves(all(params)) as Tensor[])[0];
await first.ready();

async function timeMs(f: () => Tensor): Promise<number> {
  const times: number[] = [];
  for (let r = 0; r < ROUNDS; r++) {
    const start = performance.now();
    let last: Tensor | undefined;
    for (let i = 0; i < CALLS; i++) last = f();
    times.push((performance.now() - start) / CALLS);
    await last!.ready();
  }
  return median(times);
}
console.log(
  JSON.stringify({
    engine: engine.name,
    leaves: LEAVES,
    oneResultMs: Number((await timeMs(() => pick(params))).toFixed(4)),
    manyResultsMs: Number((await timeMs(() => all(params).layer0.w as Tensor)).toFixed(4)),
  }),
);
