import { type Attr, type AttributeCodec, absent, codecs, defineOp, type Syntax } from '../../ir/index.ts';
import { noCost } from '../define/cost.ts';
import { parseFunctional, printFunctional } from '../define/syntaxes.ts';

export interface CompositeAttributes {
  readonly name: string;
  readonly compositeAttributes: Attr | undefined;
  /** The function that says what the composite computes. */
  readonly decomposition: string;
  readonly version: number;
}

/** `composite "my.op" %a, %b {composite_attributes = {…}, decomposition = @f} : (A, B) -> C` */
const syntax: Syntax<CompositeAttributes> = {
  print: (op, p) => {
    p.write(` ${p.attribute({ kind: 'string', value: op.attributes.name })}`);
    if (op.operands.length > 0) p.write(` ${p.values(op.operands)}`);
    if (op.regions.length > 0) {
      p.write(' (');
      op.regions.forEach((r, i) => {
        if (i > 0) p.write(',');
        p.region(r);
      });
      p.write(')');
    }
    p.dictionary(op, ['name']);
    printFunctional(op, p);
  },
  parse: (p) => {
    const name = p.string();
    const operands = p.operandList();
    const regions = p.peek('(') ? p.list('(', ')', () => p.region()) : [];
    const dictionary = p.optionalDictionary();
    return { operands, attributes: { name }, dictionary, regions, ...parseFunctional(p) };
  },
};

const version: AttributeCodec<number> = {
  read: codecs.i64.read,
  write: (v) => (v === 0 ? undefined : { kind: 'int', value: BigInt(v), type: 'i32' }),
  default: () => 0,
};
const inlined = absent('it is inlined before this, as a call of its decomposition');

export const composite = defineOp<CompositeAttributes>({
  name: 'stablehlo.composite',
  doc: 'A named group of operations; means what its decomposition computes.',
  spec: 'StableHLO spec, composite',
  operands: [{ name: 'inputs', variadic: true }],
  attributes: {
    name: codecs.string,
    compositeAttributes: codecs.optional(codecs.raw),
    decomposition: codecs.symbol,
    version,
  },
  numRegions: 'variadic',
  traits: { call: true },
  inferTypes: 'explicit',
  verify: (op, { check }) =>
    check(
      'C1',
      /^[A-Za-z_]\w*\../.test(op.attributes.name),
      () => `the name should be namespace.name, got "${op.attributes.name}"`,
    ),
  callLabels: { callee: 'C2', inputs: 'C3', outputs: 'C4' },
  syntax,
  evaluate: (args, op, ctx) => ctx.call(op.attributes.decomposition, args),
  decompose: absent('inlining is a pass'),
  linearize: inlined,
  transpose: inlined,
  batch: inlined,
  sharding: () => ({ noRule: 'calls are handled by the partitioner' }),
  localize: (op) => op.attributes,
  cost: noCost,
  samples: [],
});
