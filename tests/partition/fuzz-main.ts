import { parseArgs } from 'node:util';
import { registry } from '../../src/ops/index.ts';
import { differenceOf } from './random/check.ts';
import { opCounts, type RandomProgram, randomProgram } from './random/program.ts';
import { randomSample, whyNotPartitioned } from './random/sample.ts';
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
/** Collectives before those that options make. */
const collectives = new Map<string, number>();
const leftOut = new Map<string, string[]>();
for (const d of registry.all) {
  const why = whyNotPartitioned(d);
  if (why && !d.name.startsWith('sdy.')) leftOut.set(why, [...(leftOut.get(why) ?? []), d.name]);
}
let count = 0;
const shown: string[] = [];
function programAt(at: number, i: number): RandomProgram {
  if (i % 10 === 9) return randomTraining(at, 1 + (i % 5));
  if (i % 10 === 4 || i % 10 === 8) return randomSample(at);
  return randomProgram(at, 1 + (i % 8));
}
for (let i = 0; i < cases; i++) {
  // Of ten cases, one is a training step with its gradients, two are single ops on their samples.
  const at = seed * 1_000_003 + i;
  const program = programAt(at, i);
  devices.set(program.mesh.size, (devices.get(program.mesh.size) ?? 0) + 1);
  for (const [name, n] of opCounts(program.module)) ops.set(name, (ops.get(name) ?? 0) + n);
  const difference = differenceOf(program, ({ report }) => {
    for (const { kind } of report.collectives) collectives.set(kind, (collectives.get(kind) ?? 0) + 1);
  });
  if (difference === undefined) continue;
  count++;
  if (shown.length < Number(values.show ?? 3)) shown.push(`case ${i}: ${differenceOf(shrunk(program))}`);
}
const sorted = <K>(m: Map<K, number>): object => Object.fromEntries([...m].sort(([a], [b]) => (a < b ? -1 : 1)));
const figures = {
  seed,
  cases,
  devices: sorted(devices),
  ops: sorted(ops),
  collectives: sorted(collectives),
  withoutSample: Object.fromEntries(leftOut),
  differences: count,
};
console.log(JSON.stringify(figures, null, 1));
for (const d of shown) console.log(`\n${d}`);
process.exitCode = count > 0 ? 1 : 0;
