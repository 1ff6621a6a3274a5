import type { Op, Value } from '../../../ir/index.ts';
import { isNativeDType } from '../../kernels/compute-types.ts';
import type { Storage } from '../../kernels/kernel-ir.ts';
import { literalOf } from '../constants.ts';
import type { KernelRules, Lowering } from '../lowering.ts';

/* Control flow: native loops and branches on carried buffers. Calls are inlined before lowering. */

const isTensor = (v: Value): boolean => v.type.kind === 'tensor';
/** Tensor operands of a terminator; tokens carry no data. */
const tensors = (values: readonly Value[]): Value[] => values.filter(isTensor);

function lowerWhile(op: Op, lowering: Lowering): void {
  const [condition, body] = op.regions;
  const carried = tensors(op.operands);
  // A constant carried by several loops or carries gets memory of its own each time, which the loop can then work in.
  const inits = carried.map((v) =>
    literalOf(v) === undefined || !isNativeDType(v.dtype) ? lowering.require(v) : lowering.fill(v),
  );
  const carries = carried.map((v) => lowering.bufferFor(v));
  for (const region of [condition, body])
    tensors(region.args).forEach((a, i) => {
      lowering.setStorage(a, { buffer: carries[i], offset: 0 });
    });
  const test = lowering.block(condition, () => lowering.require(condition.yielded[0]));
  const round = lowering.block(body, () =>
    tensors(body.yielded).map((v, i) => {
      const from = lowering.require(v);
      // A carry that becomes another one: carries are overwritten one after the other, so it goes through a copy.
      if (!carries.includes(from.buffer) || (from.buffer === carries[i] && from.offset === 0)) return from;
      const copy = lowering.bufferFor(v);
      lowering.push({ kind: 'copy', from, to: copy });
      return { buffer: copy, offset: 0 };
    }),
  );
  lowering.push({
    kind: 'while',
    carries,
    inits,
    condition: test.block,
    conditionValue: test.result,
    body: round.block,
    yields: round.result,
  });
  tensors(op.results).forEach((r, i) => {
    lowering.setStorage(r, { buffer: carries[i], offset: 0 });
  });
}

function lowerBranches(op: Op, lowering: Lowering): void {
  const selector = lowering.require(op.operands[0]);
  const results = tensors(op.results).map((r) => lowering.bufferFor(r));
  const branches = op.regions.map((region) => {
    const { block, result } = lowering.block(region, (): Storage[] =>
      tensors(region.yielded).map((v) => lowering.require(v)),
    );
    return { block, yields: result };
  });
  lowering.push({ kind: 'case', selector, selectorDtype: op.operands[0].dtype, branches, results });
  tensors(op.results).forEach((r, i) => {
    lowering.setStorage(r, { buffer: results[i], offset: 0 });
  });
}

export const controlRules = {
  'stablehlo.while': { lower: lowerWhile },
  'stablehlo.if': { lower: lowerBranches },
  'stablehlo.case': { lower: lowerBranches },
} as const satisfies KernelRules;
