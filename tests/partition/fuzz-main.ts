import { parseArgs } from 'node:util';
import { differenceOf } from './random/check.ts';
import { opCounts, randomProgram } from './random/program.ts';

/*
 * npm run fuzz:partition -- --cases 20000 --seed 1 [--show 3]
 * Partitions random programs, runs them on simulated devices and compares with the whole program, exactly. Prints JSON.
 */
const { values } = parseArgs({
  options: { cases: { type: 'string' }, seed: { type: 'string' }, show: { type: 'string' } },
});
const cases = Number(values.cases ?? 1000);
const seed = Number(values.seed ?? 1);
const devices = new Map<number, number>();
const ops = new Map<string, number>();
const differences: string[] = [];
for (let i = 0; i < cases; i++) {
  const program = randomProgram(seed * 1_000_003 + i, 1 + (i % 8));
  devices.set(program.mesh.size, (devices.get(program.mesh.size) ?? 0) + 1);
  for (const [name, n] of opCounts(program.module)) ops.set(name, (ops.get(name) ?? 0) + n);
  const difference = differenceOf(program);
  if (difference) differences.push(`case ${i}: ${difference}`);
}
const sorted = <K>(m: Map<K, number>): object => Object.fromEntries([...m].sort(([a], [b]) => (a < b ? -1 : 1)));
console.log(
  JSON.stringify({ seed, cases, devices: sorted(devices), ops: sorted(ops), differences: differences.length }, null, 1),
);
for (const d of differences.slice(0, Number(values.show ?? 3))) console.log(`\n${d}`);
process.exitCode = differences.length > 0 ? 1 : 0;
