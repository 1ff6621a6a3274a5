import { describe, expect, it } from 'vitest';
import { parseModule, printModule, ruleText } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { ruleOf, Shardings } from '../../src/partition/index.ts';
import { propagateBasic } from '../../src/partition/propagate/propagate-basic.ts';
import { passContext } from '../../src/transform/index.ts';

/* Sharding rules by what they depend on: the target of a custom call, the users of a result, conservative propagation. */

/** The rule of the first op of a function body. */
function ruleIn(text: string, conservative = false): string | undefined {
  const module = parseModule(text, registry);
  const rule = ruleOf(module.main.body.ops[0], { conservative, program: new Shardings(module).program });
  return rule && ruleText(rule);
}
const call = (target: string, operands: string, results: string, uses = ''): string => {
  const args = operands.split(' ').map((t, i) => `%a${i}: tensor<${t}>`);
  const types = operands.split(' ').map((t) => `tensor<${t}>`);
  const out = results.split(' ').map((t) => `tensor<${t}>`);
  const names = types.map((_, i) => `%a${i}`).join(', ');
  return `func.func @main(${args.join(', ')}) {
    %r:${out.length} = stablehlo.custom_call @${target}(${names}) : (${types.join(', ')}) -> (${out.join(', ')})
    ${uses}
    return
  }`;
};

describe('custom calls', () => {
  it.each([
    ['Eigh', '3x8x8xf32', '3x8x8xf32 3x8xf32', '([i, j, k])->([i, j, k], [i, k]) {i=3, j=8, k=8}'],
    ['Eigh', '4x4xf64', '4x4xf64 4xf64', '([i, j])->([i, j], [j]) {i=4, j=4}'],
    ['Cholesky', '3x8x8xf32', '3x8x8xf32', '([i, j, k])->([i, j, k]) {i=3, j=8, k=8}'],
    [
      'mhlo.topk',
      '3x8xf32',
      '3x2xf32 3x2xi32',
      '([i, j])->([i, j], [i, j]) {i=3, j=8} need_replication={j} blocked_propagation={j}',
    ],
    [
      'ApproxTopK',
      '16x4xf32 16x4xi32 f32 i32',
      '2x4xf32 2x4xi32',
      '([i, k], [i, k], [], [])->([j, k], [j, k]) {i=16, j=2, k=4} need_replication={j} blocked_propagation={j}',
    ],
    [
      'Qr',
      '5x8x3xf32',
      '5x8x3xf32 5x3xf32',
      '([i, j, k])->([i, j, k], [i, l]) {i=5, j=8, k=3, l=3} need_replication={j, k, l}',
    ],
  ])('%s of %s', (target, operands, results, rule) => {
    expect(ruleIn(call(target, operands, results))).toBe(rule);
  });
  it('are not known by other names', () => {
    expect(ruleIn(call('tpu_custom_call', '4xf32', '4xf32'))).toBeUndefined();
  });
  it('X64Combine is whole where it makes the state of a random generator', () => {
    const text = (use: string): string => call('X64Combine', '2xui32 2xui32', '2xui64', use);
    const generator =
      '%s, %b = stablehlo.rng_bit_generator %r#0, algorithm = DEFAULT : (tensor<2xui64>) -> (tensor<2xui64>, tensor<4xui32>)';
    expect(ruleIn(text(''))).toBe('([i], [i])->([i]) {i=2}');
    expect(ruleIn(text(generator))).toBe('([i], [i])->([i]) {i=2} need_replication={i} blocked_propagation={i}');
  });
});

