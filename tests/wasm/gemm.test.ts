import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { type DType, dtypeInfo, HostArray } from '../../src/base/index.ts';
import { compileToWasm } from '../../src/compile/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { WasmEngine } from '../../src/runtime/index.ts';
import { difference } from '../compare.ts';
import { reference, run, sampleArray } from '../cpu/programs.ts';

const engines = { relaxed: new WasmEngine({ threads: 1 }), strict: new WasmEngine({ threads: 1, relaxed: false }) };
afterAll(() => Promise.all(Object.values(engines).map((e) => e.close())));

interface Product {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly ta: boolean;
  readonly tb: boolean;
  readonly tc: boolean;
}

/** A batch of products with operands and result transposed or not. */
function textOf({ batch: q, m, n, k, ta, tb, tc }: Product): string {
  const shape = (r: number, c: number): string => `tensor<${q}x${r}x${c}xf32>`;
  const a = ta ? shape(k, m) : shape(m, k);
  const b = tb ? shape(n, k) : shape(k, n);
  const c = shape(m, n);
  const out = tc ? shape(n, m) : c;
  return `func.func @main(%a: ${a}, %b: ${b}) -> ${out} {
  %c = stablehlo.dot_general %a, %b, batching_dims = [0] x [0], contracting_dims = [${ta ? 1 : 2}] x [${tb ? 2 : 1}] : (${a}, ${b}) -> ${c}
  ${tc ? `%t = stablehlo.transpose %c, dims = [0, 2, 1] : (${c}) -> ${out}\n  return %t` : 'return %c'} : ${out}
}`;
}

const random = (n: number, seed: number): Float32Array => {
  let s = seed * 747796405 + 1;
  return Float32Array.from({ length: n }, () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 31 - 1;
  });
};

async function check(p: Product): Promise<void> {
  const { batch, m, n, k, ta, tb, tc } = p;
  const a = random(batch * m * k, 1);
  const b = random(batch * k * n, 2);
  const module = parseModule(textOf(p), registry);
  const args = [
    new HostArray('f32', ta ? [batch, k, m] : [batch, m, k], a),
    new HostArray('f32', tb ? [batch, n, k] : [batch, k, n], b),
  ];
  for (const [name, engine] of Object.entries(engines)) {
    const [[result]] = await run(engine, module, [args]);
    const got = result.data as Float32Array;
    let worst = 0;
    for (let q = 0; q < batch; q++)
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let x = 0; x < k; x++)
            sum += a[q * m * k + (ta ? x * m + i : i * k + x)] * b[q * k * n + (tb ? j * k + x : x * n + j)];
          worst = Math.max(worst, Math.abs(sum - got[q * m * n + (tc ? j * m + i : i * n + j)]));
        }
    expect(worst, `${name} ${JSON.stringify(p)}`).toBeLessThan(1e-6 * (k + 1));
  }
}

test('float32 products of awkward shapes equal the definition', async () => {
  const sizes = [1, 2, 3, 5, 6, 7, 8, 13, 33, 100];
  const size = fc.constantFrom(...sizes);
  const depth = fc.constantFrom(1, 3, 4, 40, 257, 300);
  const flag = fc.boolean();
  const product = fc.record({ batch: fc.constantFrom(1, 3), m: size, n: size, k: depth, ta: flag, tb: flag, tc: flag });
  await fc.assert(fc.asyncProperty(product, check), { numRuns: 60, seed: 1 });
});

test('products beyond one packed block', async () => {
  await check({ batch: 1, m: 200, n: 300, k: 20, ta: false, tb: false, tc: false });
  await check({ batch: 1, m: 97, n: 20, k: 600, ta: true, tb: true, tc: true });
});

const storable = ['f32', 'bf16', 'f16', 'i8', 'u8'] as const;

