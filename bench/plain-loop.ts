import { createEngine, jit, np, type Tensor } from '../src/index.ts';

/*
 * A loop that keeps only its newest result, of 1 MiB, and reads a number in every step: prints the most memory the process ever had,
 * as JSON. `npx tsx bench/plain-loop.ts [engine] [steps]`
 */
const MIB = 2 ** 20;
const engine = createEngine(process.argv[2]);
const steps = Number(process.argv[3] ?? 100_000);
const step = jit(
  (x: Tensor) => {
    const y = x.mul(0.5).add(1);
    return [y, y.mean()] as const;
  },
  { engine },
);
let x: Tensor = np.zeros([MIB / 4]);
let mostBytes = 0;
const start = performance.now();
for (let i = 0; i < steps; i++) {
  const [y, mean] = step(x);
  x = y;
  await mean.item();
  if (i % 100 === 0) mostBytes = Math.max(mostBytes, process.memoryUsage().rss);
}
const timeMsPerStep = (performance.now() - start) / steps;
console.log(
  JSON.stringify({
    engine: engine.name,
    steps,
    mostMib: Math.round(mostBytes / MIB),
    timeMsPerStep: Number(timeMsPerStep.toFixed(3)),
  }),
);
