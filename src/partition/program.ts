import {
  type Block,
  calleeOf,
  type FlowEdge,
  type Func,
  type Module,
  type Op,
  type Use,
  type Value,
} from '../ir/index.ts';

export const EDGE = 'sdy.data_flow_edge';
/** Joins values across a call. */
export const FUNC_EDGE = 'sdy.func_data_flow_edge';
export const MANUAL = 'sdy.manual_computation';
export const NAMED = 'sdy.named_computation';

/** The edges of an op that passes values through regions (or unchanged, as optimization_barrier does); empty for others. */
const flowEdges = (op: Op): readonly FlowEdge[] => op.definition.traits.dataFlow?.(op) ?? [];

const noUses: readonly Use[] = [];

function usesIn(ops: readonly Op[]): Map<Value, Use[]> {
  const uses = new Map<Value, Use[]>();
  for (const op of ops)
    op.operands.forEach((v, operandIndex) => {
      const list = uses.get(v);
      if (list) list.push({ op, operandIndex });
      else uses.set(v, [{ op, operandIndex }]);
    });
  return uses;
}

/** Where everything is in a module: parents, uses, data-flow edges. Built once per module, and only as far as asked. */
export class Program {
  static readonly #known = new WeakMap<Module, Program>();
  readonly module: Module;
  /** All ops, outer before inner, in program order. */
  readonly ops: readonly Op[];
  #uses: ReadonlyMap<Value, readonly Use[]> | undefined;
  #blockOfOp: ReadonlyMap<Op, Block> | undefined;
  readonly #blocks: Block[] = [];
  readonly #parentOp = new Map<Block, Op>();
  readonly #funcOfBlock = new Map<Block, Func>();
  readonly #blockOfArg = new Map<Value, Block>();
  readonly #edgeOfTarget = new Map<Value, FlowEdge>();
  readonly #edgeOfSource = new Map<Op, (FlowEdge | undefined)[]>();
  /** Calls of each function, in program order. */
  readonly #calls = new Map<string, Op[]>();
  readonly #edgesOfOp = new Map<Op, readonly FlowEdge[]>();
  readonly #edgeOps = new Map<FlowEdge, Op>();
  readonly #edgeOfEdgeOp = new Map<Op, FlowEdge>();

  static of(module: Module): Program {
    const known = Program.#known.get(module) ?? new Program(module);
    Program.#known.set(module, known);
    return known;
  }

  private constructor(module: Module) {
    this.module = module;
    const ops: Op[] = [];
    const visit = (block: Block): void => {
      this.#blocks.push(block);
      for (const a of block.args) this.#blockOfArg.set(a, block);
      for (const op of block.ops) {
        ops.push(op);
        if (op.definition.traits.call) {
          const callee = calleeOf(op);
          this.#calls.set(callee, [...(this.#calls.get(callee) ?? []), op]);
        }
        for (const region of op.regions) {
          this.#parentOp.set(region, op);
          visit(region);
        }
      }
    };
    for (const f of module.funcs) {
      this.#funcOfBlock.set(f.body, f);
      visit(f.body);
    }
    this.ops = ops;
    for (const op of ops) {
      const edges = flowEdges(op);
      if (edges.length > 0) this.#edgesOfOp.set(op, edges);
      for (const edge of edges) {
        for (const t of edge.targets) this.#edgeOfTarget.set(t, edge);
        for (const s of edge.sources) {
          const list = this.#edgeOfSource.get(s.op) ?? [];
          list[s.index] = edge;
          this.#edgeOfSource.set(s.op, list);
        }
        const uses = this.usesOf(edge.owner);
        if (uses.length === 1 && uses[0].op.name === EDGE) {
          this.#edgeOps.set(edge, uses[0].op);
          this.#edgeOfEdgeOp.set(uses[0].op, edge);
        }
      }
    }
  }

  callsOf(func: Func): readonly Op[] {
    return this.#calls.get(func.name) ?? [];
  }
  usesOf(v: Value): readonly Use[] {
    this.#uses ??= usesIn(this.ops);
    return this.#uses.get(v) ?? noUses;
  }
  blockOf(op: Op): Block {
    this.#blockOfOp ??= new Map(this.#blocks.flatMap((b) => b.ops.map((o) => [o, b] as const)));
    return this.#blockOfOp.get(op)!;
  }
  /** The op whose region a block is; undefined for function bodies. */
  parentOf(block: Block): Op | undefined {
    return this.#parentOp.get(block);
  }
  /** The op that an op is nested in. */
  parentOpOf(op: Op): Op | undefined {
    return this.parentOf(this.blockOf(op));
  }
  funcOfBody(block: Block): Func | undefined {
    return this.#funcOfBlock.get(block);
  }
  /** The function that an op is in. */
  funcOf(op: Op): Func {
    const block = this.blockOf(op);
    return this.#funcOfBlock.get(block) ?? this.funcOf(this.parentOf(block)!);
  }
  blockOfArg(arg: Value): Block | undefined {
    return this.#blockOfArg.get(arg);
  }
  /** All edges of a control-flow op; empty for others. */
  edgesOf(op: Op): readonly FlowEdge[] {
    return this.#edgesOfOp.get(op) ?? [];
  }
  edgeOfTarget(v: Value): FlowEdge | undefined {
    return this.#edgeOfTarget.get(v);
  }
  edgeOfSource(op: Op, index: number): FlowEdge | undefined {
    return this.#edgeOfSource.get(op)?.[index];
  }
  /** The `sdy.data_flow_edge` written for an edge, if `add-data-flow-edges` has run. */
  edgeOp(edge: FlowEdge): Op | undefined {
    return this.#edgeOps.get(edge);
  }
  /** The edge a `sdy.data_flow_edge` stands for. */
  edgeOfOp(edgeOp: Op): FlowEdge | undefined {
    return this.#edgeOfEdgeOp.get(edgeOp);
  }

  /**
   * The value that holds the sharding of `v`: itself, or the data-flow edge it belongs to. Undefined for arguments of
   * regions that work on elements (reducers), which cannot be sharded.
   */
  shardable(v: Value): Value | undefined {
    const edge = this.#edgeOfTarget.get(v);
    if (edge) return this.#edgeOps.get(edge)?.results[0] ?? edge.owner;
    if (v.op) return v;
    const block = this.#blockOfArg.get(v);
    return block && this.#funcOfBlock.has(block) ? v : undefined;
  }
}
