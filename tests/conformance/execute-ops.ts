import { EspalierError, type HostArray } from '../../src/base/index.ts';
import {
  absent,
  codecs,
  defineOp,
  type Evaluate,
  type OpDefinition,
  type Syntax,
  type Type,
} from '../../src/ir/index.ts';

/*
 * Ops of StableHLO's test interpreter that the executable tests use.
 */

const none = absent('a test op');
const facets = {
  doc: 'Op of the test interpreter.',
  spec: 'stablehlo-translate --interpret',
  operands: [{ name: 'values', variadic: true as const }],
  numRegions: 0,
  traits: { sideEffect: true as const },
  inferTypes: 'explicit' as const,
  verify: () => {},
  decompose: none,
  linearize: none,
  transpose: none,
  batch: none,
  sharding: () => ({ noRule: 'a test op' }),
  localize: <A>(op: { attributes: A }) => op.attributes,
  cost: () => ({ flops: 0, bytes: 0 }),
  samples: [],
};

/** `check.expect_eq %a, %b : T, T` (also with `: T`) */
const checkSyntax: Syntax<object> = {
  print: (op, p) => {
    p.write(` ${p.values(op.operands)} : ${op.operands.map((v) => p.type(v.type)).join(', ')}`);
  },
  parse: (p) => {
    const operands = p.operandList();
    const dictionary = p.optionalDictionary();
    p.expect(':');
    const types: Type[] = [];
    const open = p.accept('(');
    do types.push(p.type());
    while (p.accept(','));
    if (open) {
      p.expect(')');
      if (p.accept('->')) p.resultTypes();
    }
    while (types.length < operands.length) types.push(types[0]);
    return { operands, operandTypes: types, dictionary, resultTypes: [] };
  },
};

function check(name: string, close: (x: number, y: number) => boolean): OpDefinition {
  const evaluate: Evaluate<object> = ([x, y]) => {
    const bad = Array.from({ length: x.size }, (_, i) => i).find((i) => !close(x.number(i), y.number(i)));
    if (bad !== undefined || String(x.shape) !== String(y.shape))
      throw new EspalierError('check/failed', `${name} fails at ${bad}`, { expected: String(y), given: String(x) });
    return [];
  };
  return defineOp<object>({ ...facets, name, attributes: {}, syntax: checkSyntax, evaluate });
}

export const testOps: readonly OpDefinition[] = [
  check('check.expect_eq', (x, y) => x === y),
  check('check.expect_close', (x, y) => Math.abs(x - y) <= 1e-6 * Math.max(1, Math.abs(y))),
  check('check.expect_almost_eq', (x, y) => Math.abs(x - y) <= 1e-3 || (Number.isNaN(x) && Number.isNaN(y))),
  defineOp<{ programs: readonly (readonly string[])[] }>({
    ...facets,
    name: 'interpreter.run_parallel',
    attributes: {
      programs: {
        read: (a) =>
          a.kind === 'array'
            ? a.elements.map((row) => (row.kind === 'array' ? row.elements.map((e) => codecs.symbol.read(e)) : []))
            : [],
        write: (rows) => ({
          kind: 'array',
          elements: rows.map((row) => ({
            kind: 'array',
            elements: row.map((n) => ({ kind: 'symbol', path: [n] }) as const),
          })),
        }),
      },
    },
    syntax: 'generic',
    evaluate: (operands, op, ctx): HostArray[] => ctx.runParallel(op.attributes.programs, operands),
  }),
];
