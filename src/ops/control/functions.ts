import { absent, codecs, defineOp, type OpDefinition, type Syntax } from '../../ir/index.ts';
import { noCost } from '../define/cost.ts';
import type { NoAttributes } from '../define/elementwise.ts';
import { parseFunctional, printFunctional, returnSyntax } from '../define/syntaxes.ts';

const terminatorReason = absent('terminators are handled by whoever transforms the block');

/** A terminator that yields its operands to the enclosing op or function. */
function terminator(name: string, doc: string, spec: string): OpDefinition {
  return defineOp<NoAttributes>({
    name,
    doc,
    spec,
    operands: [{ name: 'values', variadic: true }],
    attributes: {},
    numRegions: 0,
    traits: { terminator: true },
    inferTypes: () => [],
    verify: () => {},
    syntax: returnSyntax,
    evaluate: () => [],
    decompose: terminatorReason,
    linearize: terminatorReason,
    transpose: terminatorReason,
    batch: terminatorReason,
    sharding: () => ({ noRule: 'terminators forward shardings to the enclosing op' }),
    localize: () => ({}),
    cost: noCost,
    samples: [],
  });
}

export const funcReturn = terminator('func.return', 'Ends a function.', 'MLIR func dialect');
export const stablehloReturn = terminator('stablehlo.return', 'Ends a region.', 'StableHLO, return');

export interface CallAttributes {
  readonly callee: string;
}

/** `call @f(%x) : (A) -> B` */
const callSyntax: Syntax<CallAttributes> = {
  print: (op, p) => {
    p.write(` ${p.attribute({ kind: 'symbol', path: [op.attributes.callee] })}(${p.values(op.operands)})`);
    p.dictionary(op, ['callee']);
    printFunctional(op, p);
  },
  parse: (p) => {
    const callee = p.symbolName();
    const operands = p.list('(', ')', () => p.operand());
    const dictionary = p.optionalDictionary();
    return { operands, attributes: { callee }, dictionary, ...parseFunctional(p) };
  },
};

const inlined = absent('calls are inlined before this');

export const funcCall = defineOp<CallAttributes>({
  name: 'func.call',
  doc: 'Calls a function of the module.',
  spec: 'MLIR func dialect',
  operands: [{ name: 'arguments', variadic: true }],
  attributes: { callee: codecs.symbol },
  numRegions: 0,
  traits: { call: true },
  inferTypes: 'explicit',
  verify: () => {},
  syntax: callSyntax,
  evaluate: (args, op, ctx) => ctx.call(op.attributes.callee, args),
  decompose: absent('inlining is a pass'),
  linearize: inlined,
  transpose: inlined,
  batch: inlined,
  sharding: () => ({ noRule: 'calls are handled by the partitioner' }),
  localize: (op) => op.attributes,
  cost: noCost,
  samples: [],
});
