import { type DType, numElements } from '../../../base/index.ts';
import type { Op } from '../../../ir/index.ts';
import type { Expr, ProductView } from '../../kernels/kernel-ir.ts';
import {
  apply,
  choose,
  compare,
  index,
  least,
  type Memory,
  memory,
  minus,
  most,
  plus,
  quotient,
  RoutineBuilder,
  times,
  whole,
} from '../../kernels/routine.ts';
import { literal } from '../constants.ts';
import type { KernelRules, Lowering } from '../lowering.ts';
import { converted } from '../scalar-body.ts';

/*
 * Attention to keys and values in pages: a loop over the pages of a sequence as far as its queries see, products with each page where it
 * lies. Every row of queries is summed in one order, whatever rows are beside it. Source: Kwon et al. 2023, §4.3.
 */

interface Numbers {
  readonly scale: number;
  readonly softcap: number;
  readonly window: number;
  readonly valueDim: number;
}

/**
 * Rows of queries that are computed together: their scores lie in scratch memory. Where there are fewer heads than `fewPieces`, rows are cut
 * further, so that threads have something to do. Whatever the numbers of sequences and tokens are: how many rows a product has decides the
 * order of its sums.
 */
const rowsTogether = 32;
const fewRowsTogether = 16;
const fewPieces = 8;

