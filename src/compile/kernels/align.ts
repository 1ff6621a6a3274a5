import { ExprRewriter } from './accesses.ts';
import { type Affine, addScaled, type LoopVar, loopVar, substitute, type Term, termIndex, zero } from './affine.ts';
import type { LoopStep, Nest, Stage } from './kernel-ir.ts';

/*
 * Bringing the loops of two kernels to the same extents, by cutting loops where one side has finer ones:
 * [4096] and [32, 128] become [32, 128] on both sides.
 */

export interface Alignment {
  /** The common extents, outermost first. */
  readonly vars: readonly LoopVar[];
  /** What the variables of each side become. */
  readonly left: ReadonlyMap<Term, Affine>;
  readonly right: ReadonlyMap<Term, Affine>;
  /** Loops of the right side left over behind the common ones (prefix alignment only). */
  readonly rest: readonly LoopVar[];
}

/** Common refinement of two loop lists; with `prefix`, the left list need only match the beginning of the right one. */
export function align(left: readonly LoopVar[], right: readonly LoopVar[], prefix: boolean): Alignment | undefined {
  const vars: LoopVar[] = [];
  const partsOf = new Map<LoopVar, LoopVar[]>();
  const add = (owner: LoopVar, part: LoopVar): void => {
    const list = partsOf.get(owner);
    if (list) list.push(part);
    else partsOf.set(owner, [part]);
  };
  let j = 0;
  let f = right[0]?.extent ?? 1;
  for (const l of left) {
    let e = l.extent;
    while (e > 1) {
      if (j >= right.length) return undefined;
      const step = Math.min(e, f);
      if (e % step !== 0 || f % step !== 0) return undefined;
      const v = loopVar(step);
      vars.push(v);
      add(l, v);
      add(right[j], v);
      e /= step;
      f /= step;
      if (f === 1) f = right[++j]?.extent ?? 1;
    }
  }
  const rest: LoopVar[] = [];
  if (j < right.length) {
    if (!prefix) return undefined;
    if (f !== right[j].extent) {
      const v = loopVar(f);
      add(right[j], v);
      rest.push(v);
    } else rest.push(right[j]);
    rest.push(...right.slice(j + 1));
  }
  const map = (list: readonly LoopVar[]): Map<Term, Affine> => {
    const out = new Map<Term, Affine>();
    for (const v of list) {
      const parts = partsOf.get(v);
      if (!parts) continue;
      let stride = 1;
      let sum: Affine = zero;
      for (const p of [...parts].reverse()) {
        sum = addScaled(sum, termIndex(p), stride);
        stride *= p.extent;
      }
      out.set(v, sum);
    }
    return out;
  };
  return { vars, left: map(left), right: map(right), rest };
}

/** A rewriter that replaces loop variables. */
export function renaming(by: ReadonlyMap<Term, Affine>): ExprRewriter {
  return new ExprRewriter({
    index: (i) => {
      for (const t of i.terms.keys()) if (by.has(t)) return substitute(i, by);
      return i;
    },
  });
}

export function renameNest(nest: Nest, by: ReadonlyMap<Term, Affine>, vars: readonly LoopVar[]): Nest {
  return { ...(renaming(by).stage(nest) as Nest), vars };
}

/** The kernel with its outer loops replaced; stages keep their own loops. */
export function renameOuter(step: LoopStep, by: ReadonlyMap<Term, Affine>, outer: readonly LoopVar[]): LoopStep {
  const r = renaming(by);
  return { ...step, outer, stages: step.stages.map((s): Stage => ({ ...r.stage(s), vars: s.vars })) };
}
