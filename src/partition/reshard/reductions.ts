import { highestValue, isComplex, isFloat, lowestValue, type Scalar } from '../../base/index.ts';
import type { Block, Op, ReductionKind, TensorType, Value } from '../../ir/index.ts';

/** How a reducer body combines each of its values; undefined when some value is no plain combination of its own pair. */
export function reducerKinds(body: Block): ReductionKind[] | undefined {
  const n = body.yielded.length;
  if (body.args.length !== 2 * n) return undefined;
  const kinds = body.yielded.map((v, i): ReductionKind | undefined => {
    const { op } = v;
    if (op?.operands.length !== 2 || op.results.length !== 1) return undefined;
    const [x, y] = op.operands;
    const [a, b] = [body.args[i], body.args[n + i]];
    if (!((x === a && y === b) || (x === b && y === a)) || v.type.kind !== 'tensor') return undefined;
    return op.definition.traits.combines?.(v.type);
  });
  return kinds.includes(undefined) ? undefined : (kinds as ReductionKind[]);
}

/** How the partial results of an op whose reduction factors are sharded are combined, per result; undefined if they cannot be. */
export function reductionKinds(op: Op): ReductionKind[] | undefined {
  if (op.regions.length === 0) return op.results.map(() => 'sum');
  return reducerKinds(op.regions[0]);
}

/** The op that combines two values. */
export const reductionOps: Readonly<Record<ReductionKind, string>> = {
  sum: 'stablehlo.add',
  max: 'stablehlo.maximum',
  min: 'stablehlo.minimum',
};

/** The value that changes nothing when combined. */
export function neutralElement(kind: ReductionKind, t: TensorType): Scalar {
  // -0 + x is x also for x = -0.
  if (kind === 'sum') return isComplex(t.dtype) ? [-0, -0] : isFloat(t.dtype) ? -0 : 0;
  if (t.dtype === 'bool') return kind === 'min';
  return kind === 'max' ? lowestValue(t.dtype) : highestValue(t.dtype);
}

/** Whether a value is a constant whose every element is the identity of a combination. */
export function isNeutralElement(v: Value, kind: ReductionKind): boolean {
  let source = v;
  while (source.op?.definition.traits.broadcast || source.op?.name === 'sdy.reshard') source = source.op.operands[0];
  if (!source.op?.definition.traits.constant || source.type.kind !== 'tensor') return false;
  const value = (source.op.attributes as { value?: { splatValue(): Scalar | undefined } }).value?.splatValue();
  if (value === undefined) return false;
  const wanted = neutralElement(kind, source.type);
  return typeof value === 'object' ? value[0] === 0 && value[1] === 0 : Number(value) === Number(wanted);
}
