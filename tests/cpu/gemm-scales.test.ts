import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type DType, HostArray } from '../../src/base/index.ts';
import { NativeBuffer } from '../../src/runtime/cpu/buffer.ts';
import { type GemmScale, NativeLibrary } from '../../src/runtime/cpu/library.ts';
import { scaled } from '../scale.ts';
import { builds, filled, memoryOf, size } from './gemm-operands.ts';

/* Products whose operands have scales, per channel and per group, in every build of the kernels. */

for (const build of builds)
  describe(build.name, () => {
    let library: NativeLibrary;
    beforeAll(async () => {
      library = await NativeLibrary.build(build.flags);
    }, 120_000);

    test('scales of int8 and int4 weights, per channel and per group', () => {
      fc.assert(
        fc.property(
          fc.record({
            weights: fc.constantFrom<DType>('i8', 'u8', 'i4', 'u4'),
            activations: fc.constantFrom<DType>('f32', 'bf16', 'i8'),
            m: size(1, 2, 9, 40),
            n: size(64, 130),
            groups: fc.integer({ min: 1, max: 5 }),
            group: fc.constantFrom(1, 8, 32, 48, 100),
            perChannel: fc.boolean(),
            tb: fc.boolean(),
            weightIsA: fc.boolean(),
            accumulate: fc.boolean(),
            threads: fc.constantFrom(1, 3),
          }),
          ({ weights, activations, m, n, groups, group, perChannel, tb, weightIsA, accumulate, threads }) => {
            const k = groups * group;
            const x = filled(activations, m * k, 1);
            const w = filled(weights, k * n, 2);
            const s = filled('f32', groups * n, 3);
            const before = filled('f32', m * n, 4);
            const buffers = [x, w, s, before].map((v) => NativeBuffer.from(library, memoryOf(v)));
            const [px, pw, ps, c] = buffers.map((v) => v.address);
            const scale = perChannel
              ? { address: ps, k: 0, other: 1, group: 1 }
              : { address: ps, k: n, other: 1, group };
            const wStrides: [number, number] = tb ? [1, k] : [n, 1];
            const types = weightIsA ? ([weights, activations] as const) : ([activations, weights] as const);
            const rest = { dtypes: [...types, 'f32'] as const, k, c, accumulate, threads };
            if (weightIsA)
              library.gemm({
                ...{ ...rest, m: n, n: m, a: pw, b: px, aScale: scale },
                ...{ aStrides: [0, wStrides[1], wStrides[0]], bStrides: [0, 1, k], cStrides: [0, 1, n] },
              });
            else
              library.gemm({
                ...{ ...rest, m, n, a: px, b: pw, bScale: scale },
                ...{ aStrides: [0, k, 1], bStrides: [0, ...wStrides], cStrides: [0, n, 1] },
              });
            const out = new Float32Array(m * n);
            buffers[3].read(out);
            for (const v of buffers) v.dispose();
            const [xn, wn, sn, start] = [x, w, s, before].map((v) => v.toNumbers());
            let worst = 0;
            for (let i = 0; i < m; i++)
              for (let j = 0; j < n; j++) {
                let sum = accumulate ? start[i * n + j] : 0;
                let size = Math.abs(sum) + 1e-30;
                for (let p = 0; p < k; p++) {
                  const factor = sn[(perChannel ? 0 : Math.floor(p / group) * n) + j];
                  const term = xn[i * k + p] * (wn[p * wStrides[0] + j * wStrides[1]] * factor);
                  sum += term;
                  size += Math.abs(term);
                }
                worst = Math.max(worst, Math.abs(out[i * n + j] - sum) / size);
              }
            expect(worst).toBeLessThan((k + 3) * 2 ** -24);
          },
        ),
        { numRuns: scaled(build.flags.length === 0 ? 20 : 8) },
      );
    }, 120_000);

    // int8 activations and int8 or int4 weights, both with scales: sums of a group are exact, and threads change no bit.
    test('products of scaled integers: groups of either side, last ones cut short', () => {
      const groups = fc.constantFrom(0, 8, 20, 32, 64, 96, 128, 256, 1024);
      fc.assert(
        fc.property(
          fc.record({
            weights: fc.constantFrom<DType>('i8', 'i4', 'u4'),
            m: fc.oneof(fc.integer({ min: 1, max: 18 }), fc.integer({ min: 19, max: 40 })),
            n: fc.integer({ min: 1, max: 140 }),
            k: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.constantFrom(64, 128, 256, 576, 768, 1090)),
            // 0: one for all of k
            group: fc.record({ x: groups, w: groups }),
            scaled: fc.record({ x: fc.boolean(), w: fc.boolean() }),
            scalesAlongK: fc.boolean(),
            transposeX: fc.boolean(),
            accumulate: fc.boolean(),
            extremes: fc.boolean(),
            seed: fc.nat(),
          }),
          ({ weights, m, n, k, group, scaled, scalesAlongK, transposeX, accumulate, extremes, seed }) => {
            const stride = k + (k % 2);
            const lowest = -128;
            const x = extremes ? HostArray.full('i8', [m * k], lowest) : filled('i8', m * k, seed);
            const w =
              extremes && weights === 'i8'
                ? HostArray.full('i8', [n * stride], lowest)
                : filled(weights, n * stride, seed + 1);
            const countOf = (g: number): number => (g === 0 ? 1 : Math.ceil(k / g));
            const [xs, ws] = [
              filled('f32', m * countOf(group.x), seed + 2),
              filled('f32', n * countOf(group.w), seed + 3),
            ];
            const before = filled('f32', m * n, seed + 4);
            const inputs = [x, w, xs, ws].map((v) => NativeBuffer.from(library, memoryOf(v)));
            const [a, b, pxs, pws] = inputs.map((v) => v.address);
            const scaleOf = (address: number, rows: number, g: number): GemmScale =>
              scalesAlongK
                ? { address, k: g === 0 ? 0 : 1, other: countOf(g), group: g || 1 }
                : { address, k: g === 0 ? 0 : rows, other: 1, group: g || 1 };
            const product = (rows: number, threads: number): Float32Array => {
              const c = NativeBuffer.from(library, before.bytes);
              library.gemm({
                ...{ dtypes: ['i8', weights, 'f32'], m: rows, n, k, a, b, c: c.address, accumulate, threads },
                aStrides: transposeX ? [0, 1, m] : [0, k, 1],
                ...{ bStrides: [0, 1, stride], cStrides: [0, n, 1] },
                ...(scaled.x ? { aScale: scaleOf(pxs, m, group.x) } : {}),
                ...(scaled.w ? { bScale: scaleOf(pws, n, group.w) } : {}),
              });
              const out = new Float32Array(m * n);
              c.read(out);
              c.dispose();
              return out.subarray(0, rows * n);
            };
            const results = [product(m, 1), product(m, 3)];
            expect(results[1]).toEqual(results[0]);
            // What is computed of a row does not depend on how many others there are; int4 in groups of no multiple of 8 is another product.
            const fewer = 1 + (seed % 12);
            const isOther = weights !== 'i8' && (group.x === 20 || group.w === 20);
            if (n > 1 && !isOther && fewer < m) expect(product(fewer, 1)).toEqual(results[0].subarray(0, fewer * n));
            for (const v of inputs) v.dispose();
            // Rows of either side with their scales on.
            const scaledRows = (
              v: HostArray,
              rows: number,
              at: (row: number, p: number) => number,
              s: HostArray,
              is: boolean,
              g: number,
            ): Float64Array => {
              const [vn, sn] = [v.toNumbers(), s.toNumbers()];
              const out = new Float64Array(rows * k);
              for (let row = 0; row < rows; row++)
                for (let p = 0; p < k; p++) {
                  const which = g === 0 ? 0 : Math.floor(p / g);
                  const factor = is ? sn[scalesAlongK ? row * countOf(g) + which : which * rows + row] : 1;
                  out[row * k + p] = vn[at(row, p)] * factor;
                }
              return out;
            };
            const xr = scaledRows(x, m, (i, p) => (transposeX ? p * m + i : i * k + p), xs, scaled.x, group.x);
            const wr = scaledRows(w, n, (j, p) => j * stride + p, ws, scaled.w, group.w);
            const start = before.toNumbers();
            let worst = 0;
            for (let i = 0; i < m; i++)
              for (let j = 0; j < n; j++) {
                let sum = accumulate ? start[i * n + j] : 0;
                let size = Math.abs(sum) + 1e-30;
                for (let p = 0; p < k; p++) {
                  const term = xr[i * k + p] * wr[j * k + p];
                  sum += term;
                  size += Math.abs(term);
                }
                worst = Math.max(worst, Math.abs(results[0][i * n + j] - sum) / size);
              }
            expect(worst).toBeLessThan((k + 3) * 2 ** -24);
          },
        ),
        { numRuns: scaled(build.flags.length === 0 ? 20 : 8) },
      );
    }, 120_000);

    // Rows that outgrow the cache are multiplied pass by pass along k.
    test.each<DType>(['i8', 'i4'])('products of scaled integers with many rows: %s, the bits of few', (weights) => {
      const [m, few, n, k] = [420, 3, 40, 1664];
      const inputs = [
        ...[filled('i8', m * k, 1), filled(weights, n * k, 2)],
        ...[filled('f32', (m * k) / 32, 3), filled('f32', (n * k) / 32, 4)],
      ].map((v) => NativeBuffer.from(library, memoryOf(v)));
      const [a, b, xs, ws] = inputs.map((v) => v.address);
      const product = (rows: number, threads: number): Float32Array => {
        const c = new NativeBuffer(library, 4 * m * n);
        library.gemm({
          ...{ dtypes: ['i8', weights, 'f32'], m: rows, n, k, a, b, c: c.address, threads },
          ...{ aStrides: [0, k, 1], bStrides: [0, 1, k], cStrides: [0, n, 1] },
          ...{ aScale: { address: xs, k: 1, other: k / 32, group: 32 } },
          ...{ bScale: { address: ws, k: 1, other: k / 32, group: 32 } },
        });
        const out = new Float32Array(rows * n);
        c.read(out);
        c.dispose();
        return out;
      };
      const whole = product(m, 2);
      expect(product(m, 1)).toEqual(whole);
      expect(whole.subarray(0, few * n)).toEqual(product(few, 1));
      for (const v of inputs) v.dispose();
    });
  });