test('products of narrow types, converted or rounded on the way, agree with the reference', async () => {
  const size = fc.integer({ min: 1, max: 40 });
  const edge = fc.oneof(size, fc.constantFrom(192, 193, 257));
  const spec = fc.record({
    m: fc.oneof(fc.constantFrom(1, 2), edge),
    n: edge,
    k: edge,
    ta: fc.boolean(),
    tb: fc.boolean(),
    a: fc.constantFrom(...storable),
    b: fc.constantFrom(...storable),
    c: fc.constantFrom('f32' as const, 'bf16' as const, 'f16' as const),
    round: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(spec, async ({ m, n, k, ta, tb, a, b, c, round }) => {
      const shapeA = ta ? [k, m] : [m, k];
      const shapeB = tb ? [n, k] : [k, n];
      const type = (s: readonly number[], d: string): string => `tensor<${s.join('x')}x${d === 'u8' ? 'ui8' : d}>`;
      const lines: string[] = [];
      /** An operand in the type the product is computed in. */
      const operand = (name: string, s: readonly number[], d: string): void => {
        if (c !== 'f32') lines.push(`  %${name}w = stablehlo.convert %${name} : (${type(s, d)}) -> ${type(s, c)}`);
        else if (d === 'f32' && round) {
          lines.push(`  %${name}r = stablehlo.convert %${name} : (${type(s, d)}) -> ${type(s, 'bf16')}`);
          lines.push(`  %${name}w = stablehlo.convert %${name}r : (${type(s, 'bf16')}) -> ${type(s, 'f32')}`);
        } else lines.push(`  %${name}w = stablehlo.convert %${name} : (${type(s, d)}) -> ${type(s, 'f32')}`);
      };
      operand('a', shapeA, a);
      operand('b', shapeB, b);
      const out = type([m, n], c);
      const module = parseModule(
        `func.func @main(%a: ${type(shapeA, a)}, %b: ${type(shapeB, b)}) -> ${out} {
${lines.join('\n')}
  %c = stablehlo.dot_general %aw, %bw, contracting_dims = [${ta ? 0 : 1}] x [${tb ? 1 : 0}] : (${type(shapeA, c)}, ${type(shapeB, c)}) -> ${out}
  return %c : ${out}
}`,
        registry,
      );
      const sample = (d: (typeof storable)[number], shape: number[], seed: number): HostArray =>
        sampleArray({ dtype: d, shape, low: d === 'u8' ? 0 : -3, high: 3 }, seed);
      const args = [sample(a, shapeA, 1), sample(b, shapeB, 2)];
      const [[want]] = await run(reference, module, [args]);
      const tolerance = c === 'f32' ? 1e-4 : c === 'f16' ? 4e-3 : 2e-2;
      for (const engine of Object.values(engines)) {
        const [[got]] = await run(engine, module, [args]);
        expect(difference(got, want, tolerance)).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 40 },
  );
});

test('weights of bytes with factors per channel, per group and per element are one product', async () => {
  const spec = fc.record({
    m: fc.constantFrom(1, 2, 7),
    n: fc.constantFrom(1, 16, 33, 200),
    groups: fc.constantFrom(1, 3, 8),
    group: fc.constantFrom(1, 5, 16, 60),
    batch: fc.constantFrom(1, 3),
    weight: fc.constantFrom('i8', 'u8'),
    /** Where the weight stands, and which way it and its factors lie. */
    left: fc.boolean(),
    transposed: fc.boolean(),
    turned: fc.boolean(),
    factors: fc.constantFrom('channel', 'group'),
  });
  await fc.assert(
    fc.asyncProperty(spec, async ({ m, n, groups, group, batch, weight, left, transposed, turned, factors }) => {
      const k = groups * group;
      const type = (shape: readonly number[], d = 'f32'): string => `tensor<${shape.join('x')}x${d}>`;
      const w = transposed ? [batch, n, k] : [batch, k, n];
      const split = transposed ? [batch, n, groups, group] : [batch, groups, group, n];
      const [kDim, nDim] = transposed ? [2, 1] : [1, 2];
      const scaleShape = factors === 'channel' ? [batch, n] : turned ? [batch, n, groups] : [batch, groups, n];
      const dims = transposed ? { n: 1, g: 2 } : { n: 3, g: 1 };
      const spread = factors === 'channel' ? [0, dims.n] : turned ? [0, dims.n, dims.g] : [0, dims.g, dims.n];
      // broadcast_in_dim may permute: dimension i of the factors is dimension spread[i] of the weight.
      const [x, y] = [[batch, m, k], left ? [batch, n, m] : [batch, m, n]];
      const wd = weight === 'u8' ? 'ui8' : weight;
      const product = left
        ? `dot_general %q, %x, batching_dims = [0] x [0], contracting_dims = [${kDim}] x [2] : (${type(w)}, ${type(x)})`
        : `dot_general %x, %q, batching_dims = [0] x [0], contracting_dims = [2] x [${kDim}] : (${type(x)}, ${type(w)})`;
      expect(w[nDim]).toBe(n);
      const module = parseModule(
        `func.func @main(%x: ${type(x)}, %w: ${type(w, wd)}, %s: ${type(scaleShape)}) -> ${type(y)} {
  %c = stablehlo.convert %w : (${type(w, wd)}) -> ${type(w)}
  %b = stablehlo.broadcast_in_dim %s, dims = [${spread}] : (${type(scaleShape)}) -> ${type(split)}
  %r = stablehlo.reshape %b : (${type(split)}) -> ${type(w)}
  %q = stablehlo.multiply %c, %r : ${type(w)}
  %y = stablehlo.${product} -> ${type(y)}
  return %y : ${type(y)}
}`,
        registry,
      );
      const options = { registry, numDevices: 1, relaxed: true, shared: true, maximumPages: 65536 };
      const { steps } = compileToWasm(module, options).kernels.body;
      expect(steps.filter((s) => s.kind !== 'copy').map((s) => s.kind)).toEqual(['gemm']);
      const args = [
        sampleArray({ dtype: 'f32', shape: x, low: -1, high: 1 }, 1),
        sampleArray({ dtype: weight as 'i8' | 'u8', shape: w, low: weight === 'u8' ? 0 : -100, high: 100 }, 2),
        sampleArray({ dtype: 'f32', shape: scaleShape, low: 0.5, high: 2 }, 3),
      ];
      const [[want]] = await run(reference, module, [args]);
      for (const engine of Object.values(engines)) {
        const [[got]] = await run(engine, module, [args]);
        const [ours, theirs] = [got.toNumbers(), want.toNumbers()];
        const worst = theirs.reduce((most, v, i) => Math.max(most, Math.abs(v - ours[i])), 0);
        // What float32 sums of k terms of at most 1 · 100 · 2 may be off.
        expect(worst).toBeLessThanOrEqual((k + 2) * 2 ** -24 * (200 * k));
      }
    }),
    { numRuns: 40 },
  );
});

const others = ['i8,i8,i32', 'u8,u8,u32', 'i16,i16,i32', 'i32,i32,i32', 'i8,i8,i8', 'u16,u16,u16', 'i64,i64,i64', 'bool,bool,bool', 'f64,f64,f64', 'f32,f32,f64'] as const; // biome-ignore format: a table

test('products of integers equal the reference, of float64 nearly', async () => {
  const size = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constantFrom(47, 49, 97, 129));
  const spec = fc.record({
    types: fc.constantFrom(...others),
    batch: fc.constantFrom(1, 2),
    m: size,
    n: size,
    k: fc.oneof(fc.constantFrom(0, 1, 385), size),
    ta: fc.boolean(),
    tb: fc.boolean(),
    tc: fc.boolean(),
  });
  const two = new WasmEngine({ threads: 2 });
  await fc.assert(
    fc.asyncProperty(spec, async ({ types, batch, m, n, k, ta, tb, tc }) => {
      const [a, b, c] = types.split(',') as [DType, DType, DType];
      const type = (shape: readonly number[], d: DType): string =>
        `tensor<${shape.join('x')}x${d === 'bool' ? 'i1' : d.replace('u', 'ui')}>`;
      const shapeA = ta ? [batch, k, m] : [batch, m, k];
      const shapeB = tb ? [batch, n, k] : [batch, k, n];
      const product = type([batch, m, n], c);
      const result = type(tc ? [batch, n, m] : [batch, m, n], c);
      const module = parseModule(
        `func.func @main(%a: ${type(shapeA, a)}, %b: ${type(shapeB, b)}) -> ${result} {
  %c = stablehlo.dot_general %a, %b, batching_dims = [0] x [0], contracting_dims = [${ta ? 1 : 2}] x [${tb ? 2 : 1}] : (${type(shapeA, a)}, ${type(shapeB, b)}) -> ${product}
  ${tc ? `%t = stablehlo.transpose %c, dims = [0, 2, 1] : (${product}) -> ${result}\n  return %t` : 'return %c'} : ${result}
}`,
        registry,
      );
      const { kind, bits } = dtypeInfo(a);
      const high = kind === 'bool' ? 1 : kind === 'float' ? 3 : bits === 8 ? 100 : 60_000 / (bits === 16 ? 3 : 1);
      const sample = (d: DType, shape: number[], seed: number): HostArray =>
        sampleArray({ dtype: d, shape, low: kind === 'unsigned' || kind === 'bool' ? 0 : -high, high }, seed);
      const args = [sample(a, shapeA, 1), sample(b, shapeB, 2)];
      const [[want]] = await run(reference, module, [args]);
      for (const engine of [engines.relaxed, two]) {
        const [[got]] = await run(engine, module, [args]);
        if (c === 'f64') {
          const theirs = want.toNumbers();
          const worst = got.toNumbers().reduce((most, v, i) => Math.max(most, Math.abs(v - theirs[i])), 0);
          // What two float64 sums of k terms of at most 9 may be apart.
          expect(worst).toBeLessThanOrEqual(2 * k * 2 ** -53 * (9 * k));
        } else expect(got.equals(want), JSON.stringify({ types, m, n, k, ta, tb, tc })).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
  await two.close();
});

test('large products, packed by all threads: strips of either side, batches, several rounds over k', async () => {
  const cases: readonly Product[] = [
    { batch: 1, m: 130, n: 700, k: 450, ta: false, tb: false, tc: false },
    { batch: 1, m: 701, n: 133, k: 390, ta: true, tb: true, tc: false },
    { batch: 1, m: 133, n: 701, k: 390, ta: true, tb: false, tc: true },
    { batch: 3, m: 201, n: 303, k: 500, ta: false, tb: true, tc: false },
    { batch: 1, m: 1101, n: 1103, k: 2001, ta: false, tb: false, tc: false },
  ];
  const two = new WasmEngine({ threads: 2 });
  for (const p of cases) {
    const { batch, m, n, k, ta, tb, tc } = p;
    const [a, b] = [random(batch * m * k, 1), random(batch * k * n, 2)];
    const args = [
      new HostArray('f32', ta ? [batch, k, m] : [batch, m, k], a),
      new HostArray('f32', tb ? [batch, n, k] : [batch, k, n], b),
    ];
    const module = parseModule(textOf(p), registry);
    const [[want]] = await run(engines.relaxed, module, [args]);
    for (let i = 0; i < 3; i++) {
      const [[got]] = await run(two, module, [args]);
      expect(got.equals(want), JSON.stringify(p)).toBe(true);
    }
    const out = want.data as Float32Array;
    for (let sample = 0; sample < 500; sample++) {
      const [q, i, j] = [batch, m, n].map((size, d) => Math.imul(sample + 1, [7, 7919, 104_729][d]) % size);
      let sum = 0;
      for (let x = 0; x < k; x++)
        sum += a[q * m * k + (ta ? x * m + i : i * k + x)] * b[q * k * n + (tb ? j * k + x : x * n + j)];
      expect(Math.abs(sum - out[q * m * n + (tc ? j * m + i : i * n + j)])).toBeLessThan(1e-6 * (k + 1));
    }
  }
  await two.close();
});