function lowerPagedAttention(op: Op, lowering: Lowering): void {
  const { scale, softcap, window, valueDim } = op.attributes as unknown as Numbers;
  const [q, keys, values, table, lengths, positions] = op.operands.map((v) => memory(lowering.require(v), v.dtype));
  const [sequences, n, heads, group, headDim] = op.operands[0].shape;
  const [numPages, pageSize] = op.operands[1].shape;
  const stored = op.operands[2].shape[3];
  const perSequence = op.operands[3].shape[1];
  const result = lowering.bufferFor(op.result);
  const columns = perSequence * pageSize;
  // One token: the queries of a group are rows of a product. Several: the tokens are, and each query of the group has its own.
  const byToken = n > 1;
  const rowCount = byToken ? n : group;
  const rowStride = (dim: number): number => (byToken ? heads * group * dim : dim);
  const pieces = heads * (byToken ? group : 1);
  const blockRows = Math.min(rowCount, pieces < fewPieces ? fewRowsTogether : rowsTogether);
  const blocks = Math.ceil(rowCount / blockRows);
  const wide: DType = op.result.dtype === 'f64' ? 'f64' : 'f32';
  const scores = whole(lowering.buffer(wide, blockRows * columns, { kind: 'local' }));
  const sums = whole(lowering.buffer(wide, blockRows * valueDim, { kind: 'local' }));
  const without = whole(lowering.buffer(wide, blockRows * valueDim, { kind: 'local' }));
  const grid = [sequences, heads, byToken ? group : 1, blocks];
  const r = new RoutineBuilder('paged attention');
  const real = (x: number): Expr => literal(wide, x);
  const work = numElements(grid) * blockRows * columns * (headDim + valueDim);
  r.parallel(numElements(grid), work / 8, (point) => {
    const [s, h, query, block] = r.unflatten(point, grid);
    const first = r.let(times(block, blockRows));
    const rows = r.let(least(blockRows, minus(rowCount, first)));
    const length = r.let(least(converted(r.load(lengths, s), 'i64'), columns));
    /** Where the row with this number lies in q and in the result, in elements of a head. */
    const headOf = (row: Expr): Expr =>
      byToken
        ? plus(times(plus(times(s, n), row), heads * group), times(h, group), query)
        : plus(times(plus(times(s, heads), h), group), row);
    const positionOf = (row: Expr): Expr => converted(r.load(positions, byToken ? plus(times(s, n), row) : s), 'i64');
    /** The keys that a row sees: from … to. */
    const end = (at: Expr): Expr => most(0, least(length, plus(at, 1)));
    const begin = (at: Expr): Expr => (window > 0 ? most(0, plus(minus(at, window), 1)) : index(0));
    const last = r.let(0);
    const start = r.let(columns);
    r.for(0, rows, (row) => {
      const at = r.let(positionOf(plus(first, row)));
      r.set(last, most(last, end(at)));
      // Padding, before all, sees nothing.
      r.set(start, choose(compare(at, 'LT', 0), start, least(start, begin(at))));
    });
    const firstPage = r.let(quotient(least(start, last), pageSize));
    const pages = r.let(quotient(plus(last, pageSize - 1), pageSize));
    const rowBase = r.let(headOf(first));
    const pageAt = (p: Expr): Expr =>
      r.let(most(0, least(converted(r.load(table, plus(times(s, perSequence), p)), 'i64'), numPages - 1)));
    const inPage = (m: Memory, page: Expr, dim: number): Pick<ProductView, 'buffer' | 'dtype' | 'at'> => ({
      buffer: m.buffer,
      dtype: m.dtype,
      at: plus(times(page, pageSize * heads * dim), times(h, dim), m.offset),
    });
    r.for(firstPage, pages, (p) => {
      const page = pageAt(p);
      r.product({
        m: rows,
        n: pageSize,
        k: headDim,
        a: {
          buffer: q.buffer,
          dtype: q.dtype,
          at: plus(times(rowBase, headDim), q.offset),
          row: rowStride(headDim),
          column: 1,
        },
        b: { ...inPage(keys, page, headDim), row: 1, column: heads * headDim },
        c: { buffer: scores.buffer, dtype: wide, at: times(p, pageSize), row: columns, column: 1 },
        accumulate: literal('bool', 0),
      });
    });
    r.for(0, rows, (row) => {
      const at = r.let(positionOf(plus(first, row)));
      const [from, to] = [r.let(begin(at)), r.let(end(at))];
      const base = r.let(times(row, columns));
      const score = (j: Expr): Expr => r.load(scores, plus(base, j));
      const top = r.let(real(Number.NEGATIVE_INFINITY), wide);
      r.for(
        from,
        to,
        (j) => {
          let x = apply('multiply', score(j), real(scale));
          if (softcap > 0) x = apply('multiply', apply('tanh', apply('divide', x, real(softcap))), real(softcap));
          r.store(scores, plus(base, j), x);
        },
        { order: 'vector' },
      );
      r.for(from, to, (j) => r.set(top, apply('maximum', top, score(j))));
      r.for(from, to, (j) => r.store(scores, plus(base, j), apply('exponential', apply('subtract', score(j), top))), {
        order: 'vector',
      });
      const total = r.let(real(0), wide);
      r.for(from, to, (j) => r.set(total, apply('add', total, score(j))));
      r.for(from, to, (j) => r.store(scores, plus(base, j), apply('divide', score(j), total)), { order: 'vector' });
      // What other rows of the block see and this one does not.
      const none = (low: Expr, high: Expr): void =>
        r.for(low, high, (j) => r.store(scores, plus(base, j), real(0)), { order: 'vector' });
      none(times(firstPage, pageSize), least(from, times(pages, pageSize)));
      none(most(to, times(firstPage, pageSize)), times(pages, pageSize));
    });
    /** The sums of weights and values of tokens from … to, for all rows. */
    const sum = (into: Memory, from: Expr, to: Expr): void => {
      r.for(0, times(rows, valueDim), (i) => r.store(into, i, real(0)), { order: 'vector' });
      r.for(quotient(from, pageSize), quotient(plus(to, pageSize - 1), pageSize), (p) => {
        const page = pageAt(p);
        const skipped = r.let(most(0, minus(from, times(p, pageSize))));
        const side = inPage(values, page, stored);
        r.product({
          m: rows,
          n: valueDim,
          // Not what others left behind the last token: were it NaN, a weight of 0 would not hide it.
          k: most(0, minus(least(pageSize, minus(to, times(p, pageSize))), skipped)),
          a: { buffer: scores.buffer, dtype: wide, at: plus(times(p, pageSize), skipped), row: columns, column: 1 },
          b: { ...side, at: plus(side.at, times(skipped, heads * stored)), row: heads * stored, column: 1 },
          c: { buffer: into.buffer, dtype: wide, at: index(0), row: valueDim, column: 1 },
          accumulate: literal('bool', 1),
        });
      });
    };
    sum(sums, r.let(times(firstPage, pageSize)), last);
    const to = whole(result);
    r.for(0, rows, (row) => {
      const into = r.let(times(headOf(plus(first, row)), valueDim));
      const copy = (from: Memory): void =>
        r.for(0, valueDim, (i) => r.store(to, plus(into, i), r.load(from, plus(times(row, valueDim), i))), {
          order: 'vector',
        });
      copy(sums);
      // Rows that see the same have nothing to hide from each other.
      if (!byToken && window === 0) return;
      // NaN of a token that other rows of the block see and this one does not: a weight of 0 has not hidden it. The same product without that token has
      // the same bits otherwise.
      const check = r.let(real(0), wide);
      r.for(0, valueDim, (i) => {
        const x = r.load(sums, plus(times(row, valueDim), i));
        r.set(check, apply('add', check, apply('subtract', x, x)));
      });
      r.if(compare(check, 'NE', check), () => {
        const at = r.let(positionOf(plus(first, row)));
        sum(without, r.let(begin(at)), r.let(end(at)));
        copy(without);
      });
    });
  });
  lowering.push(r.step([result]));
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
}

export const pagedAttentionRules = {
  'espalier.paged_attention': { lower: lowerPagedAttention },
} as const satisfies KernelRules;
