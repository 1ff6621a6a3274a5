import type { HostArray } from '../../base/index.ts';
import {
  type Attr,
  type AttributeCodec,
  type AttributeSchema,
  absent,
  codecs,
  type DenseElements,
  defineOp,
  type OpDefinition,
  type ParsedOp,
  type Syntax,
  type SyntaxParser,
} from '../../ir/index.ts';
import { noCost } from '../define/cost.ts';
import { expectAlmostEqual, expectClose, expectEqual } from './expectations.ts';

/*
 * The dialects of StableHLO's own tests: `check.*` assertions and `interpreter.run_parallel`. They are parsed and run, and
 * never compiled.
 */

interface CheckAttributes {
  readonly value: DenseElements | undefined;
  readonly tolerance: number | undefined;
  readonly maxUlpDifference: number | undefined;
  readonly minUlpDifference: number | undefined;
}

const float: AttributeCodec<number | undefined> = {
  read: (a) => (a.kind === 'float' ? a.value : a.kind === 'int' ? Number(a.value) : undefined),
  write: (v) => (v === undefined ? undefined : { kind: 'float', value: v, type: 'f64' }),
  default: () => undefined,
};
const attributes: AttributeSchema<CheckAttributes> = {
  value: codecs.optional(codecs.dense),
  tolerance: float,
  maxUlpDifference: codecs.optional(codecs.i64),
  minUlpDifference: codecs.optional(codecs.i64),
};
const words: Readonly<Record<string, keyof CheckAttributes>> = {
  tolerance: 'tolerance',
  max_ulp_difference: 'maxUlpDifference',
  min_ulp_difference: 'minUlpDifference',
};

/** `%a, %b, tolerance = 0.1 : T` or `%a, dense<…> : T {…}` */
const checkSyntax: Syntax<CheckAttributes> = {
  print: (op, p) => {
    const a = op.attributes;
    const options = Object.entries(words).flatMap(([word, key]) =>
      a[key] === undefined ? [] : [`, ${word} = ${a[key]}`],
    );
    p.write(` ${p.values(op.operands)}`);
    if (a.value) p.write(`, ${p.attribute({ kind: 'dense', value: a.value })}`);
    if (!a.value) p.write(options.join(''));
    p.dictionary(op, a.value ? ['value'] : ['value', 'tolerance', 'maxUlpDifference', 'minUlpDifference']);
    if (!a.value) p.write(` : ${op.operands.map((v) => p.type(v.type)).join(', ')}`);
  },
  parse: (p) => {
    const operands = [p.operand()];
    const given: Record<string, unknown> = {};
    while (p.accept(',')) {
      const word = Object.keys(words).find((w) => p.accept(w));
      if (word) {
        p.expect('=');
        given[words[word]] = p.number();
      } else if (p.peek('dense')) {
        const value = p.dense();
        return { operands, attributes: { ...given, value }, dictionary: p.optionalDictionary(), resultTypes: [] };
      } else operands.push(p.operand());
    }
    const dictionary = p.optionalDictionary();
    return { operands, attributes: given, dictionary, resultTypes: [], ...operandTypes(p, operands.length) };
  },
};

function operandTypes(p: SyntaxParser, n: number): Pick<ParsedOp, 'operandTypes'> {
  p.expect(':');
  const types = [p.type()];
  while (p.accept(',')) types.push(p.type());
  return { operandTypes: types.length === n ? types : Array.from({ length: n }, () => types[0]) };
}

const test = absent('a test assertion');

function assertion(
  name: string,
  doc: string,
  run: (a: HostArray, b: HostArray, o: CheckAttributes) => void,
): OpDefinition {
  return defineOp<CheckAttributes>({
    name: `check.${name}`,
    doc,
    spec: 'StableHLO tests, check dialect',
    operands: [{ name: 'values', variadic: true }],
    attributes,
    numRegions: 0,
    traits: { sideEffect: true },
    inferTypes: () => [],
    verify: () => {},
    syntax: checkSyntax,
    evaluate: ([a, b], op) => {
      run(a, b ?? op.attributes.value!.toHostArray(), op.attributes);
      return [];
    },
    decompose: test,
    linearize: test,
    transpose: test,
    batch: test,
    sharding: () => ({ noRule: test.absent }),
    localize: (op) => op.attributes,
    cost: noCost,
    samples: [],
  });
}

interface RunParallelAttributes {
  readonly programs: Attr;
  readonly infeed: Attr | undefined;
}

function programNames(a: Attr): string[][] {
  const rows = a.kind === 'array' ? a.elements : [];
  return rows.map((r) => (r.kind === 'array' ? r.elements.map((s) => codecs.symbol.read(s)) : []));
}

const runParallel = defineOp<RunParallelAttributes>({
  name: 'interpreter.run_parallel',
  doc: 'Runs a grid of functions [replica][partition] side by side.',
  spec: 'StableHLO tests, interpreter dialect',
  operands: [{ name: 'inputs', variadic: true }],
  attributes: { programs: codecs.raw, infeed: codecs.optional(codecs.raw) },
  numRegions: 0,
  traits: { sideEffect: true },
  inferTypes: 'explicit',
  verify: () => {},
  syntax: 'generic',
  evaluate: (args, op, ctx) => {
    const { programs, infeed } = op.attributes;
    const queue = infeed?.kind === 'array' ? infeed.elements.map((s) => codecs.symbol.read(s)) : [];
    return ctx.runParallel(programNames(programs), args, queue);
  },
  decompose: test,
  linearize: test,
  transpose: test,
  batch: test,
  sharding: () => ({ noRule: test.absent }),
  localize: (op) => op.attributes,
  cost: noCost,
  samples: [],
});

/** Assertions and the parallel runner of StableHLO's tests. */
export const testOps: readonly OpDefinition[] = [
  assertion('expect_eq', 'Equal by ==.', expectEqual),
  assertion('expect_eq_const', 'Equal by == to a constant.', expectEqual),
  assertion('expect_almost_eq', 'Equal up to an absolute tolerance.', (a, b, o) =>
    expectAlmostEqual(a, b, o.tolerance ?? 1e-4),
  ),
  assertion('expect_almost_eq_const', 'Equal to a constant up to an absolute tolerance.', (a, b, o) =>
    expectAlmostEqual(a, b, o.tolerance ?? 1e-4),
  ),
  assertion('expect_close', 'Equal up to units in the last place.', (a, b, o) =>
    expectClose(a, b, o.maxUlpDifference ?? 3, o.minUlpDifference ?? 0),
  ),
  runParallel,
];
