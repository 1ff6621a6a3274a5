/*
 * Programs of one op on the inputs of one of its samples, with random shardings: so that every op is partitioned.
 */
import { dtypeInfo, HostArray, isFloat } from '../../../src/base/index.ts';
import {
  Builder,
  isAbsent,
  Module,
  type Op,
  type OpDefinition,
  shardingAttr,
  type Value,
} from '../../../src/ir/index.ts';
import { registry } from '../../../src/ops/index.ts';
import { decomposeOps, passContext } from '../../../src/transform/index.ts';
import { type AnySample, sampleInputs, sampleModule } from '../../laws/samples.ts';
import { Choices } from './choices.ts';
import { randomMesh, randomSharding } from './meshes.ts';
import type { RandomProgram } from './program.ts';

/** Why an op takes no part; undefined when it does. */
export function whyNotPartitioned(d: OpDefinition): string | undefined {
  if (d.samples.length === 0) return 'it has no sample';
  if (isAbsent(d.evaluate) && isAbsent(d.decompose)) return 'the reference engine does not evaluate it';
  if (d.traits.terminator || d.traits.call) return 'it is no computation of its own';
  if (d.traits.collective || d.traits.deviceDependent) return 'it is about devices itself';
  if (d.traits.sideEffect) return 'it has side effects';
  if (d.name.startsWith('sdy.')) return 'it is part of the partitioner';
  return undefined;
}

const candidates: readonly (readonly [OpDefinition, AnySample])[] = registry.all
  .filter((d) => whyNotPartitioned(d) === undefined)
  .flatMap((d) => d.samples.filter((s) => (s.numDevices ?? 1) === 1).map((s) => [d, s as AnySample] as const));

/** Ops that samples cover. */
export const sampledOps: readonly string[] = [...new Set(candidates.map(([d]) => d.name))].sort();

/** Narrow floats as small integers: their sums would depend on the order of the terms. */
function exact(x: HostArray): HostArray {
  if (!isFloat(x.dtype) || dtypeInfo(x.dtype).bits >= 32) return x;
  return HostArray.from(
    x.dtype,
    x.shape,
    x.toNumbers().map((n) => Math.round(n)),
  );
}

export function randomSample(seed: number): RandomProgram {
  const c = new Choices(seed);
  const [definition, sample] = c.pick(candidates);
  const mesh = randomMesh(c);
  const { func } = sampleModule(definition, sample);
  const annotate = (v: Value): object =>
    v.type.kind === 'tensor' && c.chance(0.7)
      ? { 'sdy.sharding': shardingAttr(randomSharding(c, v.shape.length, mesh)) }
      : {};
  const main = func.with({
    argAttributes: func.args.map((a) => annotate(a) as never),
    resultAttributes: func.results.map((r) => annotate(r) as never),
  });
  const declaration = new Builder(registry).create('sdy.mesh', [], { symName: 'mesh', mesh });
  const decomposes = (op: Op): boolean => isAbsent(op.definition.evaluate);
  const ctx = passContext({ registry, target: { decomposes } });
  const module = decomposeOps(new Module([main], { symbols: [declaration] }), ctx);
  return { module, mesh, args: sampleInputs(sample, seed % 1000).map(exact), tolerance: 1e-5 };
}
