import { UserError } from '../../../base/index.ts';
import {
  type Attr,
  type Block,
  bytesOf,
  type Mesh,
  type Module,
  type Op,
  readShardings,
  SHARDING_ATTRIBUTE,
  shardingText,
  type TensorSharding,
  type Value,
} from '../../../ir/index.ts';
import { tripCount } from '../../../ops/index.ts';
import type { EnergyProblem, LiveMemory } from '../energy/index.ts';
import type { ShardingCosts } from './costs.ts';
import { fits, type Layout, layoutKey, numShards } from './layouts.ts';
import { layoutStrategies, type OpStrategy, strategiesOf } from './op-strategies.ts';
import { Reshards } from './reshards.ts';

/** Something whose sharding is chosen. */
export interface PlanNode {
  readonly kind: 'argument' | 'op' | 'flow' | 'result';
  /** What messages call it. */
  readonly name: string;
  /** Of ops and of values that flow through regions; undefined for boundaries. */
  readonly op: Op | undefined;
  /** The values whose sharding it has: results of an op, or the one that stands for all it flows into. */
  readonly values: readonly Value[];
  readonly strategies: readonly OpStrategy[];
  /** How often a run of the program runs it. */
  readonly rounds: number;
  /** Micro-batches after which the sum that it ends in is made whole, once for all; 1 unless results are accumulated. */
  readonly sumEvery: number;
}

/** A value that one node makes and another reads, resharded between them where they disagree. */
export interface PlanUse {
  readonly value: Value;
  readonly from: number;
  readonly result: number;
  readonly to: number;
  readonly operand: number;
  /** How often a reshard would be run. */
  readonly rounds: number;
}

/** A program as a problem of choosing shardings. */
export interface ProgramGraph {
  readonly module: Module;
  readonly mesh: Mesh;
  readonly costs: ShardingCosts;
  readonly nodes: readonly PlanNode[];
  readonly uses: readonly PlanUse[];
  readonly reshards: Reshards;
  readonly problem: EnergyProblem;
}

export interface ProgramGraphOptions {
  readonly mesh: Mesh;
  readonly costs: ShardingCosts;
  /** Bytes that one device has for tensors; absent: memory does not matter. */
  readonly memoryBytesPerDevice?: number;
  /** Sums may be scattered instead of made whole everywhere; true unless given. */
  readonly scatterSums?: boolean;
  /** Pairs of an argument and the result that takes its place, beside those of `tf.aliasing_output`. */
  readonly aliases?: readonly (readonly [argument: number, result: number])[];
  /** Results that so many runs of the program add up before they are read, as gradients of micro-batches. */
  readonly accumulated?: { readonly results: readonly number[]; readonly runs: number };
  /** Arguments that cost so much per byte on one device, beside all else. */
  readonly priced?: { readonly arguments: readonly number[]; readonly perByte: number };
}

/** The problem of a module's entry, without calls (`inline`). Throws `plan/pinned`, `plan/program`. */
export function programGraph(module: Module, options: ProgramGraphOptions): ProgramGraph {
  return new GraphBuilder(module, options).build();
}

/** Whether every device can make its own part of a value: constants, and what is computed of them alone. */
export function isFree(v: Value): boolean {
  const { op } = v;
  if (!op || op.regions.length > 0) return false;
  const { traits } = op.definition;
  if (traits.constant) return true;
  return Boolean(traits.elementwise || traits.keepsConstants || traits.broadcast) && op.operands.every(isFree);
}

const shapeOf = (v: Value): readonly number[] => (v.type.kind === 'tensor' ? v.type.shape : []);

/** What values are of what they were made by, without memory of their own: computed where they are read. */
function isFused(v: Value, numUses: number): boolean {
  const traits = v.op?.definition.traits;
  if (!traits) return false;
  return Boolean(traits.broadcast || traits.view || (traits.elementwise && numUses <= 1));
}

class GraphBuilder {
  readonly #module: Module;
  readonly #options: ProgramGraphOptions;
  readonly #mesh: Mesh;
  readonly #nodes: PlanNode[] = [];
  readonly #uses: PlanUse[] = [];
  readonly #madeBy = new Map<Value, { node: number; result: number }>();
  readonly #reshards: Reshards;
  readonly #sums = new Set<Op>();
  readonly #born = new Map<Value, number>();
  readonly #lastUse = new Map<Value, number>();
  readonly #numUses = new Map<Value, number>();
  readonly #strategies = new Map<string, readonly OpStrategy[]>();
  #time = 0;

  constructor(module: Module, options: ProgramGraphOptions) {
    this.#module = module;
    this.#options = options;
    this.#mesh = options.mesh;
    this.#reshards = Reshards.of(options.mesh, options.costs);
  }

  build(): ProgramGraph {
    const { main } = this.#module;
    this.#findSums();
    main.args.forEach((a, i) => {
      const all = this.#layouts(shapeOf(a));
      const name = this.#argumentName(i);
      const strategies = this.#pinned(all, main.argAttributes[i][SHARDING_ATTRIBUTE], name);
      this.#add({ kind: 'argument', name, op: undefined, values: [a], strategies, rounds: 1, sumEvery: 1 });
    });
    this.#block(main.body, 1);
    this.#results();
    const { costs } = this.#options;
    return {
      module: this.#module,
      mesh: this.#mesh,
      costs,
      nodes: this.#nodes,
      uses: this.#uses,
      reshards: this.#reshards,
      problem: this.#problem(),
    };
  }

