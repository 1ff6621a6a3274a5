import { HostArray, isInexact, numElements, range } from '../../base/index.ts';
import {
  absent,
  asTensor,
  type Builder,
  codecs,
  defineOp,
  type Syntax,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { vectorCost } from '../define/cost.ts';
import { elementAt, take } from '../define/elements.ts';
import { gatherAlong, iota, slice } from '../define/emit.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { compareArrays } from '../elementwise/select.ts';

export interface TopKAttributes {
  readonly k: number;
}

/** `chlo.top_k(%x, k = 8) : T -> (T, I)` */
const topKSyntax: Syntax<TopKAttributes> = {
  print: (op, p) => {
    p.write(`(${p.values(op.operands)}, k = ${op.attributes.k})`);
    p.dictionary(op, ['k']);
    p.write(` : ${p.type(op.operands[0].type)} -> (${op.results.map((r) => p.type(r.type)).join(', ')})`);
  },
  parse: (p) => {
    p.expect('(');
    const operand = p.operand();
    p.expect(',');
    p.expect('k');
    p.expect('=');
    const attributes = { k: p.integer() };
    if (p.accept(',')) {
      p.expect('is_stable');
      p.expect('=');
      p.word();
    }
    p.expect(')');
    const dictionary = p.optionalDictionary();
    p.expect(':');
    const operandTypes = [p.type()];
    p.expect('->');
    return { operands: [operand], attributes, dictionary, operandTypes, resultTypes: p.list('(', ')', () => p.type()) };
  },
};

/** Sorted descending with positions: the first k of each line. */
function emitTopK(b: Builder, x: Value, k: number): Value[] {
  const rank = x.shape.length;
  const index = iota(b, tensorType('i32', x.shape), rank - 1);
  const [s, i] = [tensorType(x.dtype, []), tensorType('i32', [])];
  const compareType = isInexact(x.dtype) ? 'TOTALORDER' : undefined;
  const body = b.block([s, s, i, i], (inner, [p, q]) => [
    inner.emit('stablehlo.compare', [p, q], { comparisonDirection: 'GT', compareType }),
  ]);
  const sorted = b.create('stablehlo.sort', [x, index], { dimension: rank - 1, isStable: true }, { regions: [body] });
  const limits = x.shape.map((n, d) => (d === rank - 1 ? k : n));
  return sorted.results.map((r) =>
    slice(
      b,
      r,
      limits.map(() => 0),
      limits,
    ),
  );
}

export const topK = defineOp<TopKAttributes>({
  name: 'chlo.top_k',
  doc: 'The k largest elements of each line of the last dimension, with their positions.',
  spec: 'CHLO, top_k',
  operands: [{ name: 'operand' }],
  attributes: { k: codecs.i64 },
  numRegions: 0,
  traits: {},
  inferTypes: ({ operands: [t], attributes: { k }, checker: { check } }) => {
    const x = asTensor(t);
    const last = x.shape[x.shape.length - 1];
    check('rank', x.shape.length >= 1, 'needs at least one dimension');
    check('k', k >= 0 && (last < 0 || k <= last), () => `k = ${k} exceeds ${last}`);
    const shape = [...x.shape.slice(0, -1), k];
    return [tensorType(x.dtype, shape), tensorType('i32', shape)];
  },
  verify: () => {},
  syntax: topKSyntax,
  evaluate: ([x], op) => topKOf(x, op.attributes.k),
  decompose: ({ op, operands: [x], builder }) => emitTopK(builder, x, op.attributes.k),
  linearize: ({ op, results, tangents: [t], tangent }) => ({
    tangents: [t && gatherAlong(tangent, t, results[1], op.operands[0].shape.length - 1), undefined],
  }),
  transpose: absent('not linear: its linearization is a gather'),
  batch: ({ op, operands: [x], builder }) => {
    const out = builder.create(op.name, [x], op.attributes);
    return { results: out.results, batched: [true, true] };
  },
  sharding: (op) => {
    const x = op.operands[0].shape;
    const last = x.length - 1;
    return new ShardingRuleBuilder(op)
      .pointwise(x, (d) => (d === last ? { kind: 'needReplication', blocked: true } : {}))
      .build();
  },
  localize: (op) => op.attributes,
  cost: (op) => vectorCost(op, numElements(op.operands[0].shape) * 4),
  samples: [
    { name: 'f64', operands: [{ dtype: 'f64', shape: [2, 5], distinct: true }], attributes: { k: 3 } },
    { name: 'ties', operands: [{ dtype: 'i32', shape: [5], values: [1, 3, 3, 0, 3] }], attributes: { k: 2 } },
  ],
});

function topKOf(x: HostArray, k: number): HostArray[] {
  const n = x.shape[x.shape.length - 1];
  const lines = x.size / Math.max(1, n);
  const shape = [...x.shape.slice(0, -1), k];
  const places = new Int32Array(lines * k);
  const index = new Int32Array(lines * k);
  const type = isInexact(x.dtype) ? 'TOTALORDER' : undefined;
  for (let l = 0; l < lines; l++) {
    const line = take(
      x,
      [n],
      Int32Array.from({ length: n }, (_, i) => l * n + i),
    );
    const greater = (i: number, j: number): boolean =>
      compareArrays(elementAt(line, i), elementAt(line, j), 'GT', type).data[0] !== 0;
    const sorted = range(n).sort((i, j) => (greater(i, j) ? -1 : greater(j, i) ? 1 : 0));
    for (let i = 0; i < k; i++) {
      places[l * k + i] = l * n + sorted[i];
      index[l * k + i] = sorted[i];
    }
  }
  return [take(x, shape, places), new HostArray('i32', shape, index)];
}
