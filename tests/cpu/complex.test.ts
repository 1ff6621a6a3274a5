import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type DType, HostArray, isComplex, numElements } from '../../src/base/index.ts';
import { Builder, DenseElements, Func, Module, tensorType, Value } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { type Engine, WasmEngine } from '../../src/runtime/index.ts';
import { cpu, reference } from './programs.ts';

/* Complex numbers and Fourier transforms on both engines against the reference, without callbacks. */

const wasm = new WasmEngine();
afterAll(() => wasm.close());
const engines: Readonly<Record<string, Engine>> = { cpu, wasm };

/** Runs a module on an engine, which must have kernels for all of it. */
async function runNatively(engine: Engine, module: Module, args: readonly HostArray[]): Promise<HostArray[]> {
  const executable = await engine.compile(module);
  const { callbackOps } = executable.stats as { callbackOps?: readonly string[] };
  expect(callbackOps ?? []).toEqual([]);
  const [out] = await executable.execute([args.map((a) => engine.put(a, 0))]);
  return Promise.all(out.map((r) => r.read()));
}
async function onReference(module: Module, args: readonly HostArray[]): Promise<HostArray[]> {
  const executable = await reference.compile(module);
  const [out] = await executable.execute([args.map((a) => reference.put(a, 0))]);
  return Promise.all(out.map((r) => r.read()));
}

/**
 * The worst distance of two numbers, relative to the modulus of the wanted one (to the largest of all with `overall`), in units
 * of the precision of the type; parts that are not finite must be the same.
 */
function distance(got: HostArray, want: HostArray, overall = false): number {
  expect([got.dtype, got.shape]).toEqual([want.dtype, want.shape]);
  const [g, w] = [got.data as Float64Array, want.data as Float64Array];
  if (!['f32', 'f64', 'c64', 'c128'].includes(want.dtype)) return got.equals(want) ? 0 : Number.POSITIVE_INFINITY;
  const epsilon = want.dtype === 'f64' || want.dtype === 'c128' ? 2 ** -52 : 2 ** -23;
  const smallest = want.dtype === 'f64' || want.dtype === 'c128' ? 2 ** -1022 : 2 ** -126;
  const width = isComplex(want.dtype) ? 2 : 1;
  const most = overall ? w.reduce((m, x) => Math.max(m, Math.abs(x)), 0) : 0;
  let worst = 0;
  for (let i = 0; i < w.length; i += width) {
    const own = Array.from({ length: width }, (_, k) => i + k);
    const modulus = Math.max(most, smallest, ...own.map((k) => (Number.isFinite(w[k]) ? Math.abs(w[k]) : 0)));
    for (const k of own) {
      if (Object.is(g[k], w[k]) || g[k] === w[k]) continue;
      const e = Math.abs(g[k] - w[k]) / (epsilon * modulus);
      worst = Math.max(worst, Number.isNaN(e) ? Number.POSITIVE_INFINITY : e);
    }
  }
  return worst;
}

const elementOf = (a: HostArray, i: number): HostArray => {
  const width = isComplex(a.dtype) ? 2 : 1;
  return new HostArray(a.dtype, [], a.data.slice(i * width, (i + 1) * width) as HostArray['data']);
};

/** Numbers between -1 and 1, the same for the same seed. */
function randomOf(dtype: DType, shape: readonly number[], seed: number): HostArray {
  let state = seed * 7919 + 1;
  const next = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state / 0x7fffffff) * 2 - 1;
  };
  const values = Array.from({ length: numElements(shape) }, () => (isComplex(dtype) ? [next(), next()] : next()));
  return HostArray.from(dtype, shape, values as number[]);
}

