import { describe, expect, test } from 'vitest';
import {
  absent,
  codecs,
  type DenseElements,
  defineOp,
  floatText,
  parseModule,
  printModule,
  Registry,
  type Syntax,
} from '../../src/ir/index.ts';

const none = absent('test op');
const facets = {
  doc: 'Test op.',
  spec: 'none',
  traits: {},
  verify: () => {},
  evaluate: none,
  decompose: none,
  linearize: none,
  transpose: none,
  batch: none,
  sharding: () => ({ noRule: 'test op' }),
  localize: <A>(op: { attributes: A }) => op.attributes,
  cost: () => ({ productFlops: 0, vectorFlops: 0, bytes: 0 }),
  samples: [],
  numRegions: 0,
} as const;

const same: Syntax<object> = {
  print: (op, p) => {
    p.write(` ${p.values(op.operands)}`);
    p.dictionary(op as never, []);
    if (op.operands.length > 0) p.write(` : ${p.type(op.operands[0].type)}`);
  },
  parse: (p) => {
    const operands = p.operandList();
    const dictionary = p.optionalDictionary();
    p.expect(':');
    const type = p.type();
    return { operands, operandTypes: operands.map(() => type), dictionary, resultTypes: [type] };
  },
};
const returnSyntax: Syntax<object> = {
  print: (op, p) => {
    if (op.operands.length > 0)
      p.write(` ${p.values(op.operands)} : ${op.operands.map((v) => p.type(v.type)).join(', ')}`);
  },
  parse: (p) => {
    const operands = p.operandList();
    const types = operands.length > 0 && p.accept(':') ? [p.type()] : [];
    while (p.accept(',')) types.push(p.type());
    return { operands, operandTypes: types, resultTypes: [] };
  },
};
const registry = new Registry([
  defineOp<{ alpha: number }>({
    ...facets,
    name: 'stablehlo.add',
    operands: [{ name: 'lhs' }, { name: 'rhs' }],
    attributes: { alpha: codecs.withDefault(codecs.i64, 0) },
    inferTypes: 'explicit',
    syntax: same,
  }),
  defineOp<{ value: DenseElements }>({
    ...facets,
    name: 'stablehlo.constant',
    operands: [],
    attributes: { value: codecs.dense },
    inferTypes: 'explicit',
    syntax: {
      print: (op, p) => {
        p.write(` ${p.attribute({ kind: 'dense', value: op.attributes.value })}`);
      },
      parse: (p) => {
        const value = p.dense();
        return { operands: [], attributes: { value }, resultTypes: [value.type] };
      },
    },
  }),
  defineOp<object>({
    ...facets,
    name: 'func.return',
    operands: [{ name: 'values', variadic: true }],
    attributes: {},
    traits: { terminator: true },
    inferTypes: () => [],
    syntax: returnSyntax,
  }),
]);

const roundTrip = (text: string): string => {
  const once = printModule(parseModule(text, registry, { allowUnregistered: true }));
  expect(printModule(parseModule(once, registry, { allowUnregistered: true }))).toBe(once);
  return once;
};

