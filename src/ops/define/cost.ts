import { type Block, bytesOf, type Cost, type CostFacet, type Op } from '../../ir/index.ts';

/* What ops cost, for their definitions. */

/** An op that is structure only. */
export const noCost: CostFacet<object> = () => ({ productFlops: 0, vectorFlops: 0, bytes: 0 });

/** Bytes only: ops that move data. */
export const moveCost: CostFacet<object> = (op) => ({ productFlops: 0, vectorFlops: 0, bytes: trafficOf(op) });

/** Every tensor is touched once, with `flops` operations of vector units between. */
export const vectorCost = (op: Op<object>, flops: number): Cost => ({
  productFlops: 0,
  vectorFlops: flops,
  bytes: trafficOf(op),
});

/** Every tensor is touched once, with `flops` operations of a matrix product between. */
export const productCost = (op: Op<object>, flops: number): Cost => ({
  productFlops: flops,
  vectorFlops: 0,
  bytes: trafficOf(op),
});

/** `perElement` operations per result element. */
export const elementwiseCost =
  (perElement = 1): CostFacet<object> =>
  (op) =>
    vectorCost(
      op,
      op.results.reduce(
        (n, r) => n + (r.type.kind === 'tensor' ? perElement * r.type.shape.reduce((m, d) => m * d, 1) : 0),
        0,
      ),
    );

/** Bytes of all operands and results. */
export function trafficOf(op: Op<object>): number {
  return [...op.operands, ...op.results].reduce((n, v) => n + bytesOf(v.type), 0);
}

/** One run of a block. */
export const blockCost = (block: Block): Cost =>
  block.ops.reduce((sum, op) => addCosts(sum, op.definition.cost(op)), noCost(block.terminator));

export const addCosts = (a: Cost, b: Cost): Cost => ({
  productFlops: a.productFlops + b.productFlops,
  vectorFlops: a.vectorFlops + b.vectorFlops,
  bytes: a.bytes + b.bytes,
});

export const timesCost = (times: number, c: Cost): Cost => ({
  productFlops: times * c.productFlops,
  vectorFlops: times * c.vectorFlops,
  bytes: times * c.bytes,
});

export const opsOf = (c: Cost): number => c.productFlops + c.vectorFlops;
