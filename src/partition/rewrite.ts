import {
  type AttrDict,
  type Block,
  Builder,
  cloneOp,
  type Func,
  isUnchanged,
  type Module,
  type Op,
  type OpChanges,
  type Registry,
  sameItems,
  updateBlock,
  Value,
  ValueMap,
} from '../ir/index.ts';

/** The block under construction while a module is rewritten: a builder that knows which new value stands for an old one. */
export class Rewriter extends Builder {
  readonly map: ValueMap;
  readonly #visit: Visit;
  readonly #parent: Rewriter | undefined;
  /** Ops and blocks of the old module that the new one has taken over. */
  readonly #kept: Set<Op | Block>;
  #args: readonly Value[] = [];

  constructor(map: ValueMap, registry: Registry, visit: Visit, parent?: Rewriter) {
    super(registry);
    this.map = map;
    this.#parent = parent;
    this.#kept = parent ? parent.#kept : new Set();
    this.#visit = visit;
  }

  /** The new value of an old one. */
  get(v: Value): Value {
    return this.map.get(v);
  }

  /** Runs `emit` and moves the ops it appended to just after the definition of a new value. */
  after<T>(value: Value, emit: () => T): T {
    const start = this.ops.length;
    const result = emit();
    const moved = this.ops.splice(start);
    for (let rewriter: Rewriter | undefined = this; rewriter; rewriter = rewriter.#parent) {
      const at = value.op ? rewriter.ops.lastIndexOf(value.op) : rewriter.#args.includes(value) ? -1 : undefined;
      if (at === undefined || (value.op && at < 0)) continue;
      rewriter.ops.splice(at + 1, 0, ...moved);
      return result;
    }
    this.ops.push(...moved);
    return result;
  }

  /** Copies an op with mapped operands and rewritten regions, and maps its results. An op that would be the same is kept. */
  copy(op: Op, changes: OpChanges = {}): Op {
    const whole =
      op.regions.length === 0 || changes.regions
        ? changes
        : { ...changes, regions: op.regions.map((r) => this.rewriteBlock(r)) };
    // A block may be copied twice, but an op is in a module once.
    if (this.#kept.has(op) || !isUnchanged(op, this.map, whole)) return this.append(cloneOp(op, this.map, whole));
    this.#kept.add(op);
    return this.append(op);
  }

  /** Copies a block in a nested rewriter. `prepare` may emit ops first and remap arguments. A block that would be the same is kept. */
  rewriteBlock(block: Block, options: BlockOptions = {}): Block {
    const inner = new Rewriter(new ValueMap(this.map), this.registry, this.#visit, this);
    inner.location = this.location;
    const isFirst = !this.#kept.has(block);
    this.#kept.add(block);
    const args = block.args.map((a, i) => {
      const type = options.argTypes?.[i] ?? a.type;
      return isFirst && type === a.type ? a : new Value(type, undefined, i);
    });
    args.forEach((a, i) => {
      if (a !== block.args[i]) inner.map.set(block.args[i], a);
    });
    inner.#args = args;
    options.prepare?.(inner, args);
    inner.rewriteBody(block);
    return updateBlock(block, args, inner.ops);
  }

  /** Rewrites the ops of a block into this rewriter. */
  rewriteBody(block: Block): void {
    for (const op of block.ops) {
      this.location = op.location;
      this.#visit(op, this, block);
    }
  }
}

export interface BlockOptions {
  readonly argTypes?: readonly Value['type'][];
  readonly prepare?: (rewriter: Rewriter, args: readonly Value[]) => void;
}

/** Handles one op: `rewriter.copy(op)` keeps it. */
export type Visit = (op: Op, rewriter: Rewriter, block: Block) => void;

export interface FuncChanges {
  readonly argTypes?: readonly Value['type'][];
  readonly argAttributes?: readonly AttrDict[];
  readonly resultAttributes?: readonly AttrDict[];
  readonly prepare?: (rewriter: Rewriter, args: readonly Value[]) => void;
}

/** Rewrites a module op by op. The new module shares with the old one what stays the same. */
export function rewriteModule(
  module: Module,
  registry: Registry,
  visit: Visit,
  changes: (func: Func) => FuncChanges = () => ({}),
): Module {
  const funcs = module.funcs.map((f) => {
    const c = changes(f);
    const root = new Rewriter(new ValueMap(), registry, visit);
    const body = root.rewriteBlock(f.body, c);
    if (
      body === f.body &&
      sameItems(c.argAttributes ?? f.argAttributes, f.argAttributes) &&
      sameItems(c.resultAttributes ?? f.resultAttributes, f.resultAttributes)
    )
      return f;
    return f.with({
      body,
      ...(c.argAttributes ? { argAttributes: c.argAttributes } : {}),
      ...(c.resultAttributes ? { resultAttributes: c.resultAttributes } : {}),
    });
  });
  return sameItems(funcs, module.funcs) ? module : module.with({ funcs });
}
