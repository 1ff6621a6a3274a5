import { EspalierError, isInexact } from '../../base/index.ts';
import {
  type BatchContext,
  Block,
  type Builder,
  capturesOf,
  cloneOp,
  type Op,
  type Type,
  tensorType,
  Value,
  ValueMap,
} from '../../ir/index.ts';
import { inlineBlock, zerosLike } from './emit.ts';

/*
 * Shared by ops with regions. Regions may capture values of enclosing blocks; rules first close them over their captures
 * (captures become leading arguments) and open the result again by inlining it where the captured values are visible.
 */

export const RETURN = 'stablehlo.return';

/** The block with `captures` as leading arguments. */
export function closeOver(block: Block, captures: readonly Value[]): Block {
  const args = [...captures, ...block.args].map((v, i) => new Value(v.type, undefined, i));
  const map = new ValueMap();
  map.setAll([...captures, ...block.args], args);
  return new Block(
    args,
    block.ops.map((op) => cloneOp(op, map)),
  );
}

export const capturesOfOp = (op: Op<object>): Value[] => capturesOf(op.regions);

export const typesOf = (vs: readonly Value[]): Type[] => vs.map((v) => v.type);

/** A block without arguments that runs `block` on values visible from outside. */
export function thunk(b: Builder, block: Block, args: readonly Value[]): Block {
  return b.block([], (inner) => inlineBlock(inner, block, args));
}

/** Batches several regions that must yield alike: a yield is batched if it is in any of them. */
export function batchTogether(
  regions: readonly Block[],
  batchedArgs: readonly boolean[],
  context: BatchContext,
  force?: readonly boolean[],
): { readonly blocks: Block[]; readonly batchedYields: readonly boolean[] } {
  const first = regions.map((r) => context.block(r, batchedArgs, RETURN, force));
  const union = first[0].batchedYields.map((_, i) => first.some((f) => f.batchedYields[i]));
  if (first.every((f) => f.batchedYields.every((x, i) => x === union[i])))
    return { blocks: first.map((f) => f.block), batchedYields: union };
  const again = regions.map((r) => context.block(r, batchedArgs, RETURN, union));
  return { blocks: again.map((f) => f.block), batchedYields: union };
}

export function batchedTypes(types: readonly Type[], flags: readonly boolean[], n: number): Type[] {
  return types.map((t, i) => (flags[i] && t.kind === 'tensor' ? tensorType(t.dtype, [n, ...t.shape]) : t));
}

/** Activity of carried values at its fixpoint: a carry that becomes active inside stays active. */
export function activityFixpoint(
  start: readonly boolean[],
  step: (active: readonly boolean[]) => readonly boolean[],
): readonly boolean[] {
  let active = start;
  for (;;) {
    const next = step(active).map((x, i) => x || active[i]);
    if (next.every((x, i) => x === active[i])) return active;
    active = next;
  }
}

export const differentiable = (t: Type): boolean => t.kind === 'tensor' && isInexact(t.dtype);

/** Zero values for the types. */
export const zeros = (b: Builder, types: readonly Type[]): Value[] => types.map((t) => zerosLike(b, t));

export function reject(what: string, advice: string): EspalierError {
  return new EspalierError('ops/not-differentiable', what, { advice });
}
