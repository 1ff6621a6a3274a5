import { type Block, capturesOf, type Op, type TensorSharding, type Value } from '../../ir/index.ts';
import { type ScanAttributes, scanParts } from '../control/scan-parts.ts';
import type { NamedAxes } from './named-axes.ts';

/*
 * Along which manual axes do the devices' copies of a value differ? Inside a manual computation, values start as their
 * sharding says, spread through ops, and agree again after a collective that gives every device the same.
 * Source: the varying manual axes of JAX's shard_map; there a type, here an analysis that only widens.
 */
export type VaryingAxes = ReadonlySet<string>;

const NONE: VaryingAxes = new Set();
const union = (sets: readonly VaryingAxes[]): VaryingAxes => {
  const present = sets.filter((s) => s.size > 0);
  return present.length === 0 ? NONE : present.length === 1 ? present[0] : new Set(present.flatMap((s) => [...s]));
};

class Analysis {
  readonly byValue = new Map<Value, VaryingAxes>();
  readonly #all: VaryingAxes;
  constructor(manualAxes: readonly string[]) {
    this.#all = new Set(manualAxes);
  }

  get(v: Value): VaryingAxes {
    return this.byValue.get(v) ?? NONE;
  }

  /** Analyses a block whose arguments vary so; gives its yields. May run again with wider arguments. */
  block(block: Block, args: readonly VaryingAxes[]): VaryingAxes[] {
    block.args.forEach((a, i) => {
      this.byValue.set(a, args[i] ?? NONE);
    });
    for (const op of block.ops.slice(0, -1)) {
      const results = this.#op(op);
      op.results.forEach((r, i) => {
        this.byValue.set(r, results[i]);
      });
    }
    return block.yielded.map((v) => this.get(v));
  }

  #op(op: Op): readonly VaryingAxes[] {
    const operands = op.operands.map((v) => this.get(v));
    const { traits } = op.definition;
    const everywhere = (s: VaryingAxes): VaryingAxes[] => op.results.map(() => s);
    if (traits.namedAxes) {
      const { axes } = op.attributes as unknown as NamedAxes;
      const all = union(operands);
      if (traits.namedAxes === 'agreeing') return everywhere(new Set([...all].filter((a) => !axes.includes(a))));
      return everywhere(union([all, new Set(axes)]));
    }
    if (traits.collective || traits.deviceDependent) return everywhere(this.#all);
    if (op.regions.length === 0) return everywhere(union(operands));
    if (op.name === 'chlo.scan') return this.#scan(op as Op<never>, operands);
    if (traits.loop) return this.#loop(op, operands);
    const captured = union(capturesOf(op.regions).map((v) => this.get(v)));
    if (traits.controlFlow && op.regions.every((r) => r.args.length === 0)) {
      const branches = op.regions.map((r) => this.block(r, []));
      return op.results.map((_, i) => union([...operands, ...branches.map((b) => b[i])]));
    }
    const [first] = op.regions;
    if (traits.isolated && first.args.length === operands.length && first.yielded.length === op.results.length)
      return this.block(first, operands);
    return everywhere(union([...operands, captured]));
  }

  #scan(op: Op<ScanAttributes>, operands: readonly VaryingAxes[]): VaryingAxes[] {
    const { numInputs, numOutputs, body } = scanParts(op);
    let carries = operands.slice(numInputs);
    for (;;) {
      const yields = this.block(body, [...operands.slice(0, numInputs), ...carries]);
      const next = carries.map((c, j) => union([c, yields[numOutputs + j]]));
      if (next.every((c, j) => c.size === carries[j].size)) return [...yields.slice(0, numOutputs), ...next];
      carries = next;
    }
  }

  #loop(op: Op, operands: readonly VaryingAxes[]): VaryingAxes[] {
    const body = op.regions[op.regions.length - 1];
    let carries = [...operands];
    for (;;) {
      // A number of steps that differs between devices makes everything differ.
      const condition = union(op.regions.slice(0, -1).flatMap((r) => this.block(r, carries)));
      const yields = this.block(body, carries);
      const next = carries.map((c, j) => union([c, yields[j], condition]));
      if (next.every((c, j) => c.size === carries[j].size)) return next;
      carries = next;
    }
  }
}

/** Of the values of a manual computation's body: along which of its manual axes devices may differ. */
export function varyingAxes(
  body: Block,
  inShardings: readonly TensorSharding[],
  manualAxes: readonly string[],
): (v: Value) => VaryingAxes {
  const analysis = new Analysis(manualAxes);
  analysis.block(
    body,
    inShardings.map((s) => new Set(s.dims.flatMap((d) => d.axes.map((a) => a.name)))),
  );
  return (v) => analysis.get(v);
}
