import {
  type Block,
  bytesOf,
  type Communication,
  type Cost,
  calleeOf,
  capturesOf,
  type Module,
  type Op,
  typeEquals,
  usesOf,
  type Value,
} from '../../ir/index.ts';
import { communicationOf, tripCount } from '../../ops/index.ts';

/*
 * What a program of one device would run after fusion: chains of elementwise ops and views are computed where they are used, so that
 * their operands are read once and what lies between never has memory. A reduction computes what it reads, too.
 */

/** One kernel or collective, and how often a run of the program runs it. */
export interface ProgramKernel {
  readonly name: string;
  readonly cost: Cost;
  readonly executions: number;
  readonly communication: Communication | undefined;
  /** Type of what a product multiplies. */
  readonly dtype: string;
}

export interface ProgramKernels {
  readonly kernels: readonly ProgramKernel[];
  /** Bytes of arguments, results and what is alive between, at most. */
  readonly peakBytes: number;
  /** Loops whose number of rounds is known only at run time: counted as one round. */
  readonly numOpenLoops: number;
}

/** Whether an op can be computed where its result is used. */
function isFusible(op: Op): boolean {
  const { traits } = op.definition;
  if (op.results.length !== 1 || op.regions.length > 0) return false;
  return Boolean(
    traits.elementwise || traits.elementwiseFor?.(op) || traits.view || traits.broadcast || traits.constant,
  );
}

/** The kernels of a module's entry, calls in their place; give it the program of one device. Results lie where donated arguments of their type lay. */
export function programKernels(module: Module, o: { readonly donatedArgs?: readonly number[] } = {}): ProgramKernels {
  const kernels: ProgramKernel[] = [];
  let numOpenLoops = 0;
  const walk = (block: Block, times: number): void => {
    const fusion = fusionOf(block);
    for (const op of block.ops) {
      const { traits } = op.definition;
      if (traits.call) {
        const func = module.func(calleeOf(op));
        if (func) walk(func.body, times);
        continue;
      }
      if (traits.loop) {
        const trips = tripCount(op);
        if (trips === undefined) numOpenLoops++;
        for (const region of op.regions) walk(region, times * (trips ?? 1));
        continue;
      }
      if (traits.controlFlow && op.regions.length > 0) {
        // Of branches the first: they are alike in what they cost, or nobody knows which is taken.
        walk(op.regions[0], times);
        continue;
      }
      if (op.results.length === 0 || !fusion.isKernel(op)) continue;
      const communication = communicationOf(op);
      kernels.push({ name: op.name, cost: fusion.costOf(op), executions: times, communication, dtype: dtypeOf(op) });
    }
  };
  walk(module.main.body, 1);
  return { kernels, peakBytes: peakOf(module, o.donatedArgs ?? []), numOpenLoops };
}

function dtypeOf(op: Op): string {
  const type = op.operands[0]?.type;
  return type?.kind === 'tensor' ? type.dtype : 'f32';
}

