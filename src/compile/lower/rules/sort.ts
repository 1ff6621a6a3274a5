import { numElements, rowMajorStrides } from '../../../base/index.ts';
import type { Op } from '../../../ir/index.ts';
import type { Expr } from '../../kernels/kernel-ir.ts';
import {
  both,
  choose,
  compare,
  either,
  index,
  least,
  type Memory,
  memory,
  minus,
  no,
  plus,
  quotient,
  RoutineBuilder,
  remainder,
  times,
  whole,
  yes,
} from '../../kernels/routine.ts';
import type { KernelRules, Lowering } from '../lowering.ts';
import { converted, scalarBody } from '../scalar-body.ts';
import { keyOrderOf, type Line, radixScratch, radixSort } from './radix-sort.ts';

/*
 * Sorting along one dimension: a stable merge sort that moves all operands together, with the comparator inlined.
 * Lines that do not lie together in memory are copied to scratch first.
 */

/** Lines from this length on are sorted by the bits of their keys, where the comparator allows it. */
const radixFrom = 1024;
/** Prefixes up to this length are found by insertion. */
const largestPrefix = 256;
/** Elements sorted by insertion before merging begins. */
const insertionRun = 8;

/** Whether element `a` of memories comes before element `b` of others. */
type Less = (a: readonly Expr[], b: readonly Expr[]) => Expr;

/** `a < b` where NaN is the largest number; descending `a > b`. */
const canonicallyLess = (a: Expr, b: Expr, isDescending: boolean): Expr =>
  isDescending
    ? either(compare(a, 'GT', b), both(compare(a, 'NE', a), compare(b, 'EQ', b)))
    : either(compare(a, 'LT', b), both(compare(b, 'NE', b), compare(a, 'EQ', a)));

function lowerSort(op: Op, lowering: Lowering): void {
  const attributes = op.attributes as { dimension: number };
  const shape = op.operands[0].shape;
  const dimension = attributes.dimension < 0 ? attributes.dimension + shape.length : attributes.dimension;
  const n = shape[dimension];
  const stride = rowMajorStrides(shape)[dimension];
  const elements = numElements(shape);
  const results = op.results.map((r) => lowering.bufferFor(r));
  const to = results.map(whole);
  const from = op.operands.map((v) => memory(lowering.require(v), v.dtype));
  const known = keyOrderOf(op);
  const less: Less = (a, b) =>
    known?.order.isCanonical
      ? canonicallyLess(a[known.key], b[known.key], known.order.isDescending)
      : scalarBody(
          lowering,
          op.regions[0],
          a.flatMap((x, i) => [x, b[i]]),
        )[0];
  const wanted = prefixOf(op, lowering, dimension);
  if (wanted !== undefined && wanted <= largestPrefix && n >= 4 * wanted) {
    const r = new RoutineBuilder(`first ${wanted} in order`);
    r.parallel(elements / n, elements * 2, (line) => {
      const place = r.let(plus(times(quotient(line, stride), n * stride), remainder(line, stride)));
      select(r, from, to, { place, stride, elements: n }, wanted, less);
    });
    lowering.push(r.step(results));
    op.results.forEach((v, i) => {
      lowering.setStorage(v, { buffer: results[i], offset: 0 });
    });
    return;
  }
  if (known && n >= radixFrom) {
    const scratch = radixScratch((...a) => lowering.buffer(...a), elements);
    const r = new RoutineBuilder('sort by key');
    r.parallel(elements / n, elements * 8, (line) => {
      const base = r.let(times(line, n));
      const place = r.let(plus(times(quotient(line, stride), n * stride), remainder(line, stride)));
      radixSort(r, from, to, known.key, known.order, { place, stride, elements: n }, base, scratch);
    });
    lowering.push(r.step(results));
    op.results.forEach((v, i) => {
      lowering.setStorage(v, { buffer: results[i], offset: 0 });
    });
    return;
  }
  const scratch = (): Memory[] => op.operands.map((v) => whole(lowering.buffer(v.dtype, elements)));
  const lines = stride === 1 ? to : scratch();
  const other = n > insertionRun ? scratch() : lines;
  const r = new RoutineBuilder('sort');
  if (stride === 1)
    to.forEach((t, i) => {
      r.startFrom(t, from[i]);
    });
  if (elements > 0)
    r.parallel(elements / n, elements * Math.ceil(Math.log2(n + 1)), (line) => {
      const base = r.let(times(line, n));
      const place =
        stride === 1 ? base : r.let(plus(times(quotient(line, stride), n * stride), remainder(line, stride)));
      if (stride !== 1)
        r.for(0, n, (i) => {
          lines.forEach((l, k) => {
            r.store(l, plus(base, i), r.load(from[k], plus(place, times(i, stride))));
          });
        });
      sortRuns(r, lines, base, n, less);
      if (n > insertionRun) {
        const width = r.let(insertionRun);
        r.while(compare(width, 'LT', n), () => {
          mergePass(r, lines, other, base, n, width, less);
          mergePass(r, other, lines, base, n, times(width, 2), less);
          r.set(width, times(width, 4));
        });
      }
      if (stride !== 1)
        r.for(0, n, (i) => {
          to.forEach((t, k) => {
            r.store(t, plus(place, times(i, stride)), r.load(lines[k], plus(base, i)));
          });
        });
    });
  lowering.push(r.step(results));
  op.results.forEach((v, i) => {
    lowering.setStorage(v, { buffer: results[i], offset: 0 });
  });
}