/** All functions of some arguments in one program. */
function functionsModule(names: readonly string[], dtype: DType, arity: number, n: number): Module {
  const b = new Builder(registry);
  const args = Array.from({ length: arity }, (_, i) => new Value(tensorType(dtype, [n]), undefined, i));
  const results = names.map((name) =>
    name === 'EQ' || name === 'NE'
      ? b.emit('stablehlo.compare', args, { comparisonDirection: name })
      : b.emit(`stablehlo.${name}`, args),
  );
  return new Module([new Func('main', b.finish(args, results, 'func.return'))]);
}
const special = [0, -0, 1, -1, 0.3, -2.5, 1e-3, 25, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
const grid = special.flatMap((re) => special.map((im): readonly [number, number] => [re, im]));
const corners = grid.filter((_, i) => i % 3 !== 1);
/** Numbers that are not special, on a spiral. */
const spiral = Array.from({ length: 300 }, (_, i): readonly [number, number] => {
  const r = Math.exp((i - 150) / 40);
  return [r * Math.cos(i), r * Math.sin(i)];
});

const unary = [
  'negate',
  'abs',
  'sign',
  'real',
  'imag',
  'exponential',
  'exponential_minus_one',
  'log',
  'log_plus_one',
  'logistic',
  'sqrt',
  'rsqrt',
  'cbrt',
  'tanh',
  'tan',
  'sine',
  'cosine',
];
const binary = ['add', 'subtract', 'multiply', 'divide', 'power', 'maximum', 'minimum', 'EQ', 'NE'];
/** Units in the last place, of the modulus. A power's angle has as many digits less as it has before the point. */
const allowed = (name: string): number => (name === 'power' ? 100 : 10);

describe.each(['c64', 'c128'] as const)('functions of %s', (dtype) => {
  for (const [name, engine] of Object.entries(engines))
    for (const [names, arity] of [
      [unary, 1],
      [binary, 2],
    ] as const)
      test(`of ${arity === 1 ? 'one number' : 'two numbers'} on ${name}, special values among them`, async () => {
        const all =
          arity === 1
            ? [...grid, ...spiral].map((z) => [z])
            : [
                ...corners.flatMap((z) => corners.map((w) => [z, w])),
                ...spiral.map((z, i) => [z, spiral[(i * 7) % 200]]),
              ];
        const module = functionsModule(names, dtype, arity, all.length);
        const args = Array.from({ length: arity }, (_, k) =>
          HostArray.from(
            dtype,
            [all.length],
            all.map((zs) => zs[k]),
          ),
        );
        const [got, want] = [await runNatively(engine, module, args), await onReference(module, args)];
        names.forEach((fn, r) => {
          if (distance(got[r], want[r]) <= allowed(fn)) return;
          for (let i = 0; i < all.length; i++) {
            const [g, w] = [elementOf(got[r], i), elementOf(want[r], i)];
            if (!(distance(g, w) <= allowed(fn)))
              throw new Error(`${fn} of ${all[i].map(String).join(' and ')} is ${w.data}, not ${g.data}`);
          }
        });
      }, 200_000);
});

type FourierCase = readonly [type: string, shape: readonly number[], dims: number];
/** Fourier transforms of random numbers in one program. */
function transforms(part: 'f32' | 'f64', cases: readonly FourierCase[]): [Module, HostArray[]] {
  const complex = part === 'f32' ? 'c64' : 'c128';
  const b = new Builder(registry);
  const values = cases.map(([type, shape, dims], i) => {
    const n = shape[shape.length - 1];
    const half = [...shape.slice(0, -1), n === 0 ? 0 : Math.floor(n / 2) + 1];
    const from = type === 'RFFT' ? tensorType(part, shape) : tensorType(complex, type === 'IRFFT' ? half : shape);
    const to = type === 'IRFFT' ? tensorType(part, shape) : tensorType(complex, type === 'RFFT' ? half : shape);
    const x = new Value(from, undefined, i);
    const attributes = { fftType: type, fftLength: shape.slice(shape.length - dims) };
    return [x, b.emit('stablehlo.fft', [x], attributes, { resultTypes: [to] })];
  });
  const [args, results] = [values.map(([x]) => x), values.map(([, y]) => y)];
  const module = new Module([new Func('main', b.finish(args, results, 'func.return'))]);
  return [module, args.map((x, i) => randomOf(x.dtype, x.shape, i))];
}

describe('Fourier transforms', () => {
  // Short, prime, with every radix, with a large prime, of halves that do and do not fill lanes.
  const lengths = [1, 2, 30, 67, 72, 121, 143, 211, 257, 1000];
  const cases: FourierCase[] = [
    ...lengths.map((n): FourierCase => ['FFT', [3, n], 1]),
    ...[72, 211].map((n): FourierCase => ['IFFT', [2, n], 1]),
    ...[1, 2, 5, 67, 128].flatMap((n): FourierCase[] => [
      ['RFFT', [3, n], 1],
      ['IRFFT', [3, n], 1],
    ]),
    ['FFT', [5, 7, 6, 80], 3],
    ['IFFT', [2, 67, 96], 2],
    ['RFFT', [2, 24, 96], 2],
    ['IRFFT', [2, 24, 96], 2],
    ['FFT', [0, 4], 1],
  ];
  for (const [name, engine] of Object.entries(engines))
    for (const part of ['f32', 'f64'] as const)
      test(`of ${part} on ${name}`, async () => {
        const [module, args] = transforms(part, cases);
        const [got, want] = [await runNatively(engine, module, args), await onReference(module, args)];
        cases.forEach(([type, shape], i) => {
          const e = distance(got[i], want[i], true);
          expect(e, `${type} of [${shape}]`).toBeLessThanOrEqual(part === 'f32' ? 16 : 64);
        });
      }, 300_000);

  test('a line that is longer than the cache', async () => {
    const n = 2 ** 15;
    const [module] = transforms('f32', [['FFT', [n], 1]]);
    // A few impulses: the reference would take n² steps.
    const impulses = [0, 1, 777, 20001, n - 1];
    const data = new Float32Array(2 * n);
    const want = new Float32Array(2 * n);
    impulses.forEach((at, i) => {
      data[2 * at] = i + 1;
    });
    for (let k = 0; k < n; k++)
      impulses.forEach((at, i) => {
        const angle = (-2 * Math.PI * ((at * k) % n)) / n;
        want[2 * k] += (i + 1) * Math.cos(angle);
        want[2 * k + 1] += (i + 1) * Math.sin(angle);
      });
    for (const engine of Object.values(engines)) {
      const [got] = await runNatively(engine, module, [new HostArray('c64', [n], data)]);
      expect(distance(got, new HostArray('c64', [n], want), true)).toBeLessThanOrEqual(16);
    }
  }, 120_000);
});

describe('programs', () => {
  const shape = [4, 6];
  /** Steps from one complex tensor of the shape, and a second one, to the next. */
  const steps: Readonly<Record<string, (b: Builder, x: Value, y: Value) => Value>> = {
    multiply: (b, x, y) => b.emit('stablehlo.multiply', [x, y]),
    conjugate: (b, x) =>
      b.emit('stablehlo.complex', [
        b.emit('stablehlo.real', [x]),
        b.emit('stablehlo.negate', [b.emit('stablehlo.imag', [x])]),
      ]),
    turn: (b, x) =>
      b.emit('stablehlo.reshape', [b.emit('stablehlo.transpose', [x], { permutation: [1, 0] })], {}, typed(x, shape)),
    cut: (b, x, y) => {
      const cut = b.emit('stablehlo.slice', [x], { startIndices: [1, 0], limitIndices: [4, 6], strides: [1, 2] });
      const wide = b.emit('stablehlo.pad', [cut, zero(b, x)], {
        edgePaddingLow: [0, 0],
        edgePaddingHigh: [1, 1],
        interiorPadding: [0, 1],
      });
      return b.emit('stablehlo.add', [wide, b.emit('stablehlo.reverse', [y], { dimensions: [1] })]);
    },
    join: (b, x, y) => {
      const joined = b.emit('stablehlo.concatenate', [x, y], { dimension: 1 });
      return b.emit('stablehlo.slice', [joined], { startIndices: [0, 3], limitIndices: [4, 9], strides: [1, 1] });
    },
    choose: (b, x, y) =>
      b.emit('stablehlo.select', [b.emit('stablehlo.compare', [columns(b), pivot(b)], lessThan), x, y]),
    product: (b, x, y) => {
      const dims = { lhsBatching: [], rhsBatching: [], lhsContracting: [1], rhsContracting: [1] };
      const square = b.emit('stablehlo.dot_general', [x, y], { dotDimensionNumbers: dims }, typed(x, [4, 4]));
      const next = { ...dims, rhsContracting: [0] };
      const out = b.emit('stablehlo.dot_general', [square, x], { dotDimensionNumbers: next }, typed(x, shape));
      return b.emit('stablehlo.multiply', [out, splat(b, x, [0.05, 0.02])]);
    },
    sum: (b, x) => spread(b, reduced(b, x, 'stablehlo.add', [0, 0])),
    reduceProduct: (b, x) => spread(b, reduced(b, x, 'stablehlo.multiply', [0.5, 0.5])),
    place: (b, x, y) => {
      const index = (v: number): Value => integer(b, v);
      const part = b.emit('stablehlo.dynamic_slice', [y, index(1), index(2)], { sliceSizes: [2, 3] });
      return b.emit('stablehlo.dynamic_update_slice', [x, part, index(2), index(9)]);
    },
    loop: (b, x, y) => {
      const types = [tensorType('i32', []), x.type];
      const condition = b.block(types, (inner, [i]) => [
        inner.emit('stablehlo.compare', [i, integer(inner, 3)], { comparisonDirection: 'LT' }),
      ]);
      const body = b.block(types, (inner, [i, z]) => [
        inner.emit('stablehlo.add', [i, integer(inner, 1)]),
        inner.emit('stablehlo.multiply', [inner.emit('stablehlo.add', [z, y]), splat(inner, z, [0, 0.5])]),
      ]);
      return b.create('stablehlo.while', [integer(b, 0), x], {}, { regions: [condition, body] }).results[1];
    },
    branch: (b, x, y) => {
      const one = (v: Value) => b.block([], () => [v]);
      return b.create('stablehlo.case', [integer(b, 1)], {}, { regions: [one(x), one(y)], resultTypes: [x.type] })
        .results[0];
    },
    convert: (b, x) => {
      const wide = b.emit('stablehlo.convert', [x], {}, { resultTypes: [tensorType('c128', x.shape)] });
      return b.emit('stablehlo.convert', [b.emit('stablehlo.negate', [wide])], {}, { resultTypes: [x.tensor] });
    },
    fourier: (b, x) => {
      const y = b.emit('stablehlo.fft', [x], { fftType: 'FFT', fftLength: [4, 6] });
      return b.emit('stablehlo.multiply', [y, splat(b, x, [0.1, 0])]);
    },
    sort: (b, x) => {
      const scalar = tensorType('f32', []);
      const z = tensorType('c64', []);
      const comparator = b.block([scalar, scalar, z, z], (inner, [p, q]) => [
        inner.emit('stablehlo.compare', [p, q], { comparisonDirection: 'GT' }),
      ]);
      const key = columns(b);
      const attributes = { dimension: 1, isStable: true };
      return b.create('stablehlo.sort', [key, x], attributes, { regions: [comparator] }).results[1];
    },
    tame: (b, x) => {
      const modulus = b.emit('stablehlo.abs', [x]);
      const half = constant(b, DenseElements.splat(modulus.tensor, 0.5));
      return b.emit('stablehlo.divide', [
        x,
        b.emit('stablehlo.complex', [b.emit('stablehlo.add', [modulus, half]), half]),
      ]);
    },
  };
  // Nothing here jumps: a rounding error must not decide between two values.
  const columns = (b: Builder): Value =>
    b.emit('stablehlo.iota', [], { iotaDimension: 1 }, { resultTypes: [tensorType('f32', shape)] });
  const pivot = (b: Builder): Value => constant(b, DenseElements.splat(tensorType('f32', shape), 2.5));
  const lessThan = { comparisonDirection: 'LT' };
  const typed = (x: Value, s: readonly number[]) => ({ resultTypes: [tensorType(x.dtype, s)] });
  const constant = (b: Builder, value: DenseElements): Value => b.emit('stablehlo.constant', [], { value });
  const integer = (b: Builder, v: number): Value => constant(b, DenseElements.splat(tensorType('i32', []), v));
  const splat = (b: Builder, x: Value, v: readonly [number, number]): Value =>
    constant(b, DenseElements.splat(x.tensor, v));
  const zero = (b: Builder, x: Value): Value => constant(b, DenseElements.splat(tensorType(x.dtype, []), [0, 0]));
  const reduced = (b: Builder, x: Value, op: string, init: readonly [number, number]): Value => {
    const z = tensorType(x.dtype, []);
    const region = b.block([z, z], (inner, [p, q]) => [inner.emit(op, [p, q])]);
    const start = constant(b, DenseElements.splat(z, init));
    return b.create('stablehlo.reduce', [x, start], { dimensions: [0] }, { regions: [region] }).results[0];
  };
  const spread = (b: Builder, row: Value): Value =>
    b.emit('stablehlo.broadcast_in_dim', [row], { broadcastDimensions: [1] }, typed(row, shape));

  const program = (names: readonly string[]): Module => {
    const b = new Builder(registry);
    const args = [0, 1].map((i) => new Value(tensorType('c64', shape), undefined, i));
    const [, last] = names.reduce(([x, y], name) => [y, steps[name](b, x, y)], [args[0], args[1]]);
    return new Module([new Func('main', b.finish(args, [last], 'func.return'))]);
  };
  const check = async (names: readonly string[], runs: Readonly<Record<string, Engine>>): Promise<void> => {
    const module = program(names);
    const args = [randomOf('c64', shape, 1), randomOf('c64', shape, 2)];
    const [want] = await onReference(module, args);
    for (const [name, engine] of Object.entries(runs)) {
      const [got] = await runNatively(engine, module, args);
      expect(distance(got, want, true), `${name}: ${names.join(', ')}`).toBeLessThanOrEqual(200);
    }
  };

  test('every step', async () => {
    for (const name of Object.keys(steps)) await check([name], { wasm });
    await check(Object.keys(steps), engines);
  }, 300_000);

  test('random steps on wasm', async () => {
    const lists = fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 2, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(lists, (names) => check(names, { wasm })),
      { numRuns: 25, seed: 6 },
    );
  }, 300_000);

  test('random steps on cpu', async () => {
    const lists = fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 6, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(lists, (names) => check(names, { cpu })),
      { numRuns: 2, seed: 11 },
    );
  }, 300_000);
});

test('what has no kernel works in callbacks, between kernels', async () => {
  const b = new Builder(registry);
  const x = new Value(tensorType('c64', [3, 3]), undefined, 0);
  const doubled = b.emit('stablehlo.add', [x, x]);
  const l = b.emit('stablehlo.cholesky', [doubled], { lower: true });
  const module = new Module([new Func('main', b.finish([x], [b.emit('stablehlo.multiply', [l, l])], 'func.return'))]);
  const values = [4, 1, 0.5, 1, 5, 1, 0.5, 1, 6].map((v): [number, number] => [v, 0]);
  const args = [HostArray.from('c64', [3, 3], values)];
  const executable = await wasm.compile(module);
  const [[out]] = await executable.execute([args.map((a) => wasm.put(a, 0))]);
  const [want] = await onReference(module, args);
  expect(distance(await out.read(), want, true)).toBeLessThanOrEqual(8);
});
