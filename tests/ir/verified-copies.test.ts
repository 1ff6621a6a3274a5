import { expect, it } from 'vitest';
import { Block, cloneOp, type Op, type OpChanges, parseModule, ValueMap, verifyModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';

/* An op that was found right is not looked at again, nor is its copy: unless it differs in what makes it right. */

const t = 'tensor<2x3xf32>';
const module = parseModule(
  `func.func @main(%p: tensor<i1>, %a: ${t}, %b: tensor<6xf32>) -> ${t} {
  %s = stablehlo.transpose %a, dims = [1, 0] : (${t}) -> tensor<3x2xf32>
  %r = "stablehlo.if"(%p) ({
    %x = stablehlo.negate %a : ${t}
    stablehlo.return %x : ${t}
  }, {
    stablehlo.return %a : ${t}
  }) : (tensor<i1>) -> ${t}
  %n = stablehlo.negate %r : ${t}
  return %n : ${t}
}`,
  registry,
);
verifyModule(module);
const { main } = module;
const named = (name: string): Op => main.body.ops.find((op) => op.name === name)!;

/** The module with one op in the place of another. */
function replaced(op: Op, copy: Op): void {
  const ops = main.body.ops.map((o) => (o === op ? copy : o));
  verifyModule(module.with({ funcs: [main.with({ body: new Block(main.body.args, ops) })] }));
}
const changed = (op: Op, changes: OpChanges): Op => cloneOp(op, new ValueMap(), changes);

it('an equal copy is right', () => {
  const op = named('stablehlo.transpose');
  expect(changed(op, {}).isVerified).toBe(true);
  expect(() => replaced(op, changed(op, {}))).not.toThrow();
});

it('a copy with another attribute, operand type or result type is looked at', () => {
  const op = named('stablehlo.transpose');
  expect(() => replaced(op, changed(op, { attributes: { permutation: [0, 0] } }))).toThrow(
    /stablehlo.transpose violates/,
  );
  expect(() => replaced(op, changed(op, { operands: [main.body.args[2]] }))).toThrow(/stablehlo.transpose violates/);
  expect(() => replaced(op, changed(op, { resultTypes: [main.body.args[1].type] }))).toThrow(
    /stablehlo.transpose violates/,
  );
});

it('values of a region are gone behind it', () => {
  const inner = named('stablehlo.if').regions[0].ops[0].result;
  const op = named('stablehlo.negate');
  expect(() => replaced(op, changed(op, { operands: [inner] }))).toThrow('operand 0 of stablehlo.negate');
});
