import { product } from '../../base/index.ts';
import { Block, Builder, cloneOp, type Module, type Op, type Value, ValueMap } from '../../ir/index.ts';
import { type ManualComputation, type NamedAllReduce, scale, type VaryingAxes, varyingAxes } from '../../ops/index.ts';
import type { Pass, PassContext } from '../pass.ts';

/*
 * reduce-once: a sum over axes of a value that devices agree on is a multiple of it, and its maximum is itself.
 *
 * Before: collectives over named axes. After: none reduces along an axis where its operand does not vary.
 * Transposing a manual computation makes such sums: the transpose of a sum is a sum of equal shares.
 *
 *   named_all_reduce sum {"x"=4} %0, with %0 the same along "x"   =>   %0 * 4
 */
export function reduceOnce(module: Module, { registry }: PassContext): Module {
  const block = (b: Block, outer: ValueMap, varying: ((v: Value) => VaryingAxes) | undefined): Block => {
    const map = new ValueMap(outer);
    const ops: Op[] = [];
    for (const op of b.ops) {
      const inside = op.name === 'sdy.manual_computation' ? varyingIn(op as Op<never>) : varying;
      if (varying && op.name === 'espalier.named_all_reduce') {
        const builder = new Builder(registry);
        builder.location = op.location;
        const value = reduced(builder, op as Op<never>, map.get(op.operands[0]), varying(op.operands[0]));
        ops.push(...builder.ops);
        map.set(op.results[0], value);
        continue;
      }
      ops.push(cloneOp(op, map, { regions: op.regions.map((r) => block(r, map, inside)) }));
    }
    return new Block(b.args, ops);
  };
  return module.with({ funcs: module.funcs.map((f) => f.with({ body: block(f.body, new ValueMap(), undefined) })) });
}

function reduced(b: Builder, op: Op<NamedAllReduce>, x: Value, varying: VaryingAxes): Value {
  const { axes, sizes, strides, numDevices, reduction } = op.attributes;
  const same = axes.flatMap((a, i) => (numDevices > 0 && !varying.has(a) ? [i] : []));
  if (same.length === 0) return b.emit(op.name, [x], op.attributes);
  const keep = <T>(xs: readonly T[]): T[] => xs.filter((_, i) => !same.includes(i));
  const rest = { axes: keep(axes), sizes: keep(sizes), strides: keep(strides), numDevices, reduction };
  const y = rest.axes.length === 0 ? x : b.emit(op.name, [x], rest);
  const factor = product(same.map((i) => sizes[i]));
  return reduction === 'sum' && y.dtype !== 'bool' ? scale(b, y, factor) : y;
}

const varyingIn = ({ regions, attributes }: Op<ManualComputation>) =>
  varyingAxes(regions[0], attributes.inShardings, attributes.manualAxes);

export const reduceOncePass: Pass = {
  name: 'reduce-once',
  doc: 'Does not reduce over devices what they agree on.',
  run: reduceOnce,
};
