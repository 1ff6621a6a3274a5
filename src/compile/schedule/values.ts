import { InternalError } from '../../base/index.ts';
import { nodesOf, termsOf } from '../kernels/accesses.ts';
import { type Affine, coefficientOf, type LoopVar } from '../kernels/affine.ts';
import type { Buffer, Expr } from '../kernels/kernel-ir.ts';
import type { Compute, Literal, Operand, Place } from './code.ts';
import type { CodeBuilder } from './code-builder.ts';

/* What expressions become: registers, each defined where it is first needed. */

export type Values = Map<Expr, Operand>;

export const literalOf = (e: Expr & { kind: 'literal' }, inLanes: boolean): Literal => ({
  kind: 'literal',
  dtype: e.dtype,
  value: e.value,
  inLanes,
});

/** Where an access lies; with `lane`, so many lanes on. */
export function placeOf(
  b: CodeBuilder,
  { buffer, dtype, index }: { buffer: Buffer; dtype: Expr['dtype']; index: Affine },
  lane?: LoopVar,
  lanesOn = 0,
): Place {
  return {
    base: b.base(buffer),
    dtype,
    index: noted(b, index),
    shift: lane ? lanesOn * coefficientOf(index, lane) : 0,
  };
}
function noted(b: CodeBuilder, index: Affine): Affine {
  for (const t of index.terms.keys()) if (t.kind === 'symbol') b.symbol(t);
  return index;
}

/** Defines scalar registers for nodes that have none yet. */
export function defineScalars(b: CodeBuilder, nodes: readonly Expr[], values: Values): void {
  for (const e of nodes) {
    if (values.has(e)) continue;
    values.set(e, e.kind === 'literal' ? literalOf(e, false) : b.define(e.dtype, false, computeScalar(b, e, values)));
  }
}
function computeScalar(b: CodeBuilder, e: Expr, values: Values): Compute {
  switch (e.kind) {
    case 'load':
      return { kind: 'load', place: placeOf(b, e) };
    case 'index':
      return { kind: 'index', index: noted(b, e.index), step: 0 };
    case 'apply':
      return { kind: 'apply', source: e, args: e.args.map((a) => values.get(a)!) };
    default:
      throw new InternalError(`unexpected ${e.kind} in a loop`);
  }
}
/** The scalar value of an expression. */
export function uniform(b: CodeBuilder, e: Expr, values: Values): Operand {
  defineScalars(b, nodesOf([e]), values);
  return values.get(e)!;
}

/** The vector of a node that differs between lanes: from lane number `lane + lanesOn` on, `count` of them. */
export function computeLanes(b: CodeBuilder, e: Expr, values: Values, { lane, lanesOn, count }: LanesOf): Compute {
  switch (e.kind) {
    case 'load':
      return { kind: 'loadLanes', place: placeOf(b, e, lane, lanesOn), step: coefficientOf(e.index, lane), count };
    case 'index': {
      const step = coefficientOf(e.index, lane);
      return { kind: 'index', index: noted(b, { ...e.index, constant: e.index.constant + lanesOn * step }), step };
    }
    case 'apply':
      return { kind: 'apply', source: e, args: e.args.map((a) => values.get(a)!) };
    default:
      throw new InternalError(`unexpected ${e.kind} in lanes`);
  }
}
export interface LanesOf {
  readonly lane: LoopVar;
  readonly lanesOn: number;
  /** Undefined: all. */
  readonly count: number | undefined;
}

/** Number of open loops a value needs around it: 0 if it is the same everywhere. */
export function levelOf(e: Expr, loops: readonly LoopVar[]): number {
  const terms = termsOf(e);
  return loops.findLastIndex((v) => terms.has(v)) + 1;
}
/** Whether every loop variable that the value needs is open (symbols always are). */
export function isComputable(e: Expr, open: readonly LoopVar[]): boolean {
  for (const t of termsOf(e)) if (t.kind === 'loop' && !open.includes(t)) return false;
  return true;
}
