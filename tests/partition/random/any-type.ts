/*
 * Programs of one op on elements of any type, special values among them, and on shapes that may be empty.
 */
import { type DType, dtypeInfo, isComplex, isFloat } from '../../../src/base/index.ts';
import { type Builder, tensorType, type Value } from '../../../src/ir/index.ts';
import * as O from '../../../src/ops/index.ts';
import { Choices } from './choices.ts';
import { anyType, randomArray } from './elements.ts';
import { randomMesh } from './meshes.ts';
import { oneOp, type RandomProgram } from './program.ts';

const sizes = [0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 12] as const;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const numElements = (shape: readonly number[]): number => shape.reduce((n, m) => n * m, 1);
const randomShape = (c: Choices, least = 0): number[] => range(c.between(least, 4)).map(() => c.pick(sizes));

type Make = (c: Choices, dtype: DType) => RandomProgram | undefined;

/** One op on arguments of these shapes. */
const on = (
  c: Choices,
  dtype: DType,
  shapes: readonly (readonly number[])[],
  f: (b: Builder, values: readonly Value[]) => Value | readonly Value[],
): RandomProgram =>
  oneOp(
    c,
    randomMesh(c),
    shapes.map((s) => randomArray(c, dtype, s)),
    (b, values) => [f(b, values)].flat(),
  );

const isExactSum = (dtype: DType): boolean => !isFloat(dtype) || dtypeInfo(dtype).bits >= 16;

/** Combinations that give the same in any order. */
function combination(c: Choices, dtype: DType): string {
  if (dtype === 'bool') return c.pick(['and', 'or', 'xor', 'add', 'multiply']);
  if (isComplex(dtype)) return 'add';
  if (isFloat(dtype)) return c.pick(['maximum', 'minimum', ...(isExactSum(dtype) ? ['add'] : [])]);
  return c.pick(['add', 'maximum', 'minimum', 'multiply', 'and', 'or', 'xor']);
}

