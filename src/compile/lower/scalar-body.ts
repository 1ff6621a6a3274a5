import type { Block } from '../../ir/index.ts';
import type { Expr } from '../kernels/kernel-ir.ts';
import { ExprBuilder, type Lowering } from './lowering.ts';

/* Bodies of reductions, scatters and comparators as scalar code: `(scalars) → scalars`. */

/** Expressions of what a body yields when its arguments are the given expressions. */
export function scalarBody(lowering: Lowering, body: Block, args: readonly Expr[]): Expr[] {
  body.args.forEach((a, i) => {
    lowering.bound.set(a, converted(args[i], a.dtype));
  });
  // A builder of its own: arguments are bound anew for every use of a body, so its values must not be remembered.
  const b = new ExprBuilder(lowering);
  const out = body.yielded.map((v) => b.value(v, []));
  for (const a of body.args) lowering.bound.delete(a);
  return out;
}

export function converted(e: Expr, dtype: Expr['dtype']): Expr {
  return e.dtype === dtype ? e : { kind: 'apply', dtype, fn: 'convert', args: [e] };
}
