import { type DType, product } from '../../base/index.ts';
import type { RuntimeIndex } from '../kernels/affine.ts';
import type { GemmStep, KernelProgram, MatrixView, Step, StepBlock } from '../kernels/kernel-ir.ts';
import { isNibble } from '../kernels/sub-byte.ts';

/*
 * Which operands of products are parts of arguments that the program leaves as they are: weights, where it does not train
 * them. The runtime may keep them packed from one run to the next (native/gemm-kept.h).
 * Example: `while (layer < 12) x = x · w[layer]` reads 12 matrices of the argument w, number `layer` each time.
 */

/** Matrices of an argument that a product reads. */
export interface KeptOperand {
  readonly arg: number;
  /** How many the products of all rounds read. */
  readonly matrices: number;
  /** Names what packed matrices of an argument look like: products with equal keys may share them. */
  readonly key: string;
  /** The product: what packing depends on. */
  readonly product: KeptProduct;
}

export interface KeptProduct {
  /** The one of the two that is kept. */
  readonly operand: 'a' | 'b';
  readonly dtypes: readonly [DType, DType, DType];
  readonly roundBf16: 0 | 1 | 2 | 3;
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Strides of batches, rows and columns in elements. */
  readonly aStrides: readonly [number, number, number];
  readonly bStrides: readonly [number, number, number];
  readonly cStrides: readonly [number, number, number];
}

/** Where a step finds its matrices: in operand number `index` of the program, the first being Σ index · stride. */
export interface KeptPlace {
  readonly index: number;
  readonly operand: 'a' | 'b';
  readonly symbols: readonly (readonly [RuntimeIndex, stride: number])[];
  /** Of the step's loops around the product. */
  readonly outer: readonly number[];
}

export interface KeptOperands {
  readonly operands: readonly KeptOperand[];
  readonly places: ReadonlyMap<GemmStep, KeptPlace>;
}

/** Finds them; `donated` arguments may be overwritten. Products of regions run on one thread each and keep nothing. */
export function findKeptOperands(program: KernelProgram, donated: readonly number[]): KeptOperands {
  const operands: KeptOperand[] = [];
  const places = new Map<GemmStep, KeptPlace>();
  for (const step of productsOf(program.body)) {
    const found = keptOperandOf(step, donated);
    if (!found) continue;
    places.set(step, { ...found.place, index: operands.length });
    operands.push(found.operand);
  }
  return { operands, places };
}

function productsOf(block: StepBlock): GemmStep[] {
  return block.steps.flatMap((s: Step): GemmStep[] => {
    if (s.kind === 'gemm') return [s];
    if (s.kind === 'update' && s.write.kind === 'gemm') return [s.write];
    if (s.kind === 'while') return productsOf(s.body);
    return s.kind === 'case' ? s.branches.flatMap((b) => productsOf(b.block)) : [];
  });
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