describe('MLIR text', () => {
  test('functions, attributes, aliases, locations, comments', () => {
    const text = `#loc1 = loc("a.py":1:2)
!t = tensor<2x?xf32>
module @m attributes {mhlo.num_partitions = 2 : i32} {
  // a comment
  func.func public @main(%x: tensor<2x3xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"a"}, {?}]>} loc("x"), %y: tensor<2x3xf32>) -> (tensor<2x3xf32> {jax.result_info = "a\\22b"}) {
    %0 = stablehlo.add %x, %y {alpha = 3 : i64, note = [1, 2.5, "s", unit, @a::@b]} : tensor<2x3xf32> loc(#loc1)
    %1:2 = "foo.two"(%0, %y) <{p = array<i64: 1, 2>}> ({
    ^bb0(%a: !t loc(unknown)):
      "foo.yield"(%a) : (!t) -> () loc(#loc2)
    }) {d} : (tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<i1>)
    return %1#0 : tensor<2x3xf32>
  } loc(fused[callsite("f" at "g.py":1:1), unknown])
}
#loc2 = loc(callsite("x"(#loc1) at "b.py":3:4))
`;
    expect(roundTrip(text)).toMatchInlineSnapshot(`
      "module @m attributes {mhlo.num_partitions = 2 : i32} {
        func.func @main(%arg0: tensor<2x3xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"a"}, {?}]>}, %arg1: tensor<2x3xf32>) -> (tensor<2x3xf32> {jax.result_info = "a\\22b"}) {
          %0 = stablehlo.add %arg0, %arg1 {alpha = 3 : i64, note = [1, 2.500000e+00, "s", unit, @a::@b]} : tensor<2x3xf32>
          %1:2 = "foo.two"(%0, %arg1) ({
          ^bb0(%arg2: tensor<2x?xf32>):
            "foo.yield"(%arg2) : (tensor<2x?xf32>) -> ()
          }) {d, p = array<i64: 1, 2>} : (tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<i1>)
          return %1#0 : tensor<2x3xf32>
        }
      }
      "
    `);
    const located = printModule(parseModule(text, registry, { allowUnregistered: true }), { locations: true });
    expect(located).toContain('loc("a.py":1:2)');
    expect(located).toContain('loc(callsite("x"("a.py":1:2) at "b.py":3:4))');
  });

  test.each([
    ['dense<[[1, -2], [3, 4]]> : tensor<2x2xi64>', undefined],
    ['dense<1.000000e+00> : tensor<4xf32>', undefined],
    ['dense<0x7F800000> : tensor<f32>', undefined],
    ['dense<"0x000080BF0000003F"> : tensor<2xf32>', 'dense<[-1.000000e+00, 5.000000e-01]> : tensor<2xf32>'],
    ['dense<"0x0000803F"> : tensor<3xf32>', 'dense<1.000000e+00> : tensor<3xf32>'],
    ['dense<(1.0,2.0)> : tensor<2xcomplex<f32>>', 'dense<(1.000000e+00,2.000000e+00)> : tensor<2xcomplex<f32>>'],
    ['dense<[true, false]> : tensor<2xi1>', undefined],
    ['dense<> : tensor<0x3xi32>', undefined],
    ['dense<[]> : tensor<0xi32>', 'dense<> : tensor<0xi32>'],
    ['dense<9223372036854775807> : tensor<i64>', undefined],
    ['dense_resource<w> : tensor<2xi32>', 'dense<[1, 2]> : tensor<2xi32>'],
    ['dense<0xFFFF> : tensor<2xbf16>', undefined],
  ])('%s', (text, expected) => {
    const t = `func.func @main() {\n  %0 = stablehlo.constant ${text}\n  return\n}\n{-#\n  dialect_resources: { builtin: { w: "0x040000000100000002000000" } }\n#-}\n`;
    expect(roundTrip(t)).toContain(`stablehlo.constant ${expected ?? text}\n`);
  });

  test('large constants go through hex unchanged', () => {
    const bytes = Buffer.alloc(4 * 1000);
    for (let i = 0; i < 1000; i++) bytes.writeFloatLE(Math.sin(i), 4 * i);
    const hex = `dense<"0x${bytes.toString('hex').toUpperCase()}"> : tensor<10x100xf32>`;
    expect(roundTrip(`func.func @main() {\n  %0 = stablehlo.constant ${hex}\n  return\n}`)).toContain(hex);
  });

  test('errors show the line and a caret', () => {
    const text = 'func.func @main(%a: tensor<f32>) {\n  %0 = stablehlo.add %a, %b : tensor<f32>\n  return\n}';
    expect(() => parseModule(text, registry, { fileName: 'x.mlir' })).toThrowErrorMatchingInlineSnapshot(`
      [EspalierError: x.mlir:2:26: %b is not defined here
        %0 = stablehlo.add %a, %b : tensor<f32>
                               ^]
    `);
  });

  test.each([
    [1, 'f32', '1.000000e+00'],
    [0.1, 'f64', '1.000000e-01'],
    [Math.fround(3.14159274), 'f32', '3.14159274'],
    [Math.fround(1.17549435e-38), 'f32', '1.17549435E-38'],
    [16777216, 'f32', '0x4B800000'],
    [Number.NaN, 'bf16', '0x7FC0'],
    [-0, 'f32', '-0.000000e+00'],
    [Math.PI, 'f64', '3.1415926535897931'],
  ] as const)('float %s : %s', (value, dtype, text) => {
    expect(floatText(value, dtype)).toBe(text);
  });
});
