import { dtypeInfo, isFloat } from '../../../base/index.ts';
import { addScaled, coefficientOf, type LoopVar, termIndex, zero } from '../../kernels/affine.ts';
import type { Buffer, GemmStep, LoopStep, MatrixView, Nest, Store } from '../../kernels/kernel-ir.ts';
import { literal } from '../../lower/constants.ts';
import { loopsOfProduct, type Member } from './tile-members.ts';

/*
 * Products of a tile that sum over its rounds. Those with results narrower than float32 sum in scratch of the thread and are
 * rounded once, after the last round.
 */

/** The members with wide sums, what runs after the rounds, and the scratch of all. */
export function widenSums(
  members: readonly Member[],
  newId: () => number,
  scratchBytes: number,
): { readonly members: readonly Member[]; readonly finish: readonly LoopStep[]; readonly scratchBytes: number } {
  const finish: LoopStep[] = [];
  let bytes = Math.ceil(scratchBytes / 64) * 64;
  const wide = members.map((m): Member => {
    if (m.kind !== 'gemm' || !m.accumulate || !isNarrow(m)) return m;
    const { around, axes, c } = loopsOfProduct(m);
    const vars = resultLoops([...around, axes.m, axes.n], c.index);
    const elements = vars.reduce((n, v) => n * v.extent, 1);
    const buffer: Buffer = {
      id: newId(),
      dtype: 'f32',
      elements,
      bytes: 4 * elements,
      place: { kind: 'scratch', index: bytes },
    };
    bytes += Math.ceil(buffer.bytes / 64) * 64;
    const strides = new Map<LoopVar, number>();
    let next = 1;
    for (const v of [...vars].reverse()) {
      strides.set(v, next);
      next *= v.extent;
    }
    const strideOf = (v: LoopVar): number => strides.get(v) ?? 0;
    const view: MatrixView = {
      storage: { buffer, offset: 0 },
      offset: zero,
      outer: m.outer.map((_, i) => strideOf(around[i])),
      batch: strideOf(around[around.length - 1]),
      row: strideOf(axes.m),
      column: strideOf(axes.n),
    };
    const dtype = m.dtypes[2];
    const index = vars.reduce((a, v) => addScaled(a, termIndex(v), strideOf(v)), zero);
    const load = { kind: 'load', dtype: 'f32', buffer, index } as const;
    const value = { kind: 'apply', dtype, fn: 'convert', args: [load] } as const;
    finish.push(storing(m, vars, { buffer: c.buffer, index: c.index, dtype, value }, 'convert'));
    return { ...m, c: view, dtypes: [m.dtypes[0], m.dtypes[1], 'f32'] };
  });
  return { members: wide, finish, scratchBytes: finish.length > 0 ? bytes : scratchBytes };
}

const isNarrow = (g: GemmStep): boolean => isFloat(g.dtypes[2]) && dtypeInfo(g.dtypes[2]).bits < 32;

/** Zeros in the whole result of a product. */
export function cleared(g: GemmStep): LoopStep {
  const { around, axes, c } = loopsOfProduct(g);
  const dtype = g.dtypes[2];
  const vars = resultLoops([...around, axes.m, axes.n], c.index);
  return storing(g, vars, { buffer: c.buffer, index: c.index, dtype, value: literal(dtype, 0) }, 'clear');
}

/** The loops over a product's result, the innermost along memory. */
function resultLoops(vars: readonly LoopVar[], index: Store['index']): LoopVar[] {
  return vars
    .filter((v) => v.extent > 1 && coefficientOf(index, v) !== 0)
    .sort((x, y) => coefficientOf(index, y) - coefficientOf(index, x));
}

function storing(g: GemmStep, vars: readonly LoopVar[], store: Store, note: string): LoopStep {
  const stage: Nest = { kind: 'nest', vars, stores: [store], folds: [] };
  return { kind: 'loops', outer: [], stages: [stage], symbols: g.symbols, note };
}
