import { parseArgs } from 'node:util';
import { EspalierError } from '../../src/base/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { randomAnyType } from './random/any-type.ts';
import { differenceOf } from './random/check.ts';
import { randomIndexed } from './random/indexed.ts';
import { differenceOnEngine } from './random/on-engine.ts';
import { opCounts, type RandomProgram, randomProgram } from './random/program.ts';
import { randomSample, whyNotPartitioned } from './random/sample.ts';
import { shrunk } from './random/shrink.ts';
import { randomTraining } from './random/training.ts';

/*
 * npm run fuzz:partition -- --cases 20000 --seed 1 [--show 3] [--engine cpu]
 * Partitions random programs, runs them on simulated devices (or those of an engine) and compares with the whole program:
 * exactly, gradients and engines within 1e-4. Prints JSON, then the first differences, shrunk.
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string' },
    seed: { type: 'string' },
    show: { type: 'string' },
    engine: { type: 'string' },
  },
});
const [cases, seed, show] = [Number(values.cases ?? 1000), Number(values.seed ?? 1), Number(values.show ?? 3)];

/** Of ten cases, one is a training step with its gradients, five are single ops: on their samples, at computed positions, of any type. */
function programAt(i: number): RandomProgram {
  const at = seed * 1_000_003 + i;
  if (i % 10 === 9) return randomTraining(at, 1 + (i % 5));
  if (i % 10 === 4 || i % 10 === 8) return randomSample(at);
  if (i % 10 === 2 || i % 10 === 7) return randomIndexed(at);
  if (i % 10 === 6) return randomAnyType(at);
  return randomProgram(at, 1 + (i % 8));
}

/** Counts by name. */
class Counts<K> {
  readonly #counts = new Map<K, number>();
  add(name: K, n = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + n);
  }
  get sorted(): object {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

async function main(): Promise<void> {
  const engine = values.engine && values.engine !== 'reference' ? createEngine(values.engine) : undefined;
  const [devices, ops, collectives, unsupported] = [
    new Counts<number>(),
    new Counts<string>(),
    new Counts<string>(),
    new Counts<string>(),
  ];
  const shown: string[] = [];
  let differences = 0;
  for (let i = 0; i < cases; i++) {
    const program = programAt(i);
    devices.add(program.mesh.size);
    for (const [name, n] of opCounts(program.module)) ops.add(name, n);
    let difference: string | undefined;
    if (engine) {
      try {
        const relative = await differenceOnEngine(program, engine);
        difference = relative < 1e-4 ? undefined : `differs by ${relative}`;
      } catch (error) {
        if (error instanceof EspalierError) unsupported.add(error.message);
        else difference = String(error);
      }
    } else
      difference = differenceOf(program, ({ report }) => {
        for (const { kind } of report.collectives) collectives.add(kind);
      });
    if (difference === undefined) continue;
    differences++;
    if (shown.length < show) shown.push(`case ${i}: ${engine ? difference : differenceOf(shrunk(program))}`);
  }
  const withoutSample: Record<string, string[]> = {};
  for (const d of registry.all) {
    const why = whyNotPartitioned(d);
    if (!why || d.name.startsWith('sdy.')) continue;
    withoutSample[why] ??= [];
    withoutSample[why].push(d.name);
  }
  const figures = {
    seed,
    cases,
    engine: values.engine ?? 'reference',
    devices: devices.sorted,
    ops: ops.sorted,
    ...(engine ? { unsupported: unsupported.sorted } : { collectives: collectives.sorted }),
    withoutSample,
    differences,
  };
  console.log(JSON.stringify(figures, null, 1));
  for (const d of shown) console.log(`\n${d}`);
  await engine?.close();
  process.exitCode = differences > 0 ? 1 : 0;
}

await main();
