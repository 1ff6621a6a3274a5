import { parseArgs } from 'node:util';
import { differenceOf } from './random/check.ts';
import { opCounts, randomProgram } from './random/program.ts';
import { shrunk } from './random/shrink.ts';
import { randomTraining } from './random/training.ts';

/*
 * npm run fuzz:partition -- --cases 20000 --seed 1 [--show 3]
 * Partitions random programs, runs them on simulated devices and compares with the whole program: exactly, gradients within
 * 1e-4. Prints JSON, then the first differences, shrunk.
 */
const { values } = parseArgs({
  options: { cases: { type: 'string' }, seed: { type: 'string' }, show: { type: 'string' } },
});
const cases = Number(values.cases ?? 1000);
const seed = Number(values.seed ?? 1);
const devices = new Map<number, number>();
const ops = new Map<string, number>();
let count = 0;
const shown: string[] = [];
for (let i = 0; i < cases; i++) {
  // Every tenth case is a training step with its gradients.
  const at = seed * 1_000_003 + i;
  const program = i % 10 === 9 ? randomTraining(at, 1 + (i % 5)) : randomProgram(at, 1 + (i % 8));
  devices.set(program.mesh.size, (devices.get(program.mesh.size) ?? 0) + 1);
  for (const [name, n] of opCounts(program.module)) ops.set(name, (ops.get(name) ?? 0) + n);
  if (differenceOf(program) === undefined) continue;
  count++;
  if (shown.length < Number(values.show ?? 3)) shown.push(`case ${i}: ${differenceOf(shrunk(program))}`);
}
const sorted = <K>(m: Map<K, number>): object => Object.fromEntries([...m].sort(([a], [b]) => (a < b ? -1 : 1)));
console.log(JSON.stringify({ seed, cases, devices: sorted(devices), ops: sorted(ops), differences: count }, null, 1));
for (const d of shown) console.log(`\n${d}`);
process.exitCode = count > 0 ? 1 : 0;