/** How many elements of each sorted line are looked at, when all users take the first so many. */
function prefixOf(op: Op, lowering: Lowering, dimension: number): number | undefined {
  let limit = 1;
  for (const v of op.results)
    for (const { op: user } of lowering.uses.get(v) ?? []) {
      if (user.name !== 'stablehlo.slice') return undefined;
      const a = user.attributes as { startIndices: readonly number[]; limitIndices: readonly number[] };
      limit = Math.max(limit, a.limitIndices[dimension]);
    }
  return limit;
}

/**
 * The first `wanted` elements of a line in order, at its beginning: each element that comes before the last of them so far is
 * inserted. The rest of the line is left undefined.
 */
function select(
  r: RoutineBuilder,
  from: readonly Memory[],
  to: readonly Memory[],
  line: Line,
  wanted: number,
  less: Less,
): void {
  const at = (i: Expr | number): Expr => plus(line.place, times(i, line.stride));
  const found = r.let(0);
  const worst = from.map((m) => r.let(r.load(m, at(0))));
  r.for(0, line.elements, (i) => {
    const own = from.map((m) => r.let(r.load(m, at(i))));
    r.if(either(compare(found, 'LT', wanted), less(own, worst)), () => {
      const j = r.let(least(found, wanted - 1));
      const isOpen = r.let(compare(j, 'GT', 0));
      r.while(isOpen, () => {
        const before = to.map((m) => r.let(r.load(m, at(minus(j, 1)))));
        r.if(
          less(own, before),
          () => {
            to.forEach((m, k) => {
              r.store(m, at(j), before[k]);
            });
            r.set(j, minus(j, 1));
            r.set(isOpen, compare(j, 'GT', 0));
          },
          () => r.set(isOpen, no),
        );
      });
      to.forEach((m, k) => {
        r.store(m, at(j), own[k]);
      });
      r.set(found, least(plus(found, 1), wanted));
      to.forEach((m, k) => {
        r.set(worst[k], r.load(m, at(minus(found, 1))));
      });
    });
  });
}

/** Sorts neighbouring short runs of a line by insertion. */
function sortRuns(r: RoutineBuilder, line: readonly Memory[], base: Expr, n: number, less: Less): void {
  const at = (i: Expr): Expr[] => line.map((l) => r.load(l, plus(base, i)));
  r.for(
    0,
    n,
    (low) => {
      r.for(plus(low, 1), least(plus(low, insertionRun), n), (i) => {
        const moving = at(i).map((e) => r.let(e));
        const j = r.let(i);
        const isOpen = r.let(yes);
        r.while(isOpen, () => {
          r.set(isOpen, no);
          r.if(compare(j, 'GT', low), () => {
            const before = at(minus(j, 1)).map((e) => r.let(e));
            r.if(less(moving, before), () => {
              line.forEach((l, k) => {
                r.store(l, plus(base, j), before[k]);
              });
              r.set(j, minus(j, 1));
              r.set(isOpen, yes);
            });
          });
        });
        line.forEach((l, k) => {
          r.store(l, plus(base, j), moving[k]);
        });
      });
    },
    { step: insertionRun },
  );
}

/** Merges neighbouring runs of `width` from one memory into another. */
function mergePass(
  r: RoutineBuilder,
  from: readonly Memory[],
  to: readonly Memory[],
  base: Expr,
  n: number,
  width: Expr,
  less: Less,
): void {
  const at = (i: Expr): Expr[] => from.map((l) => r.load(l, plus(base, i)));
  const low = r.let(0);
  r.while(compare(low, 'LT', n), () => {
    const middle = r.let(least(plus(low, width), n));
    const high = r.let(least(plus(middle, width), n));
    // In order already, or nothing on the right: one run.
    const apart = r.let(compare(middle, 'LT', high));
    r.if(apart, () => r.set(apart, less(at(middle), at(minus(middle, 1)))));
    r.if(
      apart,
      () => {
        const left = r.let(low);
        const right = r.let(middle);
        r.for(low, high, (out) => {
          const a = at(least(left, minus(middle, 1)));
          const b = at(least(right, minus(high, 1)));
          const takesRight = r.let(either(compare(left, 'GE', middle), both(compare(right, 'LT', high), less(b, a))));
          const source = r.let(choose(takesRight, right, left));
          to.forEach((t, k) => {
            r.store(t, plus(base, out), r.load(from[k], plus(base, source)));
          });
          const one = converted(takesRight, 'i64');
          r.set(right, plus(right, one));
          r.set(left, plus(left, minus(index(1), one)));
        });
      },
      () => {
        to.forEach((t, k) => {
          r.move(t, plus(base, low), from[k], plus(base, low), minus(high, low));
        });
      },
    );
    r.set(low, high);
  });
}

export const sortRules = {
  'stablehlo.sort': { lower: lowerSort },
} as const satisfies KernelRules;
