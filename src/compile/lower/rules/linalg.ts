import { numElements } from '../../../base/index.ts';
import type { Op } from '../../../ir/index.ts';
import { apply, type Index, memory, minus, plus, RoutineBuilder, times, whole } from '../../kernels/routine.ts';
import { literal } from '../constants.ts';
import type { KernelRules, Lowering } from '../lowering.ts';
import { converted } from '../scalar-body.ts';

/* Triangular matrices, computed in float64: scalar loops, one matrix after the other. */

function lowerTriangularSolve(op: Op, lowering: Lowering): void {
  const o = op.attributes as { leftSide: boolean; lower: boolean; unitDiagonal: boolean; transposeA: string };
  const [a, b] = op.operands;
  const n = a.shape[a.shape.length - 1];
  const [rows, columns] = b.shape.slice(-2);
  const size = rows * columns;
  const result = lowering.bufferFor(op.result);
  const [from, rhs] = [a, b].map((v) => memory(lowering.require(v), v.dtype));
  const to = whole(result);
  const x = whole(lowering.buffer('f64', Math.max(1, size)));
  const flip = o.transposeA !== 'NO_TRANSPOSE';
  // On the right, x a = b is solved as aᵀ xᵀ = bᵀ: the roles of rows and columns change once more.
  const transposed = flip !== !o.leftSide;
  const lower = (o.lower !== flip) !== !o.leftSide;
  const entry = (i: Index, j: Index): Index => (transposed ? plus(times(j, n), i) : plus(times(i, n), j));
  const at = (i: Index, c: Index): Index => (o.leftSide ? plus(times(i, columns), c) : plus(times(c, columns), i));
  const order = (step: Index): Index => (lower ? step : minus(n - 1, step));
  const r = new RoutineBuilder('triangular_solve');
  r.for(0, numElements(b.shape.slice(0, -2)), (q) => {
    r.for(0, size, (i) => r.store(x, i, r.load(rhs, plus(times(q, size), i))));
    r.for(0, o.leftSide ? columns : rows, (c) =>
      r.for(0, n, (step) => {
        const i = r.let(order(step));
        const sum = r.let(r.load(x, at(i, c)));
        const element = (j: Index): ReturnType<typeof converted> =>
          converted(r.load(from, plus(times(q, n * n), entry(i, j))), 'f64');
        r.for(0, step, (other) => {
          const k = r.let(order(other));
          r.set(sum, apply('subtract', sum, apply('multiply', element(k), r.load(x, at(k, c)))));
        });
        r.store(x, at(i, c), o.unitDiagonal ? sum : apply('divide', sum, element(i)));
      }),
    );
    r.for(0, size, (i) => r.store(to, plus(times(q, size), i), r.load(x, i)));
  });
  lowering.push(r.step([result]));
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
}

function lowerCholesky(op: Op, lowering: Lowering): void {
  const { lower } = op.attributes as { lower: boolean };
  const [a] = op.operands;
  const n = a.shape[a.shape.length - 1];
  const result = lowering.bufferFor(op.result);
  const from = memory(lowering.require(a), a.dtype);
  const to = whole(result);
  const l = whole(lowering.buffer('f64', Math.max(1, n * n)));
  const at = (i: Index, j: Index): Index => (lower ? plus(times(i, n), j) : plus(times(j, n), i));
  const r = new RoutineBuilder('cholesky');
  r.for(0, numElements(a.shape.slice(0, -2)), (q) => {
    r.for(0, n * n, (i) => r.store(l, i, literal('f64', 0)));
    r.for(0, n, (j) =>
      r.for(j, n, (i) => {
        const sum = r.let(r.load(from, plus(times(q, n * n), at(i, j))), 'f64');
        r.for(0, j, (k) => {
          r.set(sum, apply('subtract', sum, apply('multiply', r.load(l, at(i, k)), r.load(l, at(j, k)))));
        });
        // The first row of a column is its diagonal.
        r.if(
          { kind: 'apply', dtype: 'bool', fn: 'compare', args: [i, j], parameter: 'EQ' },
          () => r.store(l, at(i, j), apply('sqrt', sum)),
          () => r.store(l, at(i, j), apply('divide', sum, r.load(l, at(j, j)))),
        );
      }),
    );
    r.for(0, n * n, (i) => r.store(to, plus(times(q, n * n), i), r.load(l, i)));
  });
  lowering.push(r.step([result]));
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
}

export const linalgRules = {
  'stablehlo.triangular_solve': { lower: lowerTriangularSolve },
  'stablehlo.cholesky': { lower: lowerCholesky },
} as const satisfies KernelRules;
