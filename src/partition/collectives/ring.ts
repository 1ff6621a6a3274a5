/*
 * Loops in which devices of a group pass values around a ring.
 */
import { Builder, type Op, type TensorType, tensorType, type Value } from '../../ir/index.ts';
import {
  add,
  compare,
  constantScalar,
  convert,
  dynamicSlice,
  dynamicUpdateSlice,
  mul,
  rem,
  sub,
  tableEntry,
  zerosLike,
} from '../../ops/index.ts';
import type { Rewriter } from '../rewrite.ts';

const i32 = tensorType('i32', []);

/** What a step of the loop may use. `n` devices of a group are numbered in the order of the group. */
export interface Ring {
  readonly builder: Builder;
  /** Number of the step, from 0 to n - 1. */
  readonly step: Value;
  /** (own number + value) mod n */
  readonly plus: (value: Value) => Value;
  /** (own number + n - 1 - value) mod n */
  readonly minus: (value: Value) => Value;
  /** Sends to the device `by` places further (1 or -1). */
  readonly shift: (x: Value, by: 1 | -1) => Value;
  readonly zeros: (type: TensorType) => Value;
  /** Elements `[block · size, (block + 1) · size)` of a dimension. */
  readonly block: (x: Value, dim: number, block: Value, size: number) => Value;
  /** `whole` with `part` as that block of a dimension. */
  readonly place: (whole: Value, part: Value, dim: number, block: Value) => Value;
}

export interface RingSteps {
  /** Values carried from step to step. */
  readonly start: (ring: Ring) => Value[];
  /** One of n - 1 steps. */
  readonly step: (ring: Ring, carried: readonly Value[]) => Value[];
  /** The step after which nothing is sent. */
  readonly last: (ring: Ring, carried: readonly Value[]) => Value[];
}

/** Emits a loop over the groups of a collective; returns the carried values after the last step. */
export function emitRing(rewriter: Rewriter, collective: Op, steps: RingSteps): readonly Value[] {
  const a = collective.attributes as {
    replicaGroups: readonly (readonly number[])[];
    channelHandle: { handle: number; type: number };
  };
  const n = a.replicaGroups[0].length;
  const outside = new Builder(rewriter.registry);
  outside.location = rewriter.location;
  const constant = (b: Builder, value: number): Value => constantScalar(b, 'i32', value);
  const own = ownNumber(outside, a.replicaGroups);
  const ring = (b: Builder, step: Value): Ring => {
    const wrapped = (value: Value): Value => rem(b, value, constant(b, n));
    const offsets = (x: Value, dim: number, block: Value, size: number): Value[] =>
      x.shape.map((_, d) => (d === dim ? mul(b, block, constant(b, size)) : constant(b, 0)));
    return {
      builder: b,
      step,
      plus: (value) => wrapped(add(b, own, value)),
      minus: (value) => wrapped(sub(b, add(b, own, constant(b, n - 1)), value)),
      shift: (x, by) =>
        b.emit('stablehlo.collective_permute', [x], {
          sourceTargetPairs: a.replicaGroups.flatMap((g) => g.map((d, i) => [d, g[(i + by + n) % n]])),
          channelHandle: a.channelHandle,
        }),
      zeros: (type) => zerosLike(b, type),
      block: (x, dim, block, size) =>
        dynamicSlice(
          b,
          x,
          offsets(x, dim, block, size),
          x.shape.map((s, d) => (d === dim ? size : s)),
        ),
      place: (whole, part, dim, block) =>
        dynamicUpdateSlice(b, whole, part, offsets(whole, dim, block, part.shape[dim])),
    };
  };
  const zero = constant(outside, 0);
  const carried = steps.start(ring(outside, zero));
  const types = [i32, ...carried.map((v) => v.type)];
  const condition = outside.block(types, (b, [i]) => [compare(b, 'LT', i, constant(b, n - 1))]);
  const body = outside.block(types, (b, [i, ...values]) => [
    add(b, i, constant(b, 1)),
    ...steps.step(ring(b, i), values),
  ]);
  const loop = outside.create('stablehlo.while', [zero, ...carried], {}, { regions: [condition, body] });
  const [end, ...values] = loop.results;
  const results = steps.last(ring(outside, end), values);
  for (const op of outside.ops) rewriter.append(op);
  return results;
}

/** Number of this device in its group. */
function ownNumber(b: Builder, groups: readonly (readonly number[])[]): Value {
  const numbers = new Array<number>(Math.max(...groups.flat()) + 1).fill(0);
  for (const g of groups)
    g.forEach((device, i) => {
      numbers[device] = i;
    });
  return tableEntry(b, numbers, convert(b, b.emit('stablehlo.partition_id', []), 'i32'));
}