  /** Marks the ops whose sums can wait for the last of several runs: those that accumulated results are, but for unary ops after them. */
  #findSums(): void {
    for (const r of this.#options.accumulated?.results ?? []) {
      let { op } = this.#module.main.body.yielded[r];
      while (op && op.definition.cost(op).productFlops === 0 && !op.definition.traits.reduction) {
        const read: readonly Value[] = op.operands.filter((v) => !isFree(v));
        op = read.length === 1 ? read[0].op : undefined;
      }
      if (op) this.#sums.add(op);
    }
  }

  #argumentName(i: number): string {
    const info = this.#module.main.argAttributes[i]['jax.arg_info'];
    return info?.kind === 'string' ? info.value : `argument ${i}`;
  }

  #layouts(shape: readonly number[]): readonly OpStrategy[] {
    const key = shape.join('x');
    const known = this.#strategies.get(key) ?? layoutStrategies(shape, this.#mesh);
    this.#strategies.set(key, known);
    return known;
  }

  /** Those of strategies that leave the first result as an attribute wants it. Throws `plan/pinned` where none does. */
  #pinned(all: readonly OpStrategy[], attr: Attr | TensorSharding | undefined, name: string): readonly OpStrategy[] {
    if (attr === undefined) return all;
    const sharding = 'dims' in attr ? attr : readShardings(attr)[0];
    const kept = all.filter((s) => fits(s.results[0], sharding, this.#mesh));
    if (kept.length === 0)
      throw new UserError('plan/pinned', `${name} cannot be cut as it is annotated`, {
        given: shardingText(sharding),
        expected: `axes of ${this.#mesh} that divide its dimensions`,
      });
    return kept;
  }

  #add(node: PlanNode): number {
    const index = this.#nodes.length;
    this.#nodes.push(node);
    node.values.forEach((v, result) => {
      this.#madeBy.set(v, { node: index, result });
      this.#born.set(v, this.#time);
      this.#lastUse.set(v, this.#time);
    });
    return index;
  }

  #use(value: Value, to: number, operand: number, rounds: number): void {
    const made = this.#madeBy.get(value);
    if (!made) return;
    this.#uses.push({ value, from: made.node, result: made.result, to, operand, rounds });
    const owner = this.#nodes[made.node].values[made.result];
    this.#lastUse.set(owner, this.#time);
    this.#numUses.set(owner, (this.#numUses.get(owner) ?? 0) + 1);
  }

  #block(block: Block, rounds: number): void {
    for (const op of block.ops) {
      this.#time++;
      if (op.definition.traits.terminator) continue;
      const edges = op.definition.traits.dataFlow?.(op);
      if (edges) this.#flow(op, edges, rounds);
      else if (!op.results.every(isFree)) this.#op(op, rounds);
    }
  }

  #op(op: Op, rounds: number): void {
    if (op.definition.traits.call)
      throw new UserError('plan/program', `the program calls functions (${op.name})`, {
        expected: 'one function',
        advice: 'run `espalier opt --pass inline` on it first',
      });
    const attributes = op.attributes as { sharding?: TensorSharding };
    const annotated = op.definition.traits.placement ? attributes.sharding : op.discardable[SHARDING_ATTRIBUTE];
    const { costs, scatterSums = true } = this.#options;
    const all = strategiesOf(op, { mesh: this.#mesh, costs, scatterSums });
    const name = op.name;
    if (all.length === 0)
      throw new UserError('plan/program', `${name} cannot be cut over every axis of ${this.#mesh}`, {
        expected: 'dimensions that the axes divide',
        given: op.operands.map((v) => `[${shapeOf(v)}]`).join(', '),
      });
    const strategies = op.results.length === 1 ? this.#pinned(all, annotated, name) : all;
    const node = this.#nodes.length;
    op.operands.forEach((v, k) => {
      this.#use(v, node, k, rounds);
    });
    const sumEvery = this.#sums.has(op) ? this.#options.accumulated!.runs : 1;
    this.#add({ kind: 'op', name, op, values: op.results, strategies, rounds, sumEvery });
  }

  /** Values that pass through regions have one sharding, wherever they are seen. */
  #flow(
    op: Op,
    edges: NonNullable<ReturnType<NonNullable<Op['definition']['traits']['dataFlow']>>>,
    rounds: number,
  ): void {
    if (op.name === 'sdy.manual_computation')
      throw new UserError('plan/program', 'the program has parts written for one device (sdy.manual_computation)', {
        expected: 'a program of whole tensors',
      });
    const start = this.#time;
    const nodes = edges.map(({ owner, targets }) => {
      const node = this.#add({
        kind: 'flow',
        name: op.name,
        op,
        values: [owner],
        strategies: this.#layouts(shapeOf(owner)),
        rounds,
        sumEvery: 1,
      });
      for (const t of targets) this.#madeBy.set(t, { node, result: 0 });
      return node;
    });
    const inner = op.definition.traits.loop ? rounds * (tripCount(op) ?? 1) : rounds;
    const link = (isInner: boolean): void =>
      edges.forEach(({ sources }, e) => {
        for (const s of sources)
          if ((s.op !== op) === isInner) this.#use(s.op.operands[s.index], nodes[e], 0, isInner ? inner : rounds);
      });
    link(false);
    for (const region of op.regions) this.#block(region, inner);
    link(true);
    if (op.regions.length === 0) return;
    // What a loop reads lives until its end.
    for (const [v, last] of this.#lastUse)
      if (last >= start && this.#born.get(v)! <= start) this.#lastUse.set(v, this.#time);
  }

  #results(): void {
    const { main } = this.#module;
    const aliases = new Map<number, number>(this.#options.aliases?.map(([a, r]) => [r, a]));
    main.argAttributes.forEach((attributes, i) => {
      const alias = attributes['tf.aliasing_output'];
      if (alias?.kind === 'int') aliases.set(Number(alias.value), i);
    });
    this.#time++;
    main.body.yielded.forEach((v, r) => {
      const argument = aliases.get(r);
      const annotated = main.resultAttributes[r][SHARDING_ATTRIBUTE];
      if (argument !== undefined) this.#use(v, argument, 0, 1);
      else if (annotated) {
        const strategies = this.#pinned(this.#layouts(shapeOf(v)), annotated, `result ${r}`);
        const node = this.#nodes.length;
        this.#use(v, node, 0, 1);
        this.#nodes.push({
          kind: 'result',
          name: `result ${r}`,
          op: undefined,
          values: [],
          strategies,
          rounds: 1,
          sumEvery: 1,
        });
      }
      const made = this.#madeBy.get(v);
      if (made) this.#lastUse.set(this.#nodes[made.node].values[made.result], this.#time);
    });
  }

  #problem(): EnergyProblem {
    const mesh = this.#mesh;
    const { memoryBytesPerDevice = Infinity } = this.#options;
    const donated = new Set<number>();
    this.#module.main.argAttributes.forEach((a, i) => {
      if (a['tf.aliasing_output'] || a['jax.buffer_donor']) donated.add(i);
    });
    for (const [argument] of this.#options.aliases ?? []) donated.add(argument);
    const nodes = this.#nodes.map(({ kind, values, strategies, rounds, sumEvery }, index) => ({
      costs: Float64Array.from(
        strategies,
        (s) => rounds * (s.computeCost + s.collectiveCost / sumEvery) + this.#priceOf(kind, index, s),
      ),
      memory: values.flatMap((v, r): LiveMemory[] => {
        const bytes = bytesOf(v.type);
        if (bytes === 0 || isFused(v, this.#numUses.get(v) ?? 0)) return [];
        const isKept = kind === 'argument' && !donated.has(index);
        const end = isKept ? this.#time + 1 : this.#lastUse.get(v)! + 1;
        const usages = Float64Array.from(strategies, (s) => Math.ceil(bytes / numShards(s.results[r], mesh)));
        return [{ start: this.#born.get(v)!, end, usages }];
      }),
    }));
    return {
      name: `@${this.#module.main.name}`,
      nodes,
      edges: this.#uses.map((use) => ({ a: use.from, b: use.to, costs: this.#table(use) })),
      memoryLimit: memoryBytesPerDevice,
    };
  }

  /** Arguments are the first nodes. */
  #priceOf(kind: PlanNode['kind'], index: number, s: OpStrategy): number {
    const { priced } = this.#options;
    if (kind !== 'argument' || !priced?.arguments.includes(index)) return 0;
    return (priced.perByte * bytesOf(this.#nodes[index].values[0].type)) / numShards(s.results[0], this.#mesh);
  }

  /** What reshards cost between each pair of strategies. */
  #table({ value, from, result, to, operand, rounds }: PlanUse): Float64Array {
    const makers = distinctLayouts(this.#nodes[from].strategies.map((s) => s.results[result]));
    const readers = distinctLayouts(this.#nodes[to].strategies.map((s) => s.operands[operand]));
    const between = this.#reshards.of(shapeOf(value), bytesOf(value.type));
    const costs = makers.layouts.map((m) => readers.layouts.map((r) => rounds * between(m, r).cost));
    const table = new Float64Array(makers.of.length * readers.of.length);
    let at = 0;
    for (const m of makers.of) for (const r of readers.of) table[at++] = costs[m][r];
    return table;
  }
}

/** The layouts of a list, each once, and which of them each entry is. */
function distinctLayouts(list: readonly Layout[]): { readonly layouts: readonly Layout[]; readonly of: Int32Array } {
  const places = new Map<string, number>();
  const layouts: Layout[] = [];
  const of = Int32Array.from(list, (layout) => {
    const key = layoutKey(layout);
    let place = places.get(key);
    if (place === undefined) {
      place = layouts.push(layout) - 1;
      places.set(key, place);
    }
    return place;
  });
  return { layouts, of };
}
