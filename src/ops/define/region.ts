import { dtypeInfo, type HostArray, isNarrowFloat } from '../../base/index.ts';
import type { Block, EvaluationContext, Op, Traits, Value } from '../../ir/index.ts';
import { take } from './elements.ts';

/** Name of the op when a block is `(x…, y…) -> op(x, y)` for one pair: `stablehlo.add`, `stablehlo.maximum` … */
export function combinerOf(block: Block): string | undefined {
  if (block.args.length !== 2 || block.ops.length !== 2) return undefined;
  const [op] = block.ops;
  const [x, y] = op.operands;
  if (op.operands.length !== 2 || block.yielded.length !== 1 || block.yielded[0] !== op.results[0]) return undefined;
  const straight = x === block.args[0] && y === block.args[1];
  const crossed = x === block.args[1] && y === block.args[0] && op.definition.traits.commutative === true;
  return straight || crossed ? op.name : undefined;
}

const accumulating = new Set(['stablehlo.add', 'stablehlo.multiply', 'stablehlo.convert']);

/**
 * Windows and scatters that add up to so many terms do it as the specification says, term by term in their own type. Beyond it what
 * adds up is the error: how they add matters more.
 */
export const SHORT_SUM_TERMS = 128;

/** The trait `accumulates` of ops whose last region combines elements: those of narrow floats that it adds or multiplies. */
export const accumulatesByRegion: NonNullable<Traits['accumulates']> = (op) => {
  const body = op.regions[op.regions.length - 1];
  const combines = body.ops.length > 1 && body.ops.slice(0, -1).every((o) => accumulating.has(o.name));
  return combines && body.args.every((a) => isNarrowFloat(a.dtype)) ? 'widened' : undefined;
};

/** Whether a block returns its second argument: scatter's plain overwrite. */
export function isOverwrite(block: Block): boolean {
  return block.args.length === 2 && block.ops.length === 1 && block.yielded[0] === block.args[1];
}

/** In-place combiners on doubles for recognised bodies; not for 64-bit integers or complex. */
export const combineNumbers: Readonly<Record<string, (x: number, y: number) => number>> = {
  'stablehlo.add': (x, y) => x + y,
  'stablehlo.maximum': (x, y) => Math.max(x, y),
  'stablehlo.minimum': (x, y) => Math.min(x, y),
  'stablehlo.multiply': (x, y) => x * y,
};

/**
 * Runs a body of scalar elementwise ops on whole arrays at once: every argument is an array of n elements in place of a scalar.
 * Undefined when some op is not elementwise.
 */
export function vectorized(
  block: Block,
  ctx: EvaluationContext,
): ((args: readonly HostArray[], n: number) => HostArray[]) | undefined {
  const defined = new Set<Value>(block.args);
  for (const op of block.ops.slice(0, -1)) {
    const { traits } = op.definition;
    if (!traits.elementwise && !traits.constant) return undefined;
    if (!op.operands.every((v) => defined.has(v))) return undefined;
    for (const r of op.results) defined.add(r);
  }
  if (!block.yielded.every((v) => defined.has(v))) return undefined;
  return (args, n) => {
    const env = new Map<Value, HostArray>();
    block.args.forEach((a, i) => {
      env.set(a, args[i]);
    });
    for (const op of block.ops.slice(0, -1)) {
      const inputs = op.operands.map((v) => env.get(v)!);
      const evaluate = op.definition.evaluate as (i: readonly HostArray[], o: Op, c: EvaluationContext) => HostArray[];
      const outputs = evaluate(inputs, op, ctx);
      op.results.forEach((r, i) => {
        const value = op.definition.traits.constant ? spread(outputs[i], n) : outputs[i];
        env.set(r, value);
      });
    }
    return block.yielded.map((v) => env.get(v)!);
  };
}

/** A scalar repeated n times. */
export function spread(scalar: HostArray, n: number): HostArray {
  return take(scalar, [n], new Int32Array(n));
}

/** Whether numbersOf can hold the type. */
export const plainNumbers = (dtype: HostArray['dtype']): boolean => dtypeInfo(dtype).scalar === 'number';
