import { expect, test } from 'vitest';
import { EspalierError } from '../../src/base/index.ts';
import { runProgram } from './fixtures.ts';

const head =
  '#include "espalier.h"\n__attribute__((visibility("default"))) int program(void **args, void **results, void *arena, struct esp_device *dev) {\n';

/** C tables for replica groups; every group gets its own barrier. */
function groups(name: string, rows: readonly (readonly number[])[], firstBarrier = 0): string {
  const size = Math.max(...rows.map((r) => r.length));
  const padded = rows.flatMap((r) => [...r, ...new Array<number>(size - r.length).fill(-1)]);
  return `static const int ${name}_t[] = {${padded}}; static const int ${name}_b[] = {${rows.map((_, i) => firstBarrier + i)}};
static const struct esp_groups ${name} = {${rows.length}, ${size}, ${name}_t, ${name}_b};\n`;
}

const value = (d: number, i: number): number => Math.fround(Math.sin(d * 100 + i) * 10 ** (d % 4));
const input = (d: number, n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => value(d, i));
const f32 = (n: number) => (): Float32Array => new Float32Array(n);
const devicesOf = (n: number, size: number): Float32Array[][] => Array.from({ length: n }, (_, d) => [input(d, size)]);

/** Sum in the group's order, in float32: the exact bits every member must get. */
const sum = (members: readonly number[], i: number): number =>
  members.reduce((s, d, at) => (at === 0 ? value(d, i) : Math.fround(s + value(d, i))), 0);

for (const rows of [
  [[0, 1]],
  [[0, 1, 2, 3]],
  [
    [0, 2],
    [3, 1],
  ],
  [[0], [1, 2, 3]],
  [[7, 6, 5, 4, 3, 2, 1, 0]],
])
  test(`all_reduce over ${JSON.stringify(rows)}, also in place, is exact and repeatable`, async () => {
    const devices = rows.flat().length;
    const n = 5003;
    const text = `${head}${groups('g', rows)}
      for (int r = 0; r < 50; r++) {
        int rc = dev->lib->all_reduce(dev, &g, ESP_SUM, ESP_F32, args[0], results[0], ${n});
        if (rc) return rc;
      }
      memcpy(results[1], args[0], ${n * 4});
      return dev->lib->all_reduce(dev, &g, ESP_MAX, ESP_F32, results[1], results[1], ${n}); }`;
    const out = await runProgram(text, devicesOf(devices, n), [f32(n), f32(n)], rows.length);
    for (const members of rows)
      for (const d of members) {
        expect(out[d][0]).toEqual(Float32Array.from({ length: n }, (_, i) => sum(members, i)));
        expect(out[d][1]).toEqual(
          Float32Array.from({ length: n }, (_, i) => Math.max(...members.map((m) => value(m, i)))),
        );
      }
  });

test('all_gather, reduce_scatter, all_to_all, permute and broadcast on two different groupings', async () => {
  // Every device holds [outer 3][4 members][inner 5] where that matters.
  const rows = [
    [0, 1, 2, 3],
    [5, 4, 7, 6],
  ];
  const all = [[0, 1, 2, 3, 4, 5, 6, 7]];
  const text = `${head}${groups('g', rows)}${groups('all', all, 2)}
    static const int st[] = {0, 1, 1, 0, 2, 5, 7, 7};
    const struct esp_box box = {2, {3, 20}, {80, 1}, {80, 1}};
    int rc = dev->lib->all_gather(dev, &g, 3, 20, args[0], results[0]);
    if (!rc) rc = dev->lib->reduce_scatter(dev, &g, ESP_SUM, ESP_F32, 3, 5, args[0], results[1]);
    if (!rc) rc = dev->lib->all_to_all(dev, &g, &box, 20, 20, args[0], results[2]);
    if (!rc) rc = dev->lib->permute(dev, &all, 4, st, 240, args[0], results[3]);
    if (!rc) rc = dev->lib->broadcast(dev, &g, 240, args[0], results[4]);
    return rc; }`;
  const out = await runProgram(text, devicesOf(8, 60), [f32(60), f32(15), f32(60), f32(60), f32(60)], 3);
  for (const members of rows)
    members.forEach((d, me) => {
      const [gather, scatter, exchanged, permuted, sent] = out[d];
      for (let o = 0; o < 3; o++)
        for (let i = 0; i < 5; i++) {
          expect(scatter[o * 5 + i]).toBe(sum(members, (o * 4 + me) * 5 + i));
          for (let m = 0; m < 4; m++) {
            expect(gather[(o * 4 + m) * 5 + i]).toBe(value(members[m], o * 5 + i));
            expect(exchanged[(o * 4 + m) * 5 + i]).toBe(value(members[m], (o * 4 + me) * 5 + i));
          }
        }
      const from = [1, 0, -1, -1, -1, 2, -1, 7][d];
      expect(permuted).toEqual(from < 0 ? new Float32Array(60) : input(from, 60));
      expect(sent).toEqual(input(members[0], 60));
    });
});

test('integers, booleans and bfloat16 reduce in their own arithmetic', async () => {
  const text = `${head}${groups('g', [[0, 1, 2]])}
    int rc = dev->lib->all_reduce(dev, &g, ESP_SUM, ESP_I8, args[0], results[0], 3);
    if (!rc) rc = dev->lib->all_reduce(dev, &g, ESP_SUM, ESP_BOOL, args[1], results[1], 3);
    if (!rc) rc = dev->lib->all_reduce(dev, &g, ESP_SUM, ESP_BF16, args[2], results[2], 1);
    if (!rc) rc = dev->lib->all_reduce(dev, &g, ESP_MIN, ESP_U8, args[0], results[3], 3);
    return rc; }`;
  const args = [0, 1, 2].map((d) => [
    Int8Array.of(100, d, -d),
    Uint8Array.of(0, Number(d === 1), 1),
    Uint16Array.of(d === 0 ? 0x4380 : 0x3f80), // 256, 1, 1: only a float32 sum gives 258
  ]);
  const like: (() => ArrayBufferView)[] = [
    () => new Int8Array(3),
    () => new Uint8Array(3),
    () => new Uint16Array(1),
    () => new Uint8Array(3),
  ];
  const out = await runProgram(text, args, like, 1);
  for (const row of out) {
    expect(row[0]).toEqual(Int8Array.of(44, 3, -3));
    expect(row[1]).toEqual(Uint8Array.of(0, 1, 1));
    expect(row[2]).toEqual(Uint16Array.of(0x4381));
    expect(row[3]).toEqual(Uint8Array.of(100, 0, 0));
  }
});

test('a failing or diverging device ends the run with an error instead of hanging', async () => {
  const wait = `${groups('g', [[0, 1, 2]])} return dev->lib->broadcast(dev, &g, 4, args[0], results[0]); }`;
  const failing = runProgram(`${head} if (dev->id == 1) return 77; ${wait}`, devicesOf(3, 1), [f32(1)], 1);
  await expect(failing).rejects.toMatchObject({ code: 'runtime/execution-failed', fields: { code: 77 } });
  const diverging = runProgram(`${head} if (dev->id == 1) return 0; ${wait}`, devicesOf(3, 1), [f32(1)], 1);
  await expect(diverging).rejects.toBeInstanceOf(EspalierError);
});
