/*
 * The sequence of collectives that turns one sharding into another: all_slice, collective_permute, all_to_all, all_gather,
 * each at most moving what it must. Source: Shardy, reshard_to_collectives.
 */
import { gcd } from '../../base/index.ts';
import {
  type AxisRef,
  appendAxis,
  axesSize,
  axisEnd,
  axisPart,
  axisPre,
  axisSize,
  axisText,
  type Mesh,
  overlaps,
  prefixWithoutOverlap,
  sameAxis,
} from '../../ir/index.ts';
import type { AllToAllMove } from '../../ops/index.ts';

export type CollectiveStep =
  | { readonly kind: 'all_slice'; readonly axes: readonly (readonly AxisRef[])[]; readonly out: AxisRef[][] }
  | { readonly kind: 'all_gather'; readonly axes: readonly (readonly AxisRef[])[]; readonly out: AxisRef[][] }
  | { readonly kind: 'all_to_all'; readonly moves: readonly AllToAllMove[]; readonly out: AxisRef[][] }
  | { readonly kind: 'collective_permute'; readonly out: AxisRef[][] };

/** Steps from `from` to `to` (axes per dimension). `reorder`: the device order of the mesh changes too. */
export function collectiveSteps(
  from: readonly (readonly AxisRef[])[],
  to: readonly (readonly AxisRef[])[],
  shape: readonly number[],
  mesh: Mesh,
  reorder: boolean,
): CollectiveStep[] {
  return new Inserter(from, to, shape, mesh, reorder).run();
}

interface Place {
  readonly dim: number;
  readonly index: number;
}

const key = axisText;

class Inserter {
  readonly #mesh: Mesh;
  readonly #shape: readonly number[];
  readonly #steps: CollectiveStep[] = [];
  /** Axes of the current and the wanted sharding that differ, after the common prefix of each dimension. */
  readonly #in: AxisRef[][];
  readonly #out: AxisRef[][];
  readonly #current: AxisRef[][];
  #capacity: number[];
  readonly #inSet = new Set<string>();
  #outPlace = new Map<string, Place>();
  #reorder: boolean;

