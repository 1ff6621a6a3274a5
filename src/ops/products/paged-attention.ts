import { type HostArray, numElements } from '../../base/index.ts';
import { type AttributeCodec, asTensor, codecs, tensorType, type Value } from '../../ir/index.ts';
import { composed } from '../define/composed.ts';
import { productCost } from '../define/cost.ts';
import { fromNumbers, numbersOf } from '../define/elements.ts';
import {
  and,
  broadcastInDim,
  compare,
  convert,
  div,
  dotGeneral,
  exp,
  iota,
  mul,
  reduceSum,
  reduceWith,
  reshape,
  select,
  slice,
  splat,
  sub,
  tanh,
} from '../define/emit.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';

export interface PagedAttentionAttributes {
  /** Factor of the scores. */
  readonly scale: number;
  /** Scores become `cap · tanh(score / cap)`; 0: they stay. */
  readonly softcap: number;
  /** A query sees itself and so many keys before it, less one; 0: all before it. */
  readonly window: number;
  /** The first so many numbers of `values` are the values. */
  readonly valueDim: number;
}

const f64: AttributeCodec<number> = {
  read: (a) => (a.kind === 'float' ? a.value : codecs.i64.read(a)),
  write: (value) => ({ kind: 'float', value, type: 'f64' }),
};

/** Scores of what is hidden in the decomposition, where a row that sees something loses it to rounding. */
const HIDDEN = -1e30;

