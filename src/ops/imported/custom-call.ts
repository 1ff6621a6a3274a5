import { type AttributeCodec, type AttributeSchema, absent, codecs, defineOp, type Syntax } from '../../ir/index.ts';
import { moveCost } from '../define/cost.ts';
import { parseFunctional, printFunctional } from '../define/syntaxes.ts';
import type { CustomCallAttributes } from './custom-call-target.ts';
import { customCallTargets, unknownCustomCall } from './custom-call-targets.ts';

/** `custom_call @name(%a) {…} : (A) -> B`; names that are no identifiers are quoted. */
const customCallSyntax: Syntax<CustomCallAttributes> = {
  print: (op, p) => {
    p.write(` ${p.attribute({ kind: 'symbol', path: [op.attributes.callTargetName] })}(${p.values(op.operands)})`);
    p.dictionary(op, ['callTargetName']);
    printFunctional(op, p);
  },
  parse: (p) => {
    const callTargetName = p.symbolName();
    const operands = p.list('(', ')', () => p.operand());
    const dictionary = p.optionalDictionary();
    return { operands, attributes: { callTargetName }, dictionary, ...parseFunctional(p) };
  },
};

const apiVersion: AttributeCodec<number | undefined> = {
  read: (a) => codecs.i64.read(a),
  write: (v) => (v === undefined ? undefined : { kind: 'int', value: BigInt(v), type: 'i32' }),
  default: () => undefined,
};
const sideEffect: AttributeCodec<boolean> = {
  read: codecs.bool.read,
  write: (v) => (v ? { kind: 'bool', value: true } : undefined),
  default: () => false,
};
const attributes: AttributeSchema<CustomCallAttributes> = {
  callTargetName: codecs.string,
  hasSideEffect: sideEffect,
  backendConfig: codecs.optional(codecs.raw),
  apiVersion,
  calledComputations: codecs.optional(codecs.raw),
  operandLayouts: codecs.optional(codecs.raw),
  resultLayouts: codecs.optional(codecs.raw),
  outputOperandAliases: codecs.optional(codecs.raw),
};
const foreign = absent('a custom call is known to its backend only, or expanded by expand-custom-calls');

export const customCall = defineOp<CustomCallAttributes>({
  name: 'stablehlo.custom_call',
  doc: 'Calls something the backend knows by name.',
  spec: 'StableHLO spec, custom_call',
  operands: [{ name: 'inputs', variadic: true }],
  attributes,
  numRegions: 0,
  traits: {
    sideEffect: true,
    passesShardings: (op) => {
      const { callTargetName } = op.attributes as { callTargetName: string };
      return customCallTargets.get(callTargetName)?.passesShardings ? 'BOTH' : 'NONE';
    },
  },
  inferTypes: 'explicit',
  verify: () => {},
  syntax: customCallSyntax,
  evaluate: (operands, op) => {
    const name = op.attributes.callTargetName;
    const target = customCallTargets.get(name);
    if (!target?.evaluate) throw unknownCustomCall(name);
    return target.evaluate(operands, op);
  },
  decompose: foreign,
  linearize: foreign,
  transpose: foreign,
  batch: foreign,
  sharding: (op, context) =>
    customCallTargets.get(op.attributes.callTargetName)?.sharding?.(op, context) ?? {
      noRule: `custom call @${op.attributes.callTargetName} has no known sharding rule`,
    },
  localize: (op) => op.attributes,
  cost: moveCost,
  samples: [
    {
      name: 'identity',
      operands: [{ dtype: 'f64', shape: [2, 3] }],
      attributes: {
        callTargetName: 'Sharding',
        hasSideEffect: false,
        backendConfig: undefined,
        apiVersion: undefined,
        calledComputations: undefined,
        operandLayouts: undefined,
        resultLayouts: undefined,
        outputOperandAliases: undefined,
      },
      resultTypes: [{ kind: 'tensor', dtype: 'f64', shape: [2, 3] }],
    },
  ],
});
