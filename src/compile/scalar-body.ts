import { EspalierError, InternalError } from '../base/index.ts';
import type { Block } from '../ir/index.ts';
import { nodesOf } from './accesses.ts';
import { scalarType } from './c/element-functions.ts';
import { literalText, scalarApply } from './c/emit-expr.ts';
import type { Expr } from './kernel-ir.ts';
import { ExprBuilder, type Lowering } from './lowering.ts';

/* Bodies of reductions, scatters and comparators as scalar code: `(scalars) → scalars`. */

/** Expressions of what a body yields when its arguments are the given expressions. */
export function scalarBody(lowering: Lowering, body: Block, args: readonly Expr[]): Expr[] {
  body.args.forEach((a, i) => {
    lowering.bound.set(a, args[i]);
  });
  // A builder of its own: arguments are bound anew for every use of a body, so its values must not be remembered.
  const b = new ExprBuilder(lowering);
  const out = body.yielded.map((v) => b.value(v, []));
  for (const a of body.args) lowering.bound.delete(a);
  return out;
}

/** C statements that compute a body's results from C variables named as its arguments; returns their names. */
export function scalarStatements(
  lowering: Lowering,
  body: Block,
  names: readonly string[],
): { lines: string[]; results: string[] } {
  const variables = body.args.map((a, i): Expr => ({ kind: 'variable', dtype: a.dtype, name: names[i] }));
  const roots = scalarBody(lowering, body, variables);
  const text = new Map<Expr, string>();
  const lines: string[] = [];
  for (const e of nodesOf(roots)) {
    switch (e.kind) {
      case 'variable':
        text.set(e, e.name);
        break;
      case 'literal':
        text.set(e, literalText(e.dtype, e.value));
        break;
      case 'apply': {
        const name = `y${lines.length}`;
        const value = scalarApply(
          e,
          e.args.map((a) => text.get(a)!),
        );
        lines.push(`const ${scalarType(e.dtype)} ${name} = ${value};`);
        text.set(e, name);
        break;
      }
      default:
        throw new EspalierError(
          'runtime/unsupported',
          'the cpu engine cannot compile a body that reads outer tensors',
          {
            advice: 'pass the tensor as an operand, or use the "reference" engine',
          },
        );
    }
  }
  return {
    lines,
    results: roots.map((r) => {
      const t = text.get(r);
      if (t === undefined) throw new InternalError('body without a result');
      return t;
    }),
  };
}