/** Which values of a block get memory, and what a kernel reads and computes. */
function fusionOf(block: Block): { isKernel(op: Op): boolean; hasMemory(v: Value): boolean; costOf(op: Op): Cost } {
  const uses = usesOf(block);
  const own = new Set(block.ops);
  const known = new Map<Value, boolean>();
  const hasMemory = (v: Value): boolean => {
    if (!v.op || !own.has(v.op)) return true;
    const found = known.get(v);
    if (found !== undefined) return found;
    // Constants are part of the code.
    const result =
      !v.op.definition.traits.constant &&
      (!isFusible(v.op) ||
        (uses.get(v) ?? []).some(({ op }) => !own.has(op) || !(isFusible(op) || op.definition.traits.reduction)));
    known.set(v, result);
    return result;
  };
  const isKernel = (op: Op): boolean => !isFusible(op) || hasMemory(op.results[0]);
  const costOf = (op: Op): Cost => {
    const facet = op.definition.cost(op);
    let { productFlops, vectorFlops } = facet;
    const reads = new Set<Value>();
    const seen = new Set<Op>();
    const visit = (v: Value): void => {
      if (hasMemory(v)) {
        reads.add(v);
        return;
      }
      if (!v.op || seen.has(v.op) || v.op.definition.traits.constant) return;
      seen.add(v.op);
      const more = v.op.definition.cost(v.op);
      productFlops += more.productFlops;
      vectorFlops += more.vectorFlops;
      v.op.operands.forEach(visit);
    };
    const fused = op.operands.filter((v) => !hasMemory(v));
    if (!isFusible(op) && fused.length === 0) return facet;
    op.operands.forEach(visit);
    const given = op.results.reduce((n, r) => n + bytesOf(r.type), 0);
    const bytes = [...reads].reduce((n, v) => n + bytesOf(v.type), 0) + given;
    // What an op does not read of its operands, as a slice, it does not read now either.
    return {
      productFlops,
      vectorFlops,
      bytes: isFusible(op) || op.definition.traits.reduction ? bytes : Math.min(bytes, facet.bytes),
    };
  };
  return { isKernel, hasMemory, costOf };
}

/** Bytes alive at once: arguments and results all the time, other values from their op to their last use. */
function peakOf(module: Module, donatedArgs: readonly number[]): number {
  const inPlace = resultsInPlace(module, donatedArgs);
  const size = (v: Value): number => (inPlace.has(v) ? 0 : bytesOf(v.type));
  const blockPeak = (block: Block): number => {
    const fusion = fusionOf(block);
    const lastUse = new Map<Value, number>();
    const readThrough = (v: Value, at: number): void => {
      if (fusion.hasMemory(v)) {
        lastUse.set(v, at);
        return;
      }
      for (const o of v.op?.operands ?? []) readThrough(o, at);
    };
    block.ops.forEach((op, i) => {
      if (op.regions.length > 0 || fusion.isKernel(op)) for (const v of op.operands) readThrough(v, i);
      for (const v of capturesOf(op.regions)) readThrough(v, i);
    });
    for (const v of block.yielded) readThrough(v, block.ops.length);
    const local = new Set(block.ops.flatMap((op) => op.results));
    let [alive, peak] = [0, 0];
    const ends = new Map<number, number>();
    block.ops.forEach((op, i) => {
      const { traits } = op.definition;
      // A loop carries its operands: its results lie where they lay, if nobody else reads them.
      const carried = traits.loop
        ? op.operands.reduce((n, v) => n + (local.has(v) && lastUse.get(v) === i ? size(v) : 0), 0)
        : 0;
      const inside = Math.max(0, ...op.regions.map(blockPeak), ...(traits.call ? [calledPeak(op)] : []));
      const made = op.results.reduce((n, r) => n + (fusion.hasMemory(r) ? size(r) : 0), 0);
      const now = alive + Math.max(0, made - carried);
      peak = Math.max(peak, now + inside);
      alive = now;
      for (const r of op.results) {
        if (!fusion.hasMemory(r)) continue;
        const end = lastUse.get(r) ?? i;
        ends.set(end, (ends.get(end) ?? 0) + size(r));
      }
      alive -= (ends.get(i) ?? 0) - Math.min(carried, ends.get(i) ?? 0);
    });
    return peak;
  };
  const calledPeak = (op: Op): number => {
    const func = module.func(calleeOf(op));
    return func ? blockPeak(func.body) : 0;
  };
  const { main } = module;
  return main.args.reduce((n, a) => n + bytesOf(a.type), 0) + blockPeak(main.body);
}

/** Results that take the place of donated arguments of their type. */
function resultsInPlace({ main }: Module, donatedArgs: readonly number[]): Set<Value> {
  const free = donatedArgs.map((i) => main.args[i].type);
  const found = new Set<Value>();
  for (const v of main.body.yielded) {
    const at = v.op ? free.findIndex((t) => typeEquals(t, v.type)) : -1;
    if (at < 0) continue;
    free.splice(at, 1);
    found.add(v);
  }
  return found;
}
