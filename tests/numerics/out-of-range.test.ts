import { afterAll, describe, expect, test } from 'vitest';
import { HostArray, runModule } from '../../src/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine } from '../../src/runtime/index.ts';

/* Windows that would begin before an array or end behind it, by indices known at run time only. */

const module = parseModule(
  `func.func @main(%x: tensor<5x2xi32>, %at: tensor<4xi32>, %new: tensor<4x2xi32>) -> (tensor<4x2xi32>, tensor<4x2x2xi32>, tensor<5x2xi32>, tensor<2x2xi32>, tensor<5x2xi32>) {
    %rows = "stablehlo.gather"(%x, %at) {dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2>, indices_are_sorted = false} : (tensor<5x2xi32>, tensor<4xi32>) -> tensor<4x2xi32>
    %pairs = "stablehlo.gather"(%x, %at) {dimension_numbers = #stablehlo.gather<offset_dims = [1, 2], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 2, 2>, indices_are_sorted = false} : (tensor<5x2xi32>, tensor<4xi32>) -> tensor<4x2x2xi32>
    %set = "stablehlo.scatter"(%x, %at, %new) ({
    ^bb0(%old: tensor<i32>, %update: tensor<i32>):
      stablehlo.return %update : tensor<i32>
    }) {scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, indices_are_sorted = false, unique_indices = false} : (tensor<5x2xi32>, tensor<4xi32>, tensor<4x2xi32>) -> tensor<5x2xi32>
    %zero = stablehlo.constant dense<0> : tensor<i32>
    %head = stablehlo.slice %at [0:1] : (tensor<4xi32>) -> tensor<1xi32>
    %first = stablehlo.reshape %head : (tensor<1xi32>) -> tensor<i32>
    %slice = stablehlo.dynamic_slice %x, %first, %zero, sizes = [2, 2] : (tensor<5x2xi32>, tensor<i32>, tensor<i32>) -> tensor<2x2xi32>
    %two = stablehlo.slice %new [0:2, 0:2] : (tensor<4x2xi32>) -> tensor<2x2xi32>
    %updated = stablehlo.dynamic_update_slice %x, %two, %first, %zero : (tensor<5x2xi32>, tensor<2x2xi32>, tensor<i32>, tensor<i32>) -> tensor<5x2xi32>
    return %rows, %pairs, %set, %slice, %updated : tensor<4x2xi32>, tensor<4x2x2xi32>, tensor<5x2xi32>, tensor<2x2xi32>, tensor<5x2xi32>
  }`,
  registry,
);
const x = HostArray.from('i32', [5, 2], [0, 1, 10, 11, 20, 21, 30, 31, 40, 41]);
const updates = HostArray.from('i32', [4, 2], [-1, -2, -3, -4, -5, -6, -7, -8]);

describe.each(['reference', 'cpu', 'wasm'])('on %s', (name) => {
  const engine = createEngine(name);
  afterAll(() => engine.close());
  const run = async (...at: number[]): Promise<number[][]> =>
    (await runModule(module, [x, HostArray.from('i32', [4], at), updates], { engine })).map((r) => [...r.toNumbers()]);

  test('gathers and slices move to the nearest window inside, scatters outside are left out', async () => {
    const [rows, pairs, set, slice, updated] = await run(-3, 1, 100, -(2 ** 31));
    expect(rows).toEqual([0, 1, 10, 11, 40, 41, 0, 1]);
    expect(pairs).toEqual([0, 1, 10, 11, 10, 11, 20, 21, 30, 31, 40, 41, 0, 1, 10, 11]);
    expect(set).toEqual([0, 1, -3, -4, 20, 21, 30, 31, 40, 41]);
    expect(slice).toEqual([0, 1, 10, 11]);
    expect(updated).toEqual([-1, -2, -3, -4, 20, 21, 30, 31, 40, 41]);
  });
  test('also behind the end', async () => {
    const [rows, pairs, set, slice, updated] = await run(5, 4, 3, 2 ** 31 - 1);
    expect(rows).toEqual([40, 41, 40, 41, 30, 31, 40, 41]);
    expect(pairs).toEqual([30, 31, 40, 41, 30, 31, 40, 41, 30, 31, 40, 41, 30, 31, 40, 41]);
    expect(set).toEqual([0, 1, 10, 11, 20, 21, -5, -6, -3, -4]);
    expect(slice).toEqual([30, 31, 40, 41]);
    expect(updated).toEqual([0, 1, 10, 11, 20, 21, -1, -2, -3, -4]);
  });
});
