import { expect } from 'vitest';
import { HostArray, range } from '../../src/base/index.ts';
import {
  Builder,
  Func,
  type Op,
  type OpDefinition,
  type OpShardingRule,
  type Type,
  tensorType,
  Value,
} from '../../src/ir/index.ts';
import { combinerOf, registry } from '../../src/ops/index.ts';
import { type AnySample, distance, epsilon, numbers, run, sampleInputs } from './samples.ts';

/** Factors whose split needs more than cutting tensors; the partitioner rewrites these ops. */
function special(d: OpDefinition, op: Op, rule: OpShardingRule, factor: number): string | undefined {
  const inOperand = (i: number): boolean => rule.operands[i].some((dim) => dim.includes(factor));
  const kind = rule.factorKinds[factor];
  if (d.name === 'stablehlo.gather' && kind === 'reduction') return 'indices must be made local and masked';
  if (d.name === 'stablehlo.scatter') {
    const n = (op.operands.length - 1) / 2;
    if (kind === 'reduction') return 'the inputs must enter on one device only';
    if (!inOperand(n + 1)) return 'indices must be made local';
  }
  if (d.name === 'stablehlo.dynamic_update_slice' && inOperand(0) !== inOperand(1))
    return 'start indices must be made local';
  if (d.name === 'stablehlo.rng_bit_generator') return 'counters must be made local';
  if (kind === 'reduction' && op.results.length > 1) return 'several results are joined by the body itself';
  return undefined;
}

/** Dimension of a tensor that has the factor, when the factor is its major-most one; 'inner' when it is not. */
function dimOf(
  dims: OpShardingRule['operands'][number],
  factor: number,
  sizes: readonly number[],
): number | undefined | 'inner' {
  for (const [d, factors] of dims.entries()) {
    const at = factors.indexOf(factor);
    if (at < 0) continue;
    return factors.slice(0, at).every((f) => sizes[f] === 1) ? d : 'inner';
  }
  return undefined;
}

/** Cuts along one factor, runs the pieces with `localize`d attributes, joins, and compares with the whole. */
export function checkSharding(
  d: OpDefinition,
  s: AnySample,
  op: Op,
  rule: OpShardingRule,
  factor: number,
  add: (what: string, test: () => void) => void,
): void {
  const kind = rule.factorKinds[factor];
  if (kind !== 'passThrough' && kind !== 'reduction') return;
  if (special(d, op, rule, factor)) return;
  const places = (tensors: OpShardingRule['operands']) => tensors.map((t) => dimOf(t, factor, rule.factorSizes));
  const [operandDims, resultDims] = [places(rule.operands), places(rule.results)];
  if ([...operandDims, ...resultDims].includes('inner')) return;
  const size = rule.factorSizes[factor];
  const pieces = range(size + 1).find((n) => n > 1 && size % n === 0)!;
  add(`factor ${factor} (${kind})`, () => {
    const cut = (t: Type, dim: number | undefined | 'inner'): Type =>
      t.kind === 'tensor' && typeof dim === 'number'
        ? tensorType(
            t.dtype,
            t.shape.map((n, k) => (k === dim ? n / pieces : n)),
          )
        : t;
    const local = {
      operands: op.operands.map((v, i) => cut(v.type, operandDims[i])),
      results: op.results.map((v, i) => cut(v.type, resultDims[i])),
    };
    const b = new Builder(registry);
    const args = local.operands.map((t, i) => new Value(t, undefined, i));
    const piece = b.create(d.name, args, d.localize(op, local), { regions: op.regions, resultTypes: local.results });
    const func = new Func('main', b.finish(args, piece.results, 'func.return'));
    const inputs = sampleInputs(s, 3);
    const parts = range(pieces).map((k) => run(func, [inputs.map((x, i) => part(x, operandDims[i], k, pieces))])[0]);
    const whole = wholeResults(op, inputs);
    whole.forEach((w, r) => {
      const dim = resultDims[r];
      const own = parts.map((p) => p[r]);
      const joined = typeof dim === 'number' ? join(own, dim) : kind === 'reduction' ? reduceParts(op, own) : own[0];
      expect(joined.shape).toEqual(w.shape);
      expect(distance(numbers(joined), numbers(w))).toBeLessThanOrEqual(8 * epsilon(w.dtype));
    });
  });
}

function wholeResults(op: Op, inputs: readonly HostArray[]): HostArray[] {
  const b = new Builder(registry);
  const args = op.operands.map((v, i) => new Value(v.type, undefined, i));
  const copy = b.create(op.name, args, op.attributes, {
    regions: op.regions,
    resultTypes: op.results.map((r) => r.type),
  });
  return run(new Func('main', b.finish(args, copy.results, 'func.return')), [inputs])[0];
}

function part(x: HostArray, dim: number | undefined | 'inner', k: number, n: number): HostArray {
  if (typeof dim !== 'number') return x;
  const size = x.shape[dim] / n;
  const inner = x.shape.slice(dim + 1).reduce((p, m) => p * m, 1);
  const outer = x.shape.slice(0, dim).reduce((p, m) => p * m, 1);
  const values = range(outer).flatMap((o) =>
    range(size * inner).map((i) => x.get(o * x.shape[dim] * inner + k * size * inner + i)),
  );
  return HostArray.from(
    x.dtype,
    x.shape.map((m, q) => (q === dim ? size : m)),
    values,
  );
}

function join(xs: readonly HostArray[], dim: number): HostArray {
  const { shape, dtype } = xs[0];
  const inner = shape.slice(dim).reduce((p, m) => p * m, 1);
  const outer = shape.slice(0, dim).reduce((p, m) => p * m, 1);
  const values = range(outer).flatMap((o) => xs.flatMap((x) => range(inner).map((i) => x.get(o * inner + i))));
  return HostArray.from(
    dtype,
    shape.map((m, q) => (q === dim ? m * xs.length : m)),
    values,
  );
}

/** Combines partial results with the op's own body, or by adding. */
function reduceParts(op: Op, xs: readonly HostArray[]): HostArray {
  const name = op.regions[0] ? (combinerOf(op.regions[0]) ?? '') : 'stablehlo.add';
  const b = new Builder(registry);
  const t = tensorType(xs[0].dtype, xs[0].shape);
  const args = [new Value(t, undefined, 0), new Value(t, undefined, 1)];
  const func = new Func('main', b.finish(args, [b.emit(name, args)], 'func.return'));
  return xs.reduce((x, y) => run(func, [[x, y]])[0][0]);
}