export const pagedAttention = composed<PagedAttentionAttributes>({
  name: 'espalier.paged_attention',
  doc:
    'Attention of queries to the keys and values of their sequences, which lie in pages of a pool: ' +
    '`q[sequences, n, kvHeads, queriesPerGroup, headDim]`, `keys, values[pages, pageSize, kvHeads, …]`, `table[sequences, pagesPerSequence]`, ' +
    '`lengths[sequences]`, `positions[sequences, n]`. A query sees keys of its sequence up to its own position; one that sees none gives zeros.',
  spec: 'Espalier; Kwon et al. 2023 (PagedAttention)',
  operands: [
    { name: 'q' },
    { name: 'keys' },
    { name: 'values' },
    { name: 'table' },
    { name: 'lengths' },
    { name: 'positions' },
  ],
  attributes: { scale: f64, softcap: f64, window: codecs.i64, valueDim: codecs.i64 },
  traits: { fused: true },
  inferTypes: ({ operands, attributes, checker: { check } }) => {
    const [q, k, v, table, lengths, positions] = operands.map((t) => asTensor(t));
    const ranks = [5, 4, 4, 2, 1, 2];
    check(
      'rank',
      operands.every((t, i) => asTensor(t).shape.length === ranks[i]),
      `the ranks of the operands are ${ranks.join(', ')}`,
    );
    check('pages', k.shape.slice(0, 3).join() === v.shape.slice(0, 3).join(), 'keys and values lie in the same pages');
    // What a table names beyond them is the last page: there must be one.
    check('pages', k.shape[0] > 0 || table.shape.includes(0), 'a table that names pages needs a pool of at least one');
    check('heads', q.shape[2] === k.shape[2] && q.shape[4] === k.shape[3], 'queries fit keys in heads and head size');
    const [sequences, n] = q.shape;
    check(
      'sequences',
      table.shape[0] === sequences &&
        lengths.shape[0] === sequences &&
        positions.shape.join() === [sequences, n].join(),
      'table, lengths and positions are those of the sequences of q',
    );
    const integers = [table, lengths, positions].every((t) => t.dtype === 'i32');
    const floats = [q, k, v].every((t) => ['f32', 'f64', 'bf16', 'f16'].includes(t.dtype));
    check('types', integers && floats, 'q, keys and values are floats, table, lengths and positions i32');
    const { scale, softcap, window, valueDim } = attributes;
    check(
      'value_dim',
      Number.isSafeInteger(valueDim) && valueDim >= 0 && valueDim <= v.shape[3],
      `values have ${v.shape[3]} numbers`,
    );
    check(
      'numbers',
      [scale, softcap].every(Number.isFinite) && softcap >= 0 && Number.isSafeInteger(window) && window >= 0,
      'scale and softcap are finite, window is an integer, softcap and window are not negative',
    );
    return [tensorType(q.dtype, [...q.shape.slice(0, 4), valueDim])];
  },
  syntax: 'generic',
  evaluate: (operands, op) => [attended(operands, op.attributes)],
  decompose: ({ op, operands: [q, keys, values, table, lengths, positions], builder: b }) => {
    const { scale, softcap, window, valueDim } = op.attributes;
    const [sequences, n, heads] = q.shape;
    const pageSize = keys.shape[1];
    const columns = table.shape[1] * pageSize;
    const dtype = q.dtype === 'f64' ? 'f64' : 'f32';
    const held = compare(
      b,
      'LT',
      iota(b, tensorType('i32', [sequences, columns]), 1),
      broadcastInDim(b, lengths, [sequences, columns], [0]),
    );
    /** The pages of every sequence side by side, zeros where none of its tokens is: `[sequences, columns, heads, …]`. */
    const gathered = (pool: Value): Value => {
      const pages = b.emit('stablehlo.gather', [pool, table], {
        dimensionNumbers: {
          offsetDims: [2, 3, 4],
          collapsedSliceDims: [0],
          operandBatchingDims: [],
          startIndicesBatchingDims: [],
          startIndexMap: [0],
          indexVectorDim: 2,
        },
        sliceSizes: [1, ...pool.shape.slice(1)],
      });
      const side = convert(b, reshape(b, pages, [sequences, columns, heads, pool.shape[3]]), dtype);
      // What others left there may be NaN, which a weight of 0 does not hide.
      return select(b, broadcastInDim(b, held, side.shape, [0, 1]), side, splat(b, side.type, 0));
    };
    const grid = [sequences, n, columns];
    const place = iota(b, tensorType('i32', grid), 2);
    const at = broadcastInDim(b, positions, grid, [0, 1]);
    let visible = and(b, compare(b, 'LT', place, broadcastInDim(b, lengths, grid, [0])), compare(b, 'LE', place, at));
    if (window > 0) visible = and(b, visible, compare(b, 'LT', sub(b, at, place), splat(b, at.type, window)));
    const batch = { lhsBatching: [0, 2], lhsContracting: [4], rhsBatching: [0, 2], rhsContracting: [3] };
    const raw = dotGeneral(b, convert(b, q, dtype), gathered(keys), batch);
    let scores = mul(b, raw, splat(b, raw.type, scale));
    if (softcap > 0) {
      const cap = splat(b, raw.type, softcap);
      scores = mul(b, tanh(b, div(b, scores, cap)), cap);
    }
    const shape = scores.shape;
    const seen = broadcastInDim(b, visible, shape, [0, 2, 4]);
    const masked = select(b, seen, scores, splat(b, scores.type, HIDDEN));
    const wide = (x: Value): Value => broadcastInDim(b, x, shape, [0, 1, 2, 3]);
    const top = reduceWith(b, 'stablehlo.maximum', masked, Number.NEGATIVE_INFINITY, [4]);
    const powers = select(b, seen, exp(b, sub(b, masked, wide(top))), splat(b, scores.type, 0));
    const total = reduceSum(b, powers, [4]);
    const none = splat(b, total.type, 0);
    const safe = select(b, compare(b, 'EQ', total, none), splat(b, total.type, 1), total);
    const weights = div(b, powers, wide(safe));
    const all = gathered(values);
    const limits = [...all.shape.slice(0, 3), valueDim];
    const shown = slice(
      b,
      all,
      limits.map(() => 0),
      limits,
    );
    const out = dotGeneral(b, weights, shown, {
      lhsBatching: [0, 1],
      lhsContracting: [4],
      rhsBatching: [0, 2],
      rhsContracting: [1],
    });
    // [sequences, heads, n, group, valueDim]
    const turned = b.emit('stablehlo.transpose', [out], { permutation: [0, 2, 1, 3, 4] });
    return [convert(b, turned, q.dtype)];
  },
  sharding: (op) => {
    const [q, keys, values, table] = op.operands.map((v) => v.shape);
    const whole = { kind: 'needReplication' } as const;
    const none = undefined;
    return new ShardingRuleBuilder(op)
      .factor([0, none, none, 0, 0, 0], [0], q[0])
      .factor([1, none, none, none, none, 1], [1], q[1])
      .factor([2, 2, 2], [2], q[2])
      .factor([3], [3], q[3])
      .factor([4, 3], [], q[4], whole)
      .factor([none, none, 3], [], values[3], whole)
      .factor([], [4], op.attributes.valueDim, whole)
      .factor([none, 0, 0], [], keys[0], whole)
      .factor([none, 1, 1], [], keys[1], whole)
      .factor([none, none, none, 1], [], table[1], whole)
      .build();
  },
  cost: (op) => {
    const [q, keys, , table] = op.operands.map((v) => v.shape);
    return productCost(op, 2 * numElements(q.slice(0, 4)) * table[1] * keys[1] * (q[4] + op.attributes.valueDim));
  },
  samples: [
    sampleOf('grouped heads, a window', { sequences: 2, n: 3, window: 3, softcap: 0, valueDim: 3 }),
    sampleOf('one query each, a cap', { sequences: 3, n: 1, window: 0, softcap: 2, valueDim: 2 }),
  ],
});

