import { gcd } from '../base/index.ts';
import type { Mesh } from './mesh.ts';

/**
 * A mesh axis or a part of one. The axis `x` of size n viewed as `[pre, size, n / (pre·size)]` has the sub-axis
 * `"x":(pre)size`. An axis covered entirely has no `sub`.
 */
export interface AxisRef {
  readonly name: string;
  readonly sub?: { readonly pre: number; readonly size: number };
}

export const axisSize = (a: AxisRef, mesh: Mesh): number => a.sub?.size ?? mesh.axisSize(a.name);
export const axisPre = (a: AxisRef): number => a.sub?.pre ?? 1;
/** Product of everything up to the end of this part: the `pre` of the part that would follow. */
export const axisEnd = (a: AxisRef, mesh: Mesh): number => axisPre(a) * axisSize(a, mesh);

/** The part `[pre, pre·size)` of an axis; the full axis when that is all of it. */
export function axisPart(name: string, pre: number, size: number, mesh: Mesh): AxisRef {
  return pre === 1 && size === mesh.axisSize(name) ? { name } : { name, sub: { pre, size } };
}

export function sameAxis(a: AxisRef, b: AxisRef): boolean {
  return a.name === b.name && a.sub?.pre === b.sub?.pre && a.sub?.size === b.sub?.size;
}
export function sameAxes(a: readonly AxisRef[], b: readonly AxisRef[]): boolean {
  return a.length === b.length && a.every((x, i) => sameAxis(x, b[i]));
}

/** `"x"` or `"x":(1)2` */
export function axisText(a: AxisRef): string {
  const name = JSON.stringify(a.name);
  return a.sub ? `${name}:(${a.sub.pre})${a.sub.size}` : name;
}
export const axesText = (axes: readonly AxisRef[]): string => `{${axes.map(axisText).join(', ')}}`;

/** Number of shards the axes cut into together. */
export function axesSize(axes: readonly AxisRef[], mesh: Mesh): number {
  let n = 1;
  for (const a of axes) n *= axisSize(a, mesh);
  return n;
}

/** Whether the two share a part. Parts that do not divide one another (`(1)2` and `(1)3`) overlap. */
export function overlaps(a: AxisRef, b: AxisRef, mesh: Mesh): boolean {
  return a.name === b.name && axisPre(a) < axisEnd(b, mesh) && axisPre(b) < axisEnd(a, mesh);
}

export function overlapsAny(a: AxisRef, others: readonly AxisRef[], mesh: Mesh): boolean {
  return others.some((o) => overlaps(a, o, mesh));
}

/** Whether `a` covers all of `b`. */
export function containsAxis(a: AxisRef, b: AxisRef, mesh: Mesh): boolean {
  return a.name === b.name && axisPre(a) <= axisPre(b) && axisEnd(a, mesh) >= axisEnd(b, mesh);
}

/** Same start, and `a` ends no later: `"x":(1)2` is a prefix of `"x"`. */
export function isPrefixAxis(a: AxisRef, b: AxisRef, mesh: Mesh): boolean {
  return a.name === b.name && axisPre(a) === axisPre(b) && axisEnd(b, mesh) % axisEnd(a, mesh) === 0;
}
export function isStrictPrefixAxis(a: AxisRef, b: AxisRef, mesh: Mesh): boolean {
  return isPrefixAxis(a, b, mesh) && axisSize(a, mesh) < axisSize(b, mesh);
}

/** Whether two parts of one axis can stand side by side in a program: their four bounds divide one another in order. */
export function canCoexist(a: AxisRef, b: AxisRef, mesh: Mesh): boolean {
  if (a.name !== b.name) return true;
  const bounds = [axisPre(a), axisEnd(a, mesh), axisPre(b), axisEnd(b, mesh)].sort((x, y) => x - y);
  return bounds.every((x, i) => i === 0 || x % bounds[i - 1] === 0);
}

/** The largest prefix of `a` that does not overlap `b`; undefined when none. */
export function prefixWithoutOverlap(a: AxisRef, b: AxisRef, mesh: Mesh): AxisRef | undefined {
  if (a.name !== b.name) return a;
  if (!canCoexist(a, b, mesh)) return undefined;
  if (!overlaps(a, b, mesh)) return a;
  const pre = axisPre(a);
  if (pre >= axisPre(b)) return undefined;
  return axisPart(a.name, pre, axisPre(b) / pre, mesh);
}

/** The largest suffix of `a` that does not overlap `b`; undefined when none. */
export function suffixWithoutOverlap(a: AxisRef, b: AxisRef, mesh: Mesh): AxisRef | undefined {
  if (a.name !== b.name) return a;
  if (!canCoexist(a, b, mesh)) return undefined;
  if (!overlaps(a, b, mesh)) return a;
  const end = axisEnd(a, mesh);
  const bEnd = axisEnd(b, mesh);
  if (bEnd >= end) return undefined;
  return axisPart(a.name, bEnd, end / bEnd, mesh);
}