const makers: readonly Make[] = [
  (c, dtype) => {
    const s = randomShape(c);
    return on(c, dtype, [s, []], (b, [x, fill]) => {
      const edge = (): number[] => s.map(() => c.between(-2, 3));
      const interior = s.map(() => c.pick([0, 0, 1, 2]));
      const [low, high] = [edge(), edge()];
      s.forEach((n, d) => {
        const own = n + Math.max(0, n - 1) * interior[d];
        if (own + low[d] + high[d] < 0) [low[d], high[d]] = [0, 0];
      });
      return O.pad(b, x, fill, low, high, interior);
    });
  },
  (c, dtype) => {
    const s = randomShape(c);
    const from = s.map((n) => c.between(0, n));
    const to = s.map((n, d) => c.between(from[d], n));
    const strides = s.map(() => c.pick([1, 1, 2, 3]));
    return on(c, dtype, [s], (b, [x]) =>
      b.emit('stablehlo.slice', [x], { startIndices: from, limitIndices: to, strides }),
    );
  },
  (c, dtype) => {
    const s = randomShape(c, 1);
    const dim = c.int(s.length);
    const shapes = range(c.between(1, 4)).map(() => s.map((n, d) => (d === dim ? c.pick(sizes) : n)));
    return on(c, dtype, shapes, (b, xs) => O.concatenate(b, xs, dim));
  },
  (c, dtype) => {
    const s = randomShape(c, 1);
    const dims = c.shuffled(range(s.length)).slice(0, c.between(1, s.length));
    return on(c, dtype, [s], (b, [x]) => O.reverse(b, x, dims));
  },
  (c, dtype) => {
    const s = randomShape(c);
    return on(c, dtype, [s], (b, [x]) => O.transpose(b, x, c.shuffled(range(s.length))));
  },
  (c, dtype) => {
    const parts = range(c.between(0, 5)).map(() => c.pick([0, 1, 2, 2, 3, 4]));
    /** The same elements, with some neighbouring dimensions joined. */
    const grouped = (): number[] => {
      const out: number[] = [];
      for (const n of parts)
        if (out.length > 0 && c.chance(0.5)) out[out.length - 1] *= n;
        else out.push(n);
      return out;
    };
    const [from, to] = [grouped(), grouped()];
    return on(c, dtype, [from], (b, [x]) =>
      b.emit('stablehlo.reshape', [x], {}, { resultTypes: [tensorType(dtype, to)] }),
    );
  },
  (c, dtype) => {
    const out = randomShape(c);
    const dims = range(out.length).filter(() => c.chance(0.6));
    const s = dims.map((d) => (c.chance(0.3) ? 1 : out[d]));
    return on(c, dtype, [s], (b, [x]) => O.broadcastInDim(b, x, out, dims));
  },
  (c, dtype) => {
    const s = randomShape(c, 1);
    const dims = c.shuffled(range(s.length)).slice(0, c.between(1, s.length));
    const name = combination(c, dtype);
    return on(c, dtype, [s, []], (b, [x, init]) =>
      b.emit(
        'stablehlo.reduce',
        [x, init],
        { dimensions: [...dims].sort() },
        { regions: [O.combiner(b, `stablehlo.${name}`, dtype)] },
      ),
    );
  },
  (c, dtype) => {
    const s = randomShape(c, 1);
    const windowDimensions = s.map((n) => c.between(1, Math.min(3, Math.max(1, n))));
    const windowDilations = s.map(() => c.pick([1, 1, 2]));
    const attributes = {
      windowDimensions,
      windowStrides: s.map(() => c.pick([1, 1, 2, 3])),
      baseDilations: s.map(() => c.pick([1, 1, 2])),
      windowDilations,
      padding: s.map(() => [c.between(0, 2), c.between(0, 2)]),
    };
    const name = combination(c, dtype);
    return on(c, dtype, [s, []], (b, [x, init]) =>
      b.emit('stablehlo.reduce_window', [x, init], attributes, {
        regions: [O.combiner(b, `stablehlo.${name}`, dtype)],
      }),
    );
  },
  (c, dtype) => {
    if (isComplex(dtype)) return undefined;
    const s = randomShape(c, 1);
    const dimension = c.int(s.length);
    const scalar = tensorType(dtype, []);
    return on(c, dtype, [s, s], (b, [x, y]) => {
      const less = b.block([scalar, scalar, scalar, scalar], (inner, [p, q]) => [
        inner.emit('stablehlo.compare', [p, q], {
          comparisonDirection: 'LT',
          ...(isFloat(dtype) ? { compareType: 'TOTALORDER' } : {}),
        }),
      ]);
      return b.create('stablehlo.sort', [x, y], { dimension, isStable: true }, { regions: [less] }).results;
    });
  },
  (c, dtype) => {
    if (!isExactSum(dtype)) return undefined;
    const batch = range(c.int(3)).map(() => c.pick(sizes));
    const contracted = range(c.int(3)).map(() => c.pick(sizes));
    const free = (): number[] => range(c.int(3)).map(() => c.pick(sizes));
    /** The dimensions in any order, and where the batching and contracting ones are. */
    const side = () => {
      const named = [
        ...batch.map((n, k) => ({ n, role: `b${k}` })),
        ...contracted.map((n, k) => ({ n, role: `c${k}` })),
        ...free().map((n) => ({ n, role: '' })),
      ];
      const order = c.shuffled(named);
      const find = (letter: string, list: readonly number[]): number[] =>
        list.map((_, k) => order.findIndex((d) => d.role === `${letter}${k}`));
      return { shape: order.map((d) => d.n), batching: find('b', batch), contracting: find('c', contracted) };
    };
    const [l, r] = [side(), side()];
    if (l.shape.length > 5 || r.shape.length > 5 || numElements([...l.shape, ...r.shape]) > 40_000) return undefined;
    return on(c, dtype, [l.shape, r.shape], (b, [x, y]) =>
      O.dotGeneral(b, x, y, {
        lhsBatching: l.batching,
        rhsBatching: r.batching,
        lhsContracting: l.contracting,
        rhsContracting: r.contracting,
      }),
    );
  },
  (c, dtype) => {
    const s = randomShape(c);
    const to = c.pick(anyType);
    if (isComplex(dtype) && !isComplex(to)) return undefined;
    return on(c, dtype, [s], (b, [x]) => O.convert(b, x, to));
  },
  (c, dtype) => {
    const s = randomShape(c);
    if (isComplex(dtype)) return undefined;
    return on(c, dtype, [s, s], (b, [x, y]) => O.select(b, O.compare(b, c.pick(['EQ', 'NE', 'LT', 'GE']), x, y), x, y));
  },
  (c, dtype) => {
    const s = randomShape(c, 1);
    if (dtype === 'bool') return undefined;
    return on(c, dtype, [s], (b, [x]) =>
      O.select(b, O.compare(b, 'EQ', x, x), O.iota(b, tensorType(dtype, s), c.int(s.length)), x),
    );
  },
];

/** A program of one op on any type. */
export function randomAnyType(seed: number): RandomProgram {
  const c = new Choices(seed);
  for (;;) {
    const program = c.pick(makers)(c, c.pick(anyType));
    if (program?.args.every((a) => numElements(a.shape) <= 3000)) return program;
  }
}
