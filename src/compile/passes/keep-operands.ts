import { product } from '../../base/index.ts';
import type { RuntimeIndex } from '../kernels/affine.ts';
import type { GemmStep, KernelProgram, MatrixView } from '../kernels/kernel-ir.ts';
import type { KeptOperand, KeptOperands, KeptPlace } from '../kernels/plans.ts';
import { isNibble } from '../kernels/sub-byte.ts';
import { walkSteps } from '../kernels/walk.ts';
import type { KernelPass } from './kernel-pass.ts';

/*
 * Which operands of products are parts of arguments that the program leaves as they are: weights, where it does not train
 * them. The runtime may keep them packed from one run to the next (native/gemm/gemm-kept.inc).
 * Example: `while (layer < 12) x = x · w[layer]` reads 12 matrices of the argument w, number `layer` each time.
 */

export const keepOperandsPass: KernelPass = {
  name: 'keep-operands',
  doc: 'Finds operands of products that are parts of arguments the program only reads: they may stay packed from run to run.',
  // Products of wasm keep nothing from run to run.
  targets: ['c'],
  run: (program, { donatedArgs }) => ({ ...program, kept: keptOperandsOf(program, donatedArgs) }),
};

/** Finds them; `donated` arguments may be overwritten. Products of tiles run on one thread each and keep nothing. */
function keptOperandsOf(program: KernelProgram, donated: readonly number[]): KeptOperands {
  const operands: KeptOperand[] = [];
  const places = new Map<GemmStep, KeptPlace>();
  walkSteps(program.body, (s) => {
    const step = s.kind === 'update' ? s.write : s;
    const found = step.kind === 'gemm' ? keptOperandOf(step, donated) : undefined;
    if (step.kind !== 'gemm' || !found) return;
    places.set(step, { ...found.place, index: operands.length });
    operands.push(found.operand);
  });
  return { operands, places };
}

function keptOperandOf(
  step: GemmStep,
  donated: readonly number[],
): { readonly operand: KeptOperand; readonly place: Omit<KeptPlace, 'index'> } | undefined {
  // Panels are made of b, unless the result is written along its columns: then the transposed product is computed.
  const operand = step.c.column !== 1 && step.c.row === 1 ? 'a' : 'b';
  const view = step[operand];
  const { place } = view.storage.buffer;
  if (place.kind !== 'arg' || donated.includes(place.index)) return undefined;
  if (step.counts || step.aScale || step.bScale || step.dtypes.some(isNibble)) return undefined;
  // A matrix that a batch shares would be packed by several threads at once.
  if (step.batch > 1 && view.batch === 0) return undefined;
  const numbers = numbersOf(step, view);
  const other = operand === 'a' ? step.m : step.n;
  // Matrices that overlap (windows of one array) would take more memory than the argument.
  if (numbers.count * other * step.k > view.storage.buffer.elements) return undefined;
  const strides = (v: MatrixView): [number, number, number] => [v.batch, v.row, v.column];
  const { dtypes, batch, m, n, k } = step;
  const round = step.roundBf16 ?? 0;
  const layout = [operand, dtypes, round, k, other, view.storage.offset + view.offset.constant, strides(view)];
  return {
    operand: {
      arg: place.index,
      matrices: numbers.count,
      key: JSON.stringify([...layout, numbers.key]),
      product: {
        ...{ operand, dtypes, roundBf16: round, batch, m, n, k },
        ...{ aStrides: strides(step.a), bStrides: strides(step.b), cStrides: strides(step.c) },
      },
    },
    place: { operand, symbols: numbers.symbols, outer: numbers.outer },
  };
}

/** Numbers the matrices that a step reads in all its rounds: the last index, that of the batch, counts them one by one. */
function numbersOf(
  step: GemmStep,
  view: MatrixView,
): Pick<KeptPlace, 'symbols' | 'outer'> & { readonly count: number; readonly key: unknown } {
  const terms = [...view.offset.terms].filter((t): t is [RuntimeIndex, number] => t[0].kind === 'symbol');
  const indices = [
    ...terms.map(([s, stride]) => ({ extent: s.max + 1, stride })),
    ...step.outer.map((extent, i) => ({ extent, stride: view.outer[i] })),
    { extent: step.batch, stride: view.batch },
  ];
  const extents = indices.map((x) => (x.stride === 0 ? 1 : x.extent));
  const each = extents.map((extent, i) => (extent === 1 ? 0 : product(extents.slice(i + 1))));
  return {
    symbols: terms.map(([s], i) => [s, each[i]] as const),
    outer: step.outer.map((_, i) => each[terms.length + i]),
    count: product(extents),
    key: indices.map((x, i) => [extents[i], x.stride]),
  };
}
