import { describe, expect, test } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { parseModule, printModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { runBoth } from './run.ts';

const on = (dims: string): string => `{sdy.sharding = #sdy.sharding<@mesh, [${dims}]>}`;

/** Partitions a function, requires equal results, and returns its collectives as `kind bytes` and what was made whole. */
function collectivesOf(mesh: string, text: string): { collectives: string[]; replicated: string[] } {
  const module = parseModule(`sdy.mesh @mesh = <[${mesh}]>\n${text}`, registry);
  const args = module.main.args.map((a, k) => {
    const n = a.shape.reduce((p, q) => p * q, 1);
    return HostArray.from(
      a.dtype,
      a.shape,
      Array.from({ length: n }, (_, i) => ((i * 7 + k * 3) % 11) - 4),
    );
  });
  const { whole, joined, partitioned } = runBoth(module, args);
  whole.forEach((x, i) => {
    expect(joined[i].toNumbers()).toEqual(x.toNumbers());
  });
  const { collectives, replicated } = partitioned.report;
  return {
    collectives: collectives.map((c) => `${c.kind} ${c.bytes}`),
    replicated: replicated.map((r) => `${r.op}: ${r.reason}`),
  };
}

const f32 = 4;
const conv = (attributes: string, out: string, x = '1x16x8x2', k = '3x3x2x4'): string =>
  `stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {${attributes}} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<${x}xf32>, tensor<${k}xf32>) -> tensor<${out}xf32>`;

describe('only what is needed moves', () => {
  test('a spatially partitioned 3×3 convolution exchanges one row with each neighbour', () => {
    const given = '{}, {"x"}, {}, {}';
    const { collectives, replicated } = collectivesOf(
      '"x"=4',
      `func.func @main(%x: tensor<1x16x8x2xf32> ${on(given)}, %k: tensor<3x3x2x4xf32>) -> (tensor<1x16x8x4xf32> ${on(given)}) {
  %0 = ${conv('stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]', '1x16x8x4')}
  return %0 : tensor<1x16x8x4xf32>
}`,
    );
    const row = 8 * 2 * f32;
    expect(collectives).toEqual([`collective_permute ${row}`, `collective_permute ${row}`]);
    expect(replicated).toEqual([]);
  });

  test('stride 2 needs a row of one neighbour only', () => {
    const given = '{}, {"x"}, {}, {}';
    const { collectives } = collectivesOf(
      '"x"=4',
      `func.func @main(%x: tensor<1x16x8x2xf32> ${on(given)}, %k: tensor<3x3x2x4xf32>) -> (tensor<1x8x4x4xf32> ${on(given)}) {
  %0 = ${conv('stride = [2, 2], pad = [[0, 1], [0, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]', '1x8x4x4')}
  return %0 : tensor<1x8x4x4xf32>
}`,
    );
    expect(collectives).toEqual([`collective_permute ${8 * 2 * f32}`]);
  });

  test('the gradient of the input of a strided convolution (a dilated one) exchanges one row', () => {
    const given = '{}, {"x"}, {}, {}';
    const { collectives } = collectivesOf(
      '"x"=4',
      `func.func @main(%x: tensor<1x8x4x2xf32> ${on(given)}, %k: tensor<3x3x2x4xf32>) -> (tensor<1x16x8x4xf32> ${on(given)}) {
  %0 = ${conv('stride = [1, 1], pad = [[2, 1], [2, 1]], lhs_dilate = [2, 2], rhs_dilate = [1, 1], reverse = [true, true]', '1x16x8x4', '1x8x4x2')}
  return %0 : tensor<1x16x8x4xf32>
}`,
    );
    expect(collectives).toEqual([`collective_permute ${4 * 2 * f32}`]);
  });

  test('the gradient of a kernel exchanges rows of the input and sums the small gradient', () => {
    const given = '{}, {"x"}, {}, {}';
    const { collectives, replicated } = collectivesOf(
      '"x"=4',
      `func.func @main(%x: tensor<2x16x8x3xf32> ${on(given)}, %k: tensor<2x16x8x5xf32> ${on(given)}) -> tensor<3x3x3x5xf32> {
  %0 = stablehlo.convolution(%x, %k) dim_numbers = [f, 0, 1, b]x[i, 0, 1, o]->[0, 1, b, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x16x8x3xf32>, tensor<2x16x8x5xf32>) -> tensor<3x3x3x5xf32>
  return %0 : tensor<3x3x3x5xf32>
}`,
    );
    const row = 2 * 8 * 3 * f32;
    expect(collectives).toEqual([
      `collective_permute ${row}`,
      `collective_permute ${row}`,
      `all_reduce ${3 * 3 * 3 * 5 * f32}`,
    ]);
    expect(replicated).toEqual([]);
  });

  test('rows that do not divide: 10 rows on 4 devices', () => {
    const { collectives } = collectivesOf(
      '"x"=4',
      `func.func @main(%a: tensor<10x3xf32>) -> tensor<10x3xf32> {
  %0 = sdy.sharding_constraint %a <@mesh, [{"x"}, {}]> : tensor<10x3xf32>
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %1 = "stablehlo.reduce_window"(%0, %z) <{window_dimensions = array<i64: 3, 1>, padding = dense<[[1, 1], [0, 0]]> : tensor<2x2xi64>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = stablehlo.add %p, %q : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<10x3xf32>, tensor<f32>) -> tensor<10x3xf32>
  return %1 : tensor<10x3xf32>
}`,
    );
    // Arguments and results must divide: 2 shards of 5 rows come in and are gathered; so each device takes its window. Four
    // shards of 3 rows are gathered at the end.
    expect(collectives).toEqual(['all_gather 120', 'all_gather 144']);
  });

  test('rows that do not divide, in the middle of a program', () => {
    const { collectives } = collectivesOf(
      '"x"=4',
      `func.func @main(%a: tensor<10x3xf32> ${on('{}, {}')}) -> (tensor<10x3xf32> ${on('{}, {}')}) {
  %0 = stablehlo.tanh %a {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}, {}]>]>} : tensor<10x3xf32>
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %1 = "stablehlo.reduce_window"(%0, %z) <{window_dimensions = array<i64: 3, 1>, padding = dense<[[1, 1], [0, 0]]> : tensor<2x2xi64>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = stablehlo.maximum %p, %q : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<10x3xf32>, tensor<f32>) -> tensor<10x3xf32>
  return %1 : tensor<10x3xf32>
}`,
    );
    expect(collectives).toEqual([`collective_permute ${3 * f32}`, `collective_permute ${3 * f32}`, 'all_gather 144']);
  });

  test('max pooling and its gradient', () => {
    const { collectives, replicated } = collectivesOf(
      '"x"=4',
      `func.func @main(%a: tensor<16x3xf32> ${on('{"x"}, {}')}, %s: tensor<8x3xf32> ${on('{"x"}, {}')}) -> (tensor<16x3xf32> ${on('{"x"}, {}')}) {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %1 = "stablehlo.select_and_scatter"(%a, %s, %z) <{window_dimensions = array<i64: 3, 1>, window_strides = array<i64: 2, 1>, padding = dense<[[0, 1], [0, 0]]> : tensor<2x2xi64>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s1 = stablehlo.compare GE, %p, %q : (tensor<f32>, tensor<f32>) -> tensor<i1>
    stablehlo.return %s1 : tensor<i1>
  }, {
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s2 = stablehlo.add %p, %q : tensor<f32>
    stablehlo.return %s2 : tensor<f32>
  }) : (tensor<16x3xf32>, tensor<8x3xf32>, tensor<f32>) -> tensor<16x3xf32>
  return %1 : tensor<16x3xf32>
}`,
    );
    // Two rows before and one after for the windows that touch a shard, and the window before it.
    expect(collectives).toEqual(['collective_permute 24', 'collective_permute 12', 'collective_permute 12']);
    expect(replicated).toEqual([]);
  });

  test('a shift of a dimension moves one row to the next device', () => {
    const { collectives } = collectivesOf(
      '"x"=4',
      `func.func @main(%a: tensor<16x3xf32> ${on('{"x"}, {}')}) -> (tensor<16x3xf32> ${on('{"x"}, {}')}) {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.pad %a, %z, low = [1, 0], high = [-1, 0], interior = [0, 0] : (tensor<16x3xf32>, tensor<f32>) -> tensor<16x3xf32>
  return %0 : tensor<16x3xf32>
}`,
    );
    expect(collectives).toEqual([`collective_permute ${3 * f32}`]);
  });

  test('a reversed dimension swaps shards once', () => {
    const { collectives } = collectivesOf(
      '"x"=8',
      `func.func @main(%a: tensor<16x3xf32> ${on('{"x"}, {}')}) -> (tensor<16x3xf32> ${on('{"x"}, {}')}) {
  %0 = stablehlo.reverse %a, dims = [0] : tensor<16x3xf32>
  return %0 : tensor<16x3xf32>
}`,
    );
    expect(collectives).toEqual([`collective_permute ${2 * 3 * f32}`]);
  });

  test('the first half of a dimension is spread over all devices: each receives its own part', () => {
    const { collectives } = collectivesOf(
      '"x"=4',
      `func.func @main(%a: tensor<16xf32> ${on('{"x"}')}) -> (tensor<8xf32> ${on('{"x"}')}) {
  %0 = stablehlo.slice %a [0:8] : (tensor<16xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}`,
    );
    expect(collectives).toEqual([`collective_permute ${2 * f32}`, `collective_permute ${2 * f32}`]);
  });

  test('concatenation along the cut dimension', () => {
    const { collectives, replicated } = collectivesOf(
      '"x"=2',
      `func.func @main(%a: tensor<8xf32> ${on('{"x"}')}, %b: tensor<8xf32> ${on('{"x"}')}) -> (tensor<16xf32> ${on('{"x"}')}) {
  %0 = stablehlo.concatenate %a, %b, dim = 0 : (tensor<8xf32>, tensor<8xf32>) -> tensor<16xf32>
  return %0 : tensor<16xf32>
}`,
    );
    expect(collectives).toEqual([`collective_permute ${4 * f32}`, `collective_permute ${4 * f32}`]);
    expect(replicated).toEqual([]);
  });

  test('what every device has whole is not exchanged', () => {
    const { collectives } = collectivesOf(
      '"x"=4',
      `func.func @main(%a: tensor<8xf32> ${on('{"x"}')}, %b: tensor<4xf32> ${on('{}')}) -> (tensor<16xf32> ${on('{"x"}')}) {
  %z = stablehlo.constant dense<3.0> : tensor<4xf32>
  %0 = stablehlo.concatenate %b, %a, %z, dim = 0 : (tensor<4xf32>, tensor<8xf32>, tensor<4xf32>) -> tensor<16xf32>
  return %0 : tensor<16xf32>
}`,
    );
    // Each device needs four of the eight elements that are cut.
    expect(collectives).toEqual([`collective_permute ${2 * f32}`, `collective_permute ${2 * f32}`]);
  });

  test('windows wider than a shard come over several hops', () => {
    const { collectives } = collectivesOf(
      '"x"=8',
      `func.func @main(%a: tensor<16xf32> ${on('{"x"}')}) -> (tensor<16xf32> ${on('{"x"}')}) {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %1 = "stablehlo.reduce_window"(%a, %z) <{window_dimensions = array<i64: 6>, padding = dense<[[5, 0]]> : tensor<1x2xi64>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = stablehlo.add %p, %q : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<16xf32>, tensor<f32>) -> tensor<16xf32>
  return %1 : tensor<16xf32>
}`,
    );
    expect(collectives).toEqual(['collective_permute 4', 'collective_permute 8', 'collective_permute 8']);
  });

  test.each([2, 4])('a running sum needs everything before it: whole on %i devices, and the report says so', (n) => {
    const { replicated } = collectivesOf(
      `"x"=${n}`,
      `func.func @main(%a: tensor<16xf32> ${on('{"x"}')}) -> (tensor<16xf32> ${on('{"x"}')}) {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %1 = "stablehlo.reduce_window"(%a, %z) <{window_dimensions = array<i64: 16>, padding = dense<[[15, 0]]> : tensor<1x2xi64>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = stablehlo.add %p, %q : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<16xf32>, tensor<f32>) -> tensor<16xf32>
  return %1 : tensor<16xf32>
}`,
    );
    expect(replicated).toEqual(['stablehlo.reduce_window: every shard needs all of a sharded dimension']);
  });

  test('one row of a cut cache is read by a reduction of that row', () => {
    const { collectives } = collectivesOf(
      '"x"=4',
      `func.func @main(%a: tensor<16x3xf32> ${on('{"x"}, {}')}, %i: tensor<i32>) -> tensor<1x3xf32> {
  %z = stablehlo.constant dense<0> : tensor<i32>
  %0 = stablehlo.dynamic_slice %a, %i, %z, sizes = [1, 3] : (tensor<16x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x3xf32>
  return %0 : tensor<1x3xf32>
}`,
    );
    expect(collectives).toEqual([`all_reduce ${3 * f32}`]);
  });

  test('argmax gathers one candidate of each shard', () => {
    const { collectives, replicated } = collectivesOf(
      '"x"=4',
      `func.func @main(%a: tensor<3x16xf32> ${on('{}, {"x"}')}) -> tensor<3xi32> {
  %i = stablehlo.iota dim = 1 : tensor<3x16xi32>
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %0:2 = stablehlo.reduce(%a init: %low), (%i init: %zero) across dimensions = [1] : (tensor<3x16xf32>, tensor<3x16xi32>, tensor<f32>, tensor<i32>) -> (tensor<3xf32>, tensor<3xi32>)
    reducer(%x: tensor<f32>, %y: tensor<f32>) (%k: tensor<i32>, %l: tensor<i32>) {
      %1 = stablehlo.compare GE, %x, %y : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %2 = stablehlo.select %1, %x, %y : tensor<i1>, tensor<f32>
      %3 = stablehlo.select %1, %k, %l : tensor<i1>, tensor<i32>
      stablehlo.return %2, %3 : tensor<f32>, tensor<i32>
    }
  return %0#1 : tensor<3xi32>
}`,
    );
    expect(collectives).toEqual([`all_gather ${3 * 4 * f32}`, `all_gather ${3 * 4 * f32}`]);
    expect(replicated).toEqual([]);
  });

  test('top_k gathers k candidates of each shard', () => {
    const { collectives, replicated } = collectivesOf(
      '"x"=4',
      `func.func @main(%a: tensor<3x32xf32> ${on('{}, {"x"}')}) -> (tensor<3x2xf32>, tensor<3x2xi32>) {
  %0, %1 = chlo.top_k(%a, k = 2) : tensor<3x32xf32> -> (tensor<3x2xf32>, tensor<3x2xi32>)
  return %0, %1 : tensor<3x2xf32>, tensor<3x2xi32>
}`,
    );
    // The values of the candidates, then only the indices of the best.
    expect(collectives).toEqual([`all_gather ${3 * 8 * f32}`, `all_reduce ${3 * 2 * f32}`]);
    expect(replicated).toEqual([]);
  });
});

describe('gather and scatter in all ways', () => {
  const gather = (x: string, i: string, out: string, numbers: string, sizes: string): string =>
    `"stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<${numbers}>, slice_sizes = array<i64: ${sizes}>}> : (tensor<${x}xf32>, tensor<${i}xi32>) -> tensor<${out}xf32>`;
  const rows = 'offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1';
  const lookup = (x: string, i: string, out: string): string =>
    `func.func @main(%x: tensor<8x6xf32> ${on(x)}, %i: tensor<4x1xi32> ${on(i)}) -> (tensor<4x6xf32> ${on(out)}) {
  %0 = ${gather('8x6', '4x1', '4x6', rows, '1, 6')}
  return %0 : tensor<4x6xf32>
}`;

  test.each([
    ['operand passed through: columns cut', '{}, {"x"}', '{}, {}', '{}, {"x"}', []],
    ['indices passed through: rows of indices cut', '{}, {}', '{"x"}, {}', '{"x"}, {}', []],
    [
      'operand cut where it is indexed: masked gather, one all_reduce',
      '{"x"}, {}',
      '{}, {}',
      '{}, {}',
      ['all_reduce 96'],
    ],
    ['the same with the result cut: a reduce_scatter', '{"x"}, {}', '{}, {}', '{"x"}, {}', ['reduce_scatter 96']],
    ['indexed rows and columns cut at once', '{"x"}, {"y"}', '{}, {}', '{}, {"y"}', ['all_reduce 48']],
    ['indexed rows, indices and columns cut at once', '{"x"}, {"z"}', '{"y"}, {}', '{"y"}, {"z"}', ['all_reduce 24']],
  ])('%s', (_name, x, i, out, expected) => {
    expect(collectivesOf('"x"=2, "y"=2, "z"=2', lookup(x, i, out))).toEqual({ collectives: expected, replicated: [] });
  });

  test('index-parallel: rows that an iota counts', () => {
    const numbers = 'collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 2';
    const text = `func.func @main(%x: tensor<4x8xf32> ${on('{"x"}, {}')}, %k: tensor<4x2x1xi32> ${on('{"x"}, {}, {}')}) -> (tensor<4x2xf32> ${on('{"x"}, {}')}) {
  %c = stablehlo.iota dim = 0 : tensor<4x2x1xi32>
  %i = stablehlo.concatenate %c, %k, dim = 2 : (tensor<4x2x1xi32>, tensor<4x2x1xi32>) -> tensor<4x2x2xi32>
  %0 = ${gather('4x8', '4x2x2', '4x2', numbers, '1, 1')}
  return %0 : tensor<4x2xf32>
}`;
    expect(collectivesOf('"x"=4', text)).toEqual({ collectives: [], replicated: [] });
  });

  test.each([
    ['operand cut where it is indexed: each device keeps what falls on it', '{"x"}, {}', '{}, {}', '{"x"}, {}', []],
    ['columns cut', '{}, {"x"}', '{}, {"x"}', '{}, {"x"}', []],
    ['updates cut: partial results are summed', '{}, {}', '{"x"}, {}', '{}, {}', ['all_reduce 192']],
  ])('scatter: %s', (_name, x, u, out, expected) => {
    const text = `func.func @main(%x: tensor<8x6xf32> ${on(x)}, %i: tensor<4x1xi32>, %u: tensor<4x6xf32> ${on(u)}) -> (tensor<8x6xf32> ${on(out)}) {
  %0 = "stablehlo.scatter"(%x, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = stablehlo.add %p, %q : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<8x6xf32>, tensor<4x1xi32>, tensor<4x6xf32>) -> tensor<8x6xf32>
  return %0 : tensor<8x6xf32>
}`;
    expect(collectivesOf('"x"=2', text)).toEqual({ collectives: expected, replicated: [] });
  });
});

describe('random bits', () => {
  const bits = (shape: string, out: string): string =>
    `sdy.mesh @mesh = <["x"=2, "y"=2]>
func.func @main(%s: tensor<2xui64>) -> (tensor<2xui64>, tensor<${shape}> ${on(out)}) {
  %0, %1 = stablehlo.rng_bit_generator %s, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<${shape}>)
  return %0, %1 : tensor<2xui64>, tensor<${shape}>
}`;
  test.each([
    ['8x4xui32', '{"x"}, {}', 'tensor<4x4xui32>'],
    ['8x4xui32', '{"y", "x"}, {}', 'tensor<2x4xui32>'],
    ['1x12xui16', '{}, {"y"}', 'tensor<1x6xui16>'],
    ['8x3xui64', '{"x", "y"}, {}', 'tensor<2x3xui64>'],
    // Shards of odd length would tear pairs of words apart; parts of rows are many stretches of the counter.
    ['6x3xui32', '{"x"}, {}', 'tensor<6x3xui32>'],
    ['8x4xui32', '{}, {"x"}', 'tensor<8x4xui32>'],
  ])('%s on [%s]: each device makes %s', (shape, out, made) => {
    const module = parseModule(bits(shape, out), registry);
    const { whole, joined, partitioned } = runBoth(module, [HostArray.from('u64', [2], [42n, 0xffffffffffn])]);
    whole.forEach((x, i) => {
      expect(joined[i].toNumbers()).toEqual(x.toNumbers());
    });
    expect(printModule(partitioned.module)).toContain(`(tensor<2xui64>, ${made})`);
    expect(partitioned.report.collectives).toEqual([]);
  });

  test('a maximum scatter whose updates are cut starts from its operand once and from nothing elsewhere', () => {
    const { collectives } = collectivesOf(
      '"x"=3, "y"=4',
      `func.func @main(%a: tensor<5xi32> ${on('{}')}, %i: tensor<3xi32> ${on('{"x", "y"}')}, %u: tensor<3xi32>) -> (tensor<5xi32> ${on('{}')}) {
  %low = stablehlo.constant dense<-100> : tensor<5xi32>
  %below = stablehlo.add %a, %low : tensor<5xi32>
  %few = stablehlo.subtract %u, %u : tensor<3xi32>
  %updates = stablehlo.subtract %few, %u : tensor<3xi32>
  %0 = "stablehlo.scatter"(%below, %i, %updates) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<i32>, %y: tensor<i32>):
    %m = stablehlo.maximum %x, %y : tensor<i32>
    stablehlo.return %m : tensor<i32>
  }) : (tensor<5xi32>, tensor<3xi32>, tensor<3xi32>) -> tensor<5xi32>
  return %0 : tensor<5xi32>
}`,
    );
    expect(collectives.filter((c) => c.startsWith('all_reduce'))).toEqual([`all_reduce ${5 * 4}`]);
  });
});