  constructor(
    from: readonly (readonly AxisRef[])[],
    to: readonly (readonly AxisRef[])[],
    shape: readonly number[],
    mesh: Mesh,
    reorder: boolean,
  ) {
    this.#mesh = mesh;
    this.#shape = shape;
    this.#reorder = reorder;
    this.#current = from.map((a) => [...a]);
    this.#in = decompose(from, to.flat(), mesh);
    this.#out = decompose(to, from.flat(), mesh);
    this.#capacity = from.map(() => 1);
    this.#in.forEach((inAxes, d) => {
      const outAxes = this.#out[d];
      while (inAxes.length > 0 && outAxes.length > 0 && sameAxis(inAxes[0], outAxes[0])) {
        inAxes.shift();
        outAxes.shift();
      }
    });
    for (const a of this.#in.flat()) this.#inSet.add(key(a));
    this.#placeOuts();
  }

  run(): CollectiveStep[] {
    for (let i = 0; i < 4 && !this.#isDone(); i++) {
      this.#tryAllSlice();
      this.#tryCollectivePermute();
      this.#tryAllToAlls(false);
      this.#tryAllToAlls(true);
      this.#tryAllGather();
    }
    return this.#steps;
  }

  #isDone(): boolean {
    return !this.#reorder && this.#in.every((a) => a.length === 0) && this.#out.every((a) => a.length === 0);
  }

  #snapshot(): AxisRef[][] {
    return this.#current.map((a) => [...a]);
  }

  #placeOuts(): void {
    this.#outPlace = new Map();
    this.#out.forEach((axes, dim) => {
      axes.forEach((a, index) => {
        this.#outPlace.set(key(a), { dim, index });
      });
    });
  }

  // ---- all_gather ----

  #tryAllGather(): void {
    const axes = this.#in.map((inAxes, dim) => {
      const gathered: AxisRef[] = [];
      while (inAxes.length > 0 && !this.#outPlace.has(key(inAxes[inAxes.length - 1]))) {
        const a = inAxes.pop()!;
        this.#inSet.delete(key(a));
        this.#popCurrent(dim, a);
        gathered.unshift(a);
      }
      const merged: AxisRef[] = [];
      for (const a of gathered) appendAxis(merged, a, this.#mesh);
      return merged;
    });
    if (axes.some((a) => a.length > 0)) this.#steps.push({ kind: 'all_gather', axes, out: this.#snapshot() });
  }

  #popCurrent(dim: number, axis: AxisRef): void {
    const current = this.#current[dim];
    const last = current[current.length - 1];
    const prefix = prefixWithoutOverlap(last, axis, this.#mesh);
    if (prefix) current[current.length - 1] = prefix;
    else current.pop();
  }

  // ---- capacities ----

  /** The part of an axis that fits a capacity, and what is left; updates nothing. */
  #within(axis: AxisRef, capacity: number): { within?: AxisRef; rest?: AxisRef; capacity: number } {
    const size = axisSize(axis, this.#mesh);
    if (capacity <= 1 || !(size % capacity === 0 || capacity % size === 0)) return { capacity };
    if (capacity >= size) return { within: axis, capacity: capacity / size };
    const within = axisPart(axis.name, axisPre(axis), capacity, this.#mesh);
    const rest = axisPart(axis.name, axisEnd(within, this.#mesh), size / capacity, this.#mesh);
    return { within, rest, capacity: 1 };
  }

  /** Puts available axes into dimensions with capacity, at the front or the back of what is there. */
  #distribute(
    availableOf: (dim: number) => AxisRef[],
    toFront: boolean,
    added: (axis: AxisRef, dim: number) => void = () => {},
  ): void {
    const split: AxisRef[] = [];
    this.#in.forEach((inAxes, dim) => {
      let position = toFront ? 0 : inAxes.length;
      const available = availableOf(dim);
      let i = 0;
      while (i < available.length && this.#capacity[dim] > 1) {
        const { within, rest, capacity } = this.#within(available[i], this.#capacity[dim]);
        if (!within) {
          i++;
          continue;
        }
        this.#capacity[dim] = capacity;
        available.splice(i, 1);
        inAxes.splice(position++, 0, within);
        this.#inSet.add(key(within));
        added(within, dim);
        if (rest) {
          split.push(within);
          available.unshift(rest);
          i++;
        }
      }
    });
    if (split.length > 0) {
      const aligned = decompose(this.#out, split, this.#mesh);
      aligned.forEach((axes, d) => {
        this.#out[d].splice(0, this.#out[d].length, ...axes);
      });
    }
  }

  // ---- all_slice ----

  #tryAllSlice(): void {
    const mesh = this.#mesh;
    const slicing: AxisRef[][] = this.#in.map(() => []);
    const slice = (axis: AxisRef, dim: number): void => {
      appendAxis(slicing[dim], axis, mesh);
      appendAxis(this.#current[dim], axis, mesh);
    };
    this.#capacity = this.#in.map((inAxes, d) => {
      const outSize = axesSize(this.#out[d], mesh);
      return outSize / gcd(axesSize(inAxes, mesh), outSize);
    });
    // 1. At a source dimension, when an all_to_all will carry the axes on.
    for (let d = 0; d < this.#in.length; d++)
      for (const axis of this.#axesToSliceForAllToAll(d) ?? []) {
        this.#in[d].push(axis);
        this.#inSet.add(key(axis));
        slice(axis, d);
      }
    // 2. Where they belong.
    const available: AxisRef[] = [];
    this.#out.forEach((outAxes, d) => {
      const inAxes = this.#in[d];
      for (let i = 0; i < outAxes.length; ) {
        const axis = outAxes[i];
        if (this.#inSet.has(key(axis))) {
          i++;
          continue;
        }
        const { within, rest, capacity } = this.#within(axis, this.#capacity[d]);
        this.#capacity[d] = capacity;
        if (!within) {
          available.push(axis);
          i++;
          continue;
        }
        slice(within, d);
        if (inAxes.length === 0 && i === 0) outAxes.shift();
        else {
          this.#inSet.add(key(within));
          inAxes.push(within);
          outAxes[i] = within;
          i++;
        }
        if (rest) {
          outAxes.splice(i, 0, rest);
          i++;
          available.push(rest);
        }
      }
    });
    // 3. Anywhere with capacity.
    this.#distribute(() => available, false, slice);
    this.#placeOuts();
    if (slicing.some((a) => a.length > 0))
      this.#steps.push({ kind: 'all_slice', axes: slicing, out: this.#snapshot() });
  }

  /** Axes of another dimension worth slicing here because axes of this one will move there (saves a permute). */
  #axesToSliceForAllToAll(source: number): AxisRef[] | undefined {
    const mesh = this.#mesh;
    const inAxes = this.#in[source];
    if (inAxes.length === 0 || this.#out[source].length > 0) return undefined;
    const place = this.#outPlace.get(key(inAxes[inAxes.length - 1]));
    if (!place) return undefined;
    const target = place.dim;
    if (this.#in[target].length > 0) return undefined;
    const targetOut = this.#out[target];
    const start = targetOut.findIndex((a) => sameAxis(a, inAxes[inAxes.length - 1])) + 1;
    if (start === targetOut.length || this.#inSet.has(key(targetOut[start]))) return undefined;
    let i = inAxes.length - 1;
    let o = start - 1;
    let common = 1;
    while (i >= 0 && o >= 0 && sameAxis(inAxes[i], targetOut[o])) {
      common *= axisSize(inAxes[i], mesh);
      i--;
      o--;
    }
    for (; i >= 0; i--) if (this.#outPlace.get(key(inAxes[i]))?.dim === target) return undefined;
    let end = start;
    let added = 1;
    while (end < targetOut.length && !this.#inSet.has(key(targetOut[end]))) added *= axisSize(targetOut[end++], mesh);
    if (this.#shape[source] % (axesSize(this.#current[source], mesh) * added) !== 0) return undefined;
    this.#capacity[target] /= common * added;
    return targetOut.slice(start, end);
  }

  // ---- collective_permute ----

  #tryCollectivePermute(): void {
    if (this.#shouldPermute()) this.#permute();
    else if (!this.#reorder) return;
    this.#reorder = false;
    this.#steps.push({ kind: 'collective_permute', out: this.#snapshot() });
  }

  #shouldPermute(): boolean {
    const mesh = this.#mesh;
    const divide = (a: AxisRef, b: AxisRef): boolean => {
      const [x, y] = [axisSize(a, mesh), axisSize(b, mesh)];
      return x % y === 0 || y % x === 0;
    };
    let freeIn: AxisRef | undefined;
    let freeOut: AxisRef | undefined;
    for (let dim = 0; dim < this.#in.length; dim++) {
      const inAxes = this.#in[dim];
      const outAxes = this.#out[dim];
      if (inAxes.length > 0 && outAxes.length > 0 && divide(inAxes[0], outAxes[0])) return true;
      for (const a of outAxes) if (!this.#inSet.has(key(a))) freeOut = a;
      let lastDim: number | undefined;
      let lastIndex = 0;
      const seen = new Set<number>();
      for (const a of inAxes) {
        const place = this.#outPlace.get(key(a));
        if (place) {
          if ((place.dim === dim || seen.has(place.dim)) && (lastDim !== place.dim || place.index !== lastIndex + 1))
            return true;
          seen.add(place.dim);
          lastIndex = place.index;
        } else if (lastDim !== undefined && outAxes.length === 0) return true;
        else freeIn = a;
        lastDim = place?.dim;
      }
    }
    return freeIn !== undefined && freeOut !== undefined && divide(freeIn, freeOut);
  }

  #permute(): void {
    const mesh = this.#mesh;
    const availableOut: AxisRef[] = [];
    const availableIn: AxisRef[][] = this.#in.map(() => []);
    this.#inSet.clear();
    this.#in.forEach((inAxes, dim) => {
      const outAxes = this.#out[dim];
      const whole = axesSize(inAxes, mesh);
      let capacity = whole;
      for (let i = inAxes.length - 1; i >= 0; i--) this.#popCurrent(dim, inAxes[i]);
      while (capacity > 1 && outAxes.length > 0) {
        const step = this.#within(outAxes[0], capacity);
        if (!step.within) break;
        capacity = step.capacity;
        outAxes.shift();
        appendAxis(this.#current[dim], step.within, mesh);
        if (step.rest) outAxes.unshift(step.rest);
      }
      this.#capacity[dim] = capacity;
      availableOut.push(...outAxes);
      let used = whole / capacity;
      const leaving = inAxes.filter((a) => !this.#outPlace.has(key(a)));
      const replaced: AxisRef[] = [];
      while (used > 1 && leaving.length > 0) {
        const step = this.#within(leaving[0], used);
        if (!step.within) break;
        used = step.capacity;
        leaving.shift();
        replaced.push(step.within);
        if (step.rest) leaving.unshift(step.rest);
      }
      availableIn[dim] = [...leaving, ...replaced];
      inAxes.length = 0;
    });
    this.#distribute(() => availableOut, false);
    this.#distribute((dim) => availableIn[dim], true);
    const leftover = availableIn.flat();
    this.#distribute(() => leftover, true);
    this.#placeOuts();
    this.#in.forEach((inAxes, dim) => {
      for (const a of inAxes) appendAxis(this.#current[dim], a, mesh);
    });
  }

  // ---- all_to_all ----

  #tryAllToAlls(outOfOrder: boolean): void {
    for (let source = 0; source < this.#in.length; source++)
      for (let move = this.#nextMove(source, outOfOrder); move; move = this.#nextMove(source, outOfOrder))
        this.#steps.push({ kind: 'all_to_all', moves: [move], out: this.#snapshot() });
  }

  #nextMove(source: number, outOfOrder: boolean): AllToAllMove | undefined {
    const inAxes = this.#in[source];
    let start = inAxes.length;
    let target: number | undefined;
    while (start > 0) {
      const place = this.#outPlace.get(key(inAxes[start - 1]));
      if (!place || place.dim === source || (target !== undefined && place.dim !== target)) break;
      target = place.dim;
      start--;
    }
    if (target === undefined) return undefined;
    const targetOut = this.#out[target];
    const moved = inAxes.slice(start);
    if (!outOfOrder && !moved.every((a, i) => targetOut[i] && sameAxis(a, targetOut[i]))) return undefined;
    for (let i = moved.length - 1; i >= 0; i--) this.#popCurrent(source, moved[i]);
    inAxes.length = start;
    const axes: AxisRef[] = [];
    for (const a of moved) {
      appendAxis(axes, a, this.#mesh);
      appendAxis(this.#current[target], a, this.#mesh);
      this.#inSet.delete(key(a));
      if (this.#in[target].length === 0 && targetOut.length > 0 && sameAxis(targetOut[0], a)) targetOut.shift();
      else {
        this.#in[target].push(a);
        this.#inSet.add(key(a));
      }
    }
    return { axes, source, target };
  }
}

/** Splits axes wherever one of `others` begins or ends inside them, so that any two that overlap are equal. */
function decompose(dims: readonly (readonly AxisRef[])[], others: readonly AxisRef[], mesh: Mesh): AxisRef[][] {
  return dims.map((axes) =>
    axes.flatMap((a) => {
      const start = axisPre(a);
      const end = axisEnd(a, mesh);
      const cuts = new Set<number>();
      for (const o of others) {
        if (!overlaps(a, o, mesh)) continue;
        for (const b of [axisPre(o), axisEnd(o, mesh)]) if (b > start && b < end) cuts.add(b);
      }
      if (cuts.size === 0) return [a];
      const bounds = [start, ...[...cuts].sort((x, y) => x - y), end];
      return bounds.slice(1).map((b, i) => axisPart(a.name, bounds[i], b / bounds[i], mesh));
    }),
  );
}
