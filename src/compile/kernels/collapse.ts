import { accessesOfStage, ExprRewriter, nodesOf, rootsOf } from './accesses.ts';
import { type Affine, coefficientOf, type LoopVar, loopVar, substitute, type Term, termIndex, zero } from './affine.ts';
import type { LoopStep, Stage } from './kernel-ir.ts';

/*
 * Joins neighbouring loops that step through all memory like one loop, so that short inner dimensions do not leave
 * vectors half empty.
 * Example: `for i in 0..8 for j in 0..5: a[5i+j] = b[5i+j]` becomes `for k in 0..40: a[k] = b[k]`.
 */
export function collapseLoops(step: LoopStep): LoopStep {
  let current = step;
  for (;;) {
    const next = joinOne(current);
    if (!next) return current;
    current = next;
  }
}

function joinOne(step: LoopStep): LoopStep | undefined {
  const everything = step.stages.flatMap(indicesOf);
  const pair = joinable(step.outer, everything);
  if (pair) return join(step, pair);
  for (const stage of step.stages) {
    const own = joinable(stage.vars, indicesOf(stage));
    if (own) return join(step, own);
  }
  return undefined;
}

function indicesOf(stage: Stage): Affine[] {
  const out = accessesOfStage(stage).map((a) => a.index);
  for (const e of nodesOf(rootsOf(stage))) if (e.kind === 'index') out.push(e.index);
  return out;
}

function joinable(vars: readonly LoopVar[], indices: readonly Affine[]): [LoopVar, LoopVar] | undefined {
  for (let i = 0; i + 1 < vars.length; i++) {
    const [a, b] = [vars[i], vars[i + 1]];
    if (a.count || b.count) continue;
    if (indices.every((x) => coefficientOf(x, a) === coefficientOf(x, b) * b.extent)) return [a, b];
  }
  return undefined;
}

function join(step: LoopStep, [a, b]: readonly [LoopVar, LoopVar]): LoopStep {
  const v = loopVar(a.extent * b.extent);
  const by = new Map<Term, Affine>([
    [a, zero],
    [b, termIndex(v)],
  ]);
  const r = new ExprRewriter({ index: (i) => (i.terms.has(a) || i.terms.has(b) ? substitute(i, by) : i) });
  const list = (vars: readonly LoopVar[]): LoopVar[] => vars.flatMap((x) => (x === a ? [v] : x === b ? [] : [x]));
  return {
    ...step,
    outer: list(step.outer),
    stages: step.stages.map((s) => ({ ...r.stage(s), vars: list(s.vars) })),
  };
}
