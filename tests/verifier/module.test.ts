import { describe, expect, it } from 'vitest';
import { EspalierError } from '../../src/base/index.ts';
import { Block, Builder, Func, Module, parseModule, tensorType, Value, verifyModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';

const t = 'tensor<2xf32>';

function failure(run: () => unknown): EspalierError {
  try {
    run();
  } catch (error) {
    if (error instanceof EspalierError) return error;
    throw error;
  }
  throw new Error('accepted');
}

/** Text, place and part of the message of errors that the parser finds itself. */
const parserErrors: readonly (readonly [title: string, text: string, place: string, message: string])[] = [
  [
    'use before definition',
    `func.func @f(%a: ${t}) -> ${t} {\n  %b = stablehlo.add %a, %c : ${t}\n`,
    '2:26',
    '%c is not defined here',
  ],
  [
    'use after its region',
    `func.func @f(%p: tensor<i1>, %a: ${t}) -> ${t} {
  %r = "stablehlo.if"(%p) ({
    %x = stablehlo.negate %a : ${t}
    "stablehlo.return"(%x) : (${t}) -> ()
  }, {
    "stablehlo.return"(%x) : (${t}) -> ()
  }) : (tensor<i1>) -> ${t}
`,
    '6:24',
    '%x is not defined here',
  ],
  ['name defined twice', `func.func @f(%a: ${t}) {\n  %a = stablehlo.negate %a : ${t}\n`, '2:3', '%a is defined twice'],
  ['argument defined twice', `func.func @f(%a: ${t}, %a: ${t}) {`, '1:32', '%a is defined twice'],
  [
    'wrong operand type',
    `func.func @f(%a: ${t}) {\n  %b = stablehlo.negate %a : tensor<3xf32>\n`,
    '2:8',
    'is used as tensor<3xf32>',
  ],
  ['unknown op', 'func.func @f() {\n  "stablehlo.nope"() : () -> ()\n', '2:3', 'unknown op "stablehlo.nope"'],
  ['unknown dialect type', 'func.func @f(%a: tensor<2xfloat>) {', '1:27', ''],
  [
    'unknown attribute form',
    `func.func @f(%a: ${t}) {\n  "stablehlo.reverse"(%a) {dimensions = "no"} : (${t}) -> ${t}\n`,
    '2:3',
    'wrong form',
  ],
  ['missing attribute', `func.func @f(%a: ${t}) {\n  "stablehlo.reverse"(%a) : (${t}) -> ${t}\n`, '2:3', 'dimensions'],
  [
    'wrong number of results',
    `func.func @f(%a: ${t}) {\n  %x, %y = stablehlo.negate %a : ${t}\n`,
    '2:3',
    'has 1 results, 2 are named',
  ],
  [
    'wrong number of types',
    `func.func @f(%a: ${t}) {\n  "stablehlo.negate"(%a) : (${t}, ${t}) -> ${t}\n`,
    '2:3',
    '1 operands but 2 types',
  ],
  [
    'missing terminator',
    `func.func @f(%a: ${t}) {\n  %x = stablehlo.negate %a : ${t}\n}`,
    '1:34',
    'does not end in func.return',
  ],
  [
    'wrong result type of a function',
    `func.func @f(%a: ${t}) -> tensor<f32> {\n  func.return %a : ${t}\n}`,
    '1:49',
    'declares results',
  ],
  ['unclosed function', `func.func @f(%a: ${t}) {\n`, '2:1', 'expected "}"'],
  ['unclosed string', 'module @m attributes {a = "x} {}', '1:27', 'unterminated string'],
  ['text after the module', `module {}\nfunc.func @f() { func.return }`, '2:31', 'text after the module'],
  ['several blocks', 'func.func @f() {\n^bb0:\n  func.return\n}', '2:1', 'several blocks'],
  [
    'too many values in dense',
    'func.func @f() {\n  %c = stablehlo.constant dense<[1, 2, 3]> : tensor<2xi32>\n',
    '2:40',
    'too many values',
  ],
  [
    'group of values',
    `func.func @f(%a: ${t}) {\n  %x:2 = stablehlo.optimization_barrier %a, %a : ${t}, ${t}\n  %y = stablehlo.negate %x : ${t}\n`,
    '3:25',
    'stands for 2 values',
  ],
];

describe('parser errors are positioned', () => {
  for (const [title, text, place, message] of parserErrors)
    it(title, () => {
      const error = failure(() => parseModule(text, registry, { fileName: 'x.mlir' }));
      expect(error.code).toBe('ir/parse');
      expect(error.message).toContain(message);
      expect(`${error.fields.line}:${error.fields.column}`, error.message).toBe(place);
      expect(error.message.startsWith(`x.mlir:${place}: `)).toBe(true);
    });
});

describe('op checks without a label of the specification', () => {
  const cases: readonly (readonly [constraint: string, op: string, rest: string])[] = [
    ['operands', 'negate', `(%a, %a) : (${t}, ${t}) -> ${t}`],
    ['regions', 'negate', `(%a) ({ "stablehlo.return"() : () -> () }) : (${t}) -> ${t}`],
    ['regions', 'while', `(%a) : (${t}) -> ${t}`],
    ['element type', 'popcnt', `(%a) : (${t}) -> ${t}`],
    ['results', 'partition_id', '() : () -> tensor<i32>'],
  ];
  for (const [constraint, op, rest] of cases)
    it(`${op} ${constraint}`, () => {
      const error = failure(() => parseModule(`func.func @f(%a: ${t}) {\n  "stablehlo.${op}"${rest}\n`, registry));
      expect([error.code, error.fields.op, error.fields.constraint, error.fields.line]).toEqual([
        'ir/verify',
        `stablehlo.${op}`,
        constraint,
        2,
      ]);
    });

  it('keeps the place in the text next to a location of another file', () => {
    const text = `func.func @f(%a: ${t}) {\n  %b = "stablehlo.negate"(%a) : (${t}) -> tensor<f32> loc("model.py":7:1)\n`;
    const error = failure(() => parseModule(text, registry));
    expect(error.fields).toMatchObject({ constraint: 'C1', line: 2, column: 8, location: 'model.py:7:1' });
    expect(error.message).toContain('model.py:7:1');
  });
});

describe('module errors', () => {
  const texts: readonly (readonly [title: string, constraint: string, text: string])[] = [
    [
      'unknown function',
      'callee',
      `func.func @f(%a: ${t}) -> ${t} { %b = func.call @g(%a) : (${t}) -> ${t} func.return %b : ${t} }`,
    ],
    [
      'wrong argument type of a call',
      'signature',
      `func.func @g(%a: tensor<f32>) -> ${t} { %b = stablehlo.constant dense<0.0> : ${t} func.return %b : ${t} }
       func.func @f(%a: ${t}) -> ${t} { %b = func.call @g(%a) : (${t}) -> ${t} func.return %b : ${t} }`,
    ],
    [
      'wrong number of arguments of a call',
      'signature',
      `func.func @g() -> ${t} { %b = stablehlo.constant dense<0.0> : ${t} func.return %b : ${t} }
       func.func @f(%a: ${t}) -> ${t} { %b = func.call @g(%a) : (${t}) -> ${t} func.return %b : ${t} }`,
    ],
    [
      'wrong result type of a call',
      'signature',
      `func.func @g(%a: ${t}) -> ${t} { func.return %a : ${t} }
       func.func @f(%a: ${t}) { %b = func.call @g(%a) : (${t}) -> tensor<f32> func.return }`,
    ],
    ['function defined twice', 'unique function', 'func.func @f() { func.return } func.func @f() { func.return }'],
    [
      'capture of an isolated region',
      'visibility',
      `sdy.mesh @m = <["x"=2]>
       func.func @f(%a: ${t}, %b: ${t}) -> ${t} {
         %0 = sdy.manual_computation(%a) in_shardings=[<@m, [{}]>] out_shardings=[<@m, [{}]>] manual_axes={"x"} (%c: ${t}) {
           %1 = stablehlo.add %c, %b : ${t}
           sdy.return %1 : ${t}
         } : (${t}) -> ${t}
         func.return %0 : ${t}
       }`,
    ],
    [
      'region without a terminator',
      'terminator',
      `func.func @f(%p: tensor<i1>) { "stablehlo.if"(%p) ({ }, { }) : (tensor<i1>) -> () func.return }`,
    ],
    ['terminator in the middle', 'terminator', 'func.func @f() { func.return func.return }'],
  ];
  for (const [title, constraint, text] of texts)
    it(title, () => {
      const error = failure(() => verifyModule(parseModule(text, registry)));
      expect([error.code, error.fields.constraint], error.message).toEqual(['ir/verify', constraint]);
    });

  const type = tensorType('f32', [2]);
  const built = (make: (b: Builder, a: Value) => Block): Module => {
    const b = new Builder(registry);
    return new Module([new Func('main', make(b, new Value(type, undefined, 0)))]);
  };

  it('use before definition', () => {
    const module = built((b, a) => {
      const x = b.emit('stablehlo.negate', [a]);
      const y = b.emit('stablehlo.negate', [x]);
      const block = b.finish([a], [y], 'func.return');
      return new Block(block.args, [block.ops[1], block.ops[0], block.ops[2]]);
    });
    expect(failure(() => verifyModule(module)).fields).toMatchObject({ constraint: 'visibility', operand: 0 });
  });

  it('value of another function', () => {
    const foreign = new Value(type, undefined, 0);
    const module = built((b, a) => b.finish([a], [b.emit('stablehlo.add', [a, foreign])], 'func.return'));
    const error = failure(() => verifyModule(module, 'a pass'));
    expect(error.fields).toMatchObject({ op: 'stablehlo.add', constraint: 'visibility', operand: 1 });
    expect(error.message).toContain('after a pass');
  });

  it('block without a terminator', () => {
    const module = built((b, a) => {
      b.emit('stablehlo.negate', [a]);
      return new Block([a], b.ops);
    });
    expect(failure(() => verifyModule(module)).fields).toMatchObject({ constraint: 'terminator' });
  });
});