describe('scatters add up over devices', () => {
  const scatter = (bodies: string, type: string, n: number): string => {
    const names = (p: string): string => Array.from({ length: n }, (_, i) => `%${p}${i}`).join(', ');
    const all = (t: string): string => Array.from({ length: n }, () => t).join(', ');
    const scalars = ['x', 'y'].flatMap((p) => Array.from({ length: n }, (_, i) => `%${p}${i}: tensor<${type}>`));
    const args = ['a', 'u'].map((p) =>
      Array.from({ length: n }, (_, i) => `%${p}${i}: tensor<${p === 'a' ? 8 : 4}x${type}>`).join(', '),
    );
    return `func.func @main(${args[0]}, %i: tensor<4x1xi32>, ${args[1]}) {
      %r:${n} = "stablehlo.scatter"(${names('a')}, %i, ${names('u')}) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
      ^bb0(${scalars.join(', ')}):
        ${bodies}
      }) : (${all(`tensor<8x${type}>`)}, tensor<4x1xi32>, ${all(`tensor<4x${type}>`)}) -> (${all(`tensor<8x${type}>`)})
      return
    }`;
  };
  const one = (op: string, type: string): string =>
    scatter(`%z = stablehlo.${op} %x0, %y0 : tensor<${type}>\n stablehlo.return %z : tensor<${type}>`, type, 1);
  it.each([
    ['add', one('add', 'f32'), true],
    ['multiply', one('multiply', 'f32'), true],
    ['or of booleans', one('or', 'i1'), true],
    ['or of integers', one('or', 'i32'), false],
    ['xor of booleans', one('xor', 'i1'), false],
    ['subtract', one('subtract', 'f32'), false],
    ['overwrite', scatter('stablehlo.return %y0 : tensor<f32>', 'f32', 1), false],
    [
      'two sums',
      scatter(
        `%z = stablehlo.add %x0, %y0 : tensor<f32>
        %w = stablehlo.add %y1, %x1 : tensor<f32>
        stablehlo.return %z, %w : tensor<f32>, tensor<f32>`,
        'f32',
        2,
      ),
      true,
    ],
    [
      'a sum and a maximum',
      scatter(
        `%z = stablehlo.add %x0, %y0 : tensor<f32>
        %w = stablehlo.maximum %x1, %y1 : tensor<f32>
        stablehlo.return %z, %w : tensor<f32>, tensor<f32>`,
        'f32',
        2,
      ),
      false,
    ],
  ])('%s', (_what, text, isReduction) => {
    expect(ruleIn(text)).toContain(isReduction ? 'reduction={i} need_replication={k}' : 'need_replication={i, k}');
  });
});

describe('conservative propagation', () => {
  const one = (op: string, result: string): string =>
    `func.func @main(%a: tensor<4x6xf32>, %z: tensor<f32>) -> tensor<${result}> { %0 = ${op} return %0 : tensor<${result}> }`;
  it.each([
    [
      'leaves out the joined dimension of concatenate',
      one(
        'stablehlo.concatenate %a, %a, dim = 1 : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x12xf32>\n',
        '4x12xf32',
      ),
      '([i, j], [i, k])->([i, l]) {i=4, j=1, k=1, l=1}',
    ],
    [
      'blocks slices',
      one('stablehlo.slice %a [0:4, 0:3] : (tensor<4x6xf32>) -> tensor<4x3xf32>\n', '4x3xf32'),
      '([i, j])->([i, j]) {i=4, j=6} permutation={j} blocked_propagation={j}',
    ],
    [
      'blocks pads',
      one(
        'stablehlo.pad %a, %z, low = [0, 1], high = [0, 1], interior = [0, 0] : (tensor<4x6xf32>, tensor<f32>) -> tensor<4x8xf32>\n',
        '4x8xf32',
      ),
      '([i, j], [])->([i, j]) {i=4, j=6} permutation={j} blocked_propagation={j}',
    ],
    [
      'lets reversed dimensions pass, which divide as before',
      one('stablehlo.reverse %a, dims = [1] : tensor<4x6xf32>\n', '4x6xf32'),
      '([i, j])->([i, j]) {i=4, j=6} permutation={j}',
    ],
  ])('%s', (_what, text, rule) => {
    expect(ruleIn(text, true)).toBe(rule);
  });
});

it('propagation shows the rules it used when asked, and removes those that no user wrote otherwise', () => {
  const text = `sdy.mesh @mesh = <["x"=2]>
  func.func @main(%a: tensor<8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) -> tensor<8xf32> {
    %0 = stablehlo.sine %a {sdy.sharding_rule = #sdy.op_sharding_rule<([i])->([i]) {i=8}>} : tensor<8xf32>
    %1 = stablehlo.sine %0 {sdy.sharding_rule = #sdy.op_sharding_rule<([i])->([i]) {i=8}, custom>} : tensor<8xf32>
    %2 = stablehlo.sine %1 : tensor<8xf32>
    return %2 : tensor<8xf32>
  }`;
  const rules = (keepShardingRules: boolean): number =>
    printModule(propagateBasic(parseModule(text, registry), passContext({ registry }), { keepShardingRules })).split(
      'sdy.sharding_rule',
    ).length - 1;
  expect(rules(true)).toBe(3);
  expect(rules(false)).toBe(1);
});