/** The shared part of two axes; undefined when there is none. */
export function overlapOf(a: AxisRef, b: AxisRef, mesh: Mesh): AxisRef | undefined {
  if (!overlaps(a, b, mesh) || !canCoexist(a, b, mesh)) return undefined;
  const pre = Math.max(axisPre(a), axisPre(b));
  const end = Math.min(axisEnd(a, mesh), axisEnd(b, mesh));
  return axisPart(a.name, pre, end / pre, mesh);
}

/** The longest common prefix of two single axes; undefined when none. */
export function commonPrefixAxis(a: AxisRef, b: AxisRef, mesh: Mesh): AxisRef | undefined {
  if (isPrefixAxis(a, b, mesh)) return a;
  if (isPrefixAxis(b, a, mesh)) return b;
  return undefined;
}

/** The first `size` of an axis, as a part; undefined when that does not divide it or nothing remains. */
export function axisHead(a: AxisRef, size: number, mesh: Mesh): AxisRef | undefined {
  const common = gcd(axisSize(a, mesh), size);
  return common === 1 ? undefined : axisPart(a.name, axisPre(a), common, mesh);
}

/** What follows a prefix of `a`; undefined when the prefix is all of it. */
export function axisTail(a: AxisRef, prefix: AxisRef, mesh: Mesh): AxisRef | undefined {
  const end = axisEnd(prefix, mesh);
  const size = axisEnd(a, mesh) / end;
  return size === 1 ? undefined : axisPart(a.name, end, size, mesh);
}

/** Whether `b` continues `a` in the same axis. */
export function canMerge(a: AxisRef, b: AxisRef, mesh: Mesh): boolean {
  return a.name === b.name && axisEnd(a, mesh) === axisPre(b) && b.sub !== undefined;
}

/** Appends, merging a part that continues the last one. */
export function appendAxis(axes: AxisRef[], next: AxisRef, mesh: Mesh): void {
  const last = axes[axes.length - 1];
  if (last && canMerge(last, next, mesh))
    axes[axes.length - 1] = axisPart(last.name, axisPre(last), axisSize(last, mesh) * axisSize(next, mesh), mesh);
  else axes.push(next);
}

export function mergeAxes(axes: readonly AxisRef[], mesh: Mesh): AxisRef[] {
  const out: AxisRef[] = [];
  for (const a of axes) appendAxis(out, a, mesh);
  return out;
}

/** Parts of `a` that none of `others` covers, in order. */
export function axisMinus(a: AxisRef, others: readonly AxisRef[], mesh: Mesh): AxisRef[] {
  let parts: AxisRef[] = [a];
  for (const o of others) {
    parts = parts.flatMap((p) => {
      if (!overlaps(p, o, mesh)) return [p];
      const before = prefixWithoutOverlap(p, o, mesh);
      const after = suffixWithoutOverlap(p, o, mesh);
      return [before, after].filter((x) => x !== undefined);
    });
  }
  return parts;
}

export function axesMinus(axes: readonly AxisRef[], others: readonly AxisRef[], mesh: Mesh): AxisRef[] {
  return axes.flatMap((a) => axisMinus(a, others, mesh));
}

/** Mesh order, then position within the axis. */
export function compareAxes(a: AxisRef, b: AxisRef, mesh: Mesh): number {
  return a.name === b.name ? axisPre(a) - axisPre(b) : mesh.axisIndex(a.name) - mesh.axisIndex(b.name);
}

/** Sorted in mesh order with neighbouring parts merged. */
export function sortAxes(axes: readonly AxisRef[], mesh: Mesh): AxisRef[] {
  return mergeAxes(
    [...axes].sort((a, b) => compareAxes(a, b, mesh)),
    mesh,
  );
}

/** The longest common prefix of two lists, splitting the last axis where they diverge within it. */
export function commonPrefix(a: readonly AxisRef[], b: readonly AxisRef[], mesh: Mesh): AxisRef[] {
  const out: AxisRef[] = [];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (sameAxis(a[i], b[i])) {
      out.push(a[i]);
      continue;
    }
    const shared = commonPrefixAxis(a[i], b[i], mesh);
    if (shared) out.push(shared);
    break;
  }
  return out;
}

/** Whether list `a` is a prefix of list `b` (possibly ending within an axis of `b`). */
export function isPrefixList(a: readonly AxisRef[], b: readonly AxisRef[], mesh: Mesh): boolean {
  if (a.length > b.length) return false;
  return a.every((x, i) => (i < a.length - 1 ? sameAxis(x, b[i]) : isPrefixAxis(x, b[i], mesh)));
}
export function isStrictPrefixList(a: readonly AxisRef[], b: readonly AxisRef[], mesh: Mesh): boolean {
  return isPrefixList(a, b, mesh) && !sameAxes(a, b);
}

/** Index along an axis part of a device with these coordinates (in mesh order). */
export function axisCoordinate(a: AxisRef, coordinates: readonly number[], mesh: Mesh): number {
  const whole = coordinates[mesh.axisIndex(a.name)];
  if (!a.sub) return whole;
  return Math.floor(whole / (mesh.axisSize(a.name) / (a.sub.pre * a.sub.size))) % a.sub.size;
}