function sampleOf(
  name: string,
  o: { sequences: number; n: number; window: number; softcap: number; valueDim: number },
) {
  const lengths = Array.from({ length: o.sequences }, (_, i) => o.n + 2 * i);
  const table = Array.from({ length: o.sequences * 4 }, (_, i) => 1 + ((i * 5) % 7));
  // The last query of the first sequence is padding.
  const positions = lengths.flatMap((length, s) =>
    Array.from({ length: o.n }, (_, i) => (s === 0 && i === o.n - 1 && o.n > 1 ? -1 : length - o.n + i)),
  );
  return {
    name,
    operands: [
      { dtype: 'f64', shape: [o.sequences, o.n, 2, 2, 4] },
      { dtype: 'f64', shape: [8, 2, 2, 4] },
      { dtype: 'f64', shape: [8, 2, 2, 3] },
      { dtype: 'i32', shape: [o.sequences, 4], values: table, constant: true },
      { dtype: 'i32', shape: [o.sequences], values: lengths, constant: true },
      { dtype: 'i32', shape: [o.sequences, o.n], values: positions, constant: true },
    ],
    attributes: { scale: 0.5, softcap: o.softcap, window: o.window, valueDim: o.valueDim },
  } as const;
}

/** By the definition, in double precision. */
function attended(
  operands: readonly HostArray[],
  { scale, softcap, window, valueDim }: PagedAttentionAttributes,
): HostArray {
  const [q, keys, values, table, _lengths, _positions] = operands;
  const [a, k, v, pages, length, position] = operands.map(numbersOf);
  const [sequences, n, heads, group, headDim] = q.shape;
  const [numPages, pageSize] = keys.shape;
  const stored = values.shape[3];
  const perSequence = table.shape[1];
  const out = new Float64Array(sequences * n * heads * group * valueDim);
  const columns = perSequence * pageSize;
  const weights = new Float64Array(columns);
  for (let row = 0; row < sequences * n * heads * group; row++) {
    const h = Math.floor(row / group) % heads;
    const token = Math.floor(row / (group * heads));
    const s = Math.floor(token / n);
    const at = Number(position[token]);
    const end = Math.min(Number(length[s]), at + 1, columns);
    const first = window > 0 ? Math.max(0, at - window + 1) : 0;
    const slot = (j: number): number => {
      const page = Math.min(Math.max(Number(pages[s * perSequence + Math.floor(j / pageSize)]), 0), numPages - 1);
      return (page * pageSize + (j % pageSize)) * heads + h;
    };
    let top = Number.NEGATIVE_INFINITY;
    for (let j = first; j < end; j++) {
      let score = 0;
      for (let i = 0; i < headDim; i++) score += Number(a[row * headDim + i]) * Number(k[slot(j) * headDim + i]);
      score *= scale;
      weights[j] = softcap > 0 ? softcap * Math.tanh(score / softcap) : score;
      top = Math.max(top, weights[j]);
    }
    let total = 0;
    for (let j = first; j < end; j++) total += weights[j] = Math.exp(weights[j] - top);
    for (let j = first; j < end; j++)
      for (let i = 0; i < valueDim; i++)
        out[row * valueDim + i] += (weights[j] / total) * Number(v[slot(j) * stored + i]);
  }
  return fromNumbers(q.dtype, [sequences, n, heads, group, valueDim], out);
}
