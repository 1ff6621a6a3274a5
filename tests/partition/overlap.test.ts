import { describe, expect, test } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { type Module, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { countCollectives, meshesOf, type PartitionOptions } from '../../src/partition/index.ts';
import { runBoth } from './run.ts';

const on = (dims: string): string => `{sdy.sharding = #sdy.sharding<@mesh, [${dims}]>}`;

/** Requires equal results; returns `kind bytes × executions` of every collective. */
function collectivesOf(text: string, options: PartitionOptions): string[] {
  const module: Module = parseModule(text, registry);
  const args = module.main.args.map((a, k) => {
    const n = a.shape.reduce((p, q) => p * q, 1);
    return HostArray.from(
      a.dtype,
      a.shape,
      Array.from({ length: n }, (_, i) => ((i * 7 + k * 3) % 11) - 4),
    );
  });
  const { whole, joined, partitioned } = runBoth(module, args, options);
  whole.forEach((x, i) => {
    expect(joined[i].toNumbers()).toEqual(x.toNumbers());
  });
  const mesh = [...meshesOf(module).values()][0];
  return countCollectives(partitioned.module, mesh).map((c) => `${c.kind} ${c.bytes} × ${c.executions}`);
}

const f32 = 4;

describe('collective matmul', () => {
  const product = (x: string, w: string, out: string): string => `sdy.mesh @mesh = <["a"=2, "x"=4]>
func.func @main(%x: tensor<8x16xf32> ${on(x)}, %w: tensor<16x12xf32> ${on(w)}) -> (tensor<8x12xf32> ${on(out)}) {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<8x16xf32>, tensor<16x12xf32>) -> tensor<8x12xf32>
  return %0 : tensor<8x12xf32>
}`;

  test.each([
    ['weights cut along the sum, gathered', '{"x"}, {}', '{"x"}, {}', '{"x"}, {}', 4 * 12 * f32],
    ['weights cut along columns, gathered', '{"x"}, {}', '{}, {"x"}', '{"x"}, {}', 16 * 3 * f32],
    ['rows of activations gathered', '{"x"}, {}', '{}, {"x"}', '{}, {"x"}', 2 * 16 * f32],
    ['a sum that is scattered', '{}, {"x"}', '{"x"}, {}', '{"x"}, {}', 2 * 12 * f32],
    ['a sum that is scattered along columns', '{"a"}, {"x"}', '{"x"}, {}', '{"a"}, {"x"}', 4 * 3 * f32],
  ])('%s: three messages of one shard around a ring of four', (_name, x, w, out, shard) => {
    const text = product(x, w, out);
    const plain = collectivesOf(text, {});
    expect(plain).toHaveLength(1);
    expect(plain[0]).toMatch(/^(all_gather|reduce_scatter) /);
    expect(collectivesOf(text, { collectiveMatmulBytes: 0 })).toEqual([`collective_permute ${shard} × 3`]);
    expect(collectivesOf(text, { collectiveMatmulBytes: 1e6 })).toEqual(plain);
  });
});

describe('combining', () => {
  const text = `sdy.mesh @mesh = <["x"=4]>
func.func @main(%x: tensor<8x16xf32> ${on('{"x"}, {}')}, %y: tensor<8x5xf32> ${on('{"x"}, {}')}) -> (tensor<16xf32>, tensor<5xf32>) {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %z) applies stablehlo.add across dimensions = [0] : (tensor<8x16xf32>, tensor<f32>) -> tensor<16xf32>
  %1 = stablehlo.reduce(%y init: %z) applies stablehlo.add across dimensions = [0] : (tensor<8x5xf32>, tensor<f32>) -> tensor<5xf32>
  return %0, %1 : tensor<16xf32>, tensor<5xf32>
}`;
  test('two sums of one message', () => {
    expect(collectivesOf(text, {})).toEqual([`all_reduce ${16 * f32} × 1`, `all_reduce ${5 * f32} × 1`]);
    expect(collectivesOf(text, { combineBytes: 1000 })).toEqual([`all_reduce ${21 * f32} × 1`]);
  });
  test('not beyond the threshold', () => {
    expect(collectivesOf(text, { combineBytes: 70 })).toHaveLength(2);
  });
});
