import { defaultMachine } from '../../base/index.ts';
import { nodesOf, rootsOf } from '../kernels/accesses.ts';
import { coefficientOf, type LoopVar, loopVar } from '../kernels/affine.ts';
import { align, renameNest, renameOuter } from '../kernels/align.ts';
import type { LoopStep, Nest } from '../kernels/kernel-ir.ts';

/*
 * Cutting a kernel into pieces for the threads of a device: over its outermost loops, which never carry a value from one
 * round to the next. How it is cut depends on the kernel only, so results are the same on any number of threads.
 */

export interface Pieces {
  readonly step: LoopStep;
  /** The first one or two outer loops, whose points are dealt out. */
  readonly vars: readonly LoopVar[];
  /** Points per piece. */
  readonly grain: number;
}

/**
 * Elements below which a kernel is not worth waking anybody, and of one piece, about: 4 bytes each, a quarter and an eighth of what
 * the second-level cache holds.
 */
const [smallestKernel, pieceElements] = [defaultMachine.cacheBytes[1] / 16, defaultMachine.cacheBytes[1] / 32];

/** The kernel with loops to deal out, or undefined when it should run on one thread. */
export function cutIntoPieces(step: LoopStep, lanes: number): Pieces | undefined {
  const total = Math.max(...step.stages.map((s) => points([...step.outer, ...s.vars])));
  if (total < smallestKernel) return undefined;
  const cut = withOuterLoop(step, lanes);
  if (!cut) return undefined;
  const [first, second] = cut.dealt;
  const vars = first.extent < 64 && second ? [first, second] : [first];
  const count = points(vars);
  if (count < 2) return undefined;
  return { step: cut.step, vars, grain: Math.max(1, Math.ceil(pieceElements / (total / count))) };
}

const points = (vars: readonly LoopVar[]): number => vars.reduce((n, v) => n * v.extent, 1);

/** Makes sure there are outer loops that may be dealt out, and names them. */
function withOuterLoop(step: LoopStep, lanes: number): { step: LoopStep; dealt: LoopVar[] } | undefined {
  const [stage] = step.stages;
  if (step.outer.length > 0) {
    const lane = columnLane(step, lanes);
    if (!lane) return { step, dealt: [...step.outer] };
    // Column-wise folds: deal out the other loops, or blocks of columns.
    const others = step.outer.filter((v) => v !== lane);
    if (points(others) > 1) return { step: { ...step, outer: [...others, lane] }, dealt: others };
    const block = 8 * lanes;
    if (lane.extent % block !== 0 || lane.extent === block) return undefined;
    const target = [...others, loopVar(lane.extent / block), loopVar(block)];
    const a = align([...others, lane], target, false);
    if (!a) return undefined;
    const cut = renameOuter({ ...step, outer: [...others, lane] }, a.left, a.vars);
    return { step: cut, dealt: cut.outer.slice(0, -1) };
  }
  if (step.stages.length !== 1 || stage.kind !== 'nest' || stage.folds.length > 0) return undefined;
  if (stage.vars.length > 1) {
    const [first, ...rest] = stage.vars;
    return { step: { ...step, outer: [first], stages: [{ ...stage, vars: rest }] }, dealt: [first] };
  }
  const [only] = stage.vars;
  const inner = divisor(only.extent, lanes);
  if (inner === undefined) return undefined;
  const a = align([only], [loopVar(only.extent / inner), loopVar(inner)], false);
  if (a?.vars.length !== 2) return undefined;
  const [o, i] = a.vars;
  return { step: { ...step, outer: [o], stages: [renameNest(stage, a.left, [i])] }, dealt: [o] };
}

/** A size for inner loops that divides `n`, a multiple of the vector width between 2048 and 16384. */
function divisor(n: number, lanes: number): number | undefined {
  for (let d = 16384; d >= 2048; d -= lanes) if (n % d === 0) return d;
  return undefined;
}

/** The outer loop that runs along memory in a kernel that folds over something else (see schedule-loops.ts). */
export function columnLane(step: LoopStep, lanes: number): LoopVar | undefined {
  const { outer, stages } = step;
  const [stage] = stages;
  if (stages.length !== 1 || stage.kind !== 'nest' || stage.stores.length > 0 || stage.vars.length === 0)
    return undefined;
  const nodes = nodesOf(rootsOf(stage as Nest));
  const last = stage.vars[stage.vars.length - 1];
  const unit = (v: LoopVar): number => nodes.filter((e) => e.kind === 'load' && coefficientOf(e.index, v) === 1).length;
  let best: LoopVar | undefined;
  for (const v of outer) if (unit(v) > (best ? unit(best) : unit(last))) best = v;
  if (best) return best.extent >= lanes / 2 ? best : undefined;
  // A window too short for a vector: its results lie side by side.
  if (last.extent >= lanes) return undefined;
  return outer.find(
    (v) => v.extent >= lanes && unit(v) > 0 && stage.folds.every((f) => coefficientOf(f.target.index, v) === 1),
  );
}
