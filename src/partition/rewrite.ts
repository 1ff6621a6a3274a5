import {
  type AttrDict,
  Block,
  buildOp,
  type CreateOptions,
  cloneOp,
  type Func,
  type Module,
  type Op,
  type OpChanges,
  type Registry,
  Value,
  ValueMap,
} from '../ir/index.ts';

/** The block under construction while a module is copied. */
export class Scope {
  readonly map: ValueMap;
  readonly ops: Op[] = [];
  readonly registry: Registry;
  readonly #visit: Visit;
  /** Location given to emitted ops. */
  location: Op['location'];
  readonly #parent: Scope | undefined;
  #args: readonly Value[] = [];

  constructor(map: ValueMap, registry: Registry, visit: Visit, parent?: Scope) {
    this.map = map;
    this.#parent = parent;
    this.registry = registry;
    this.#visit = visit;
  }

  get(v: Value): Value {
    return this.map.get(v);
  }

  /** Appends a new op, verified, types inferred where possible. */
  emit(name: string, operands: readonly Value[], attributes: object = {}, options: CreateOptions = {}): Op {
    const op = buildOp(this.registry.get(name), operands, attributes, { location: this.location, ...options });
    this.ops.push(op);
    return op;
  }

  /** `emit` for one result. */
  value(name: string, operands: readonly Value[], attributes: object = {}, options: CreateOptions = {}): Value {
    return this.emit(name, operands, attributes, options).result;
  }

  append(op: Op): Op {
    this.ops.push(op);
    return op;
  }

  /** Runs `emit` and moves the ops it appended to just after the definition of a new value. */
  after<T>(value: Value, emit: () => T): T {
    const start = this.ops.length;
    const result = emit();
    const moved = this.ops.splice(start);
    for (let scope: Scope | undefined = this; scope; scope = scope.#parent) {
      const at = value.op ? scope.ops.lastIndexOf(value.op) : scope.#args.includes(value) ? -1 : undefined;
      if (at === undefined || (value.op && at < 0)) continue;
      scope.ops.splice(at + 1, 0, ...moved);
      return result;
    }
    this.ops.push(...moved);
    return result;
  }

  /** Copies an op with mapped operands and rewritten regions, and maps its results. */
  copy(op: Op, changes: OpChanges = {}): Op {
    const regions = changes.regions ?? op.regions.map((r) => this.block(r));
    return this.append(cloneOp(op, this.map, { ...changes, regions }));
  }

  /** Copies a block in a nested scope. `prepare` may emit ops first and remap arguments. */
  block(block: Block, options: BlockOptions = {}): Block {
    const inner = new Scope(new ValueMap(this.map), this.registry, this.#visit, this);
    inner.location = this.location;
    const args = block.args.map((a, i) => new Value(options.argTypes?.[i] ?? a.type, undefined, i));
    inner.map.setAll(block.args, args);
    inner.#args = args;
    options.prepare?.(inner, args);
    inner.body(block);
    return new Block(args, inner.ops);
  }

  /** Rewrites the ops of a block into this scope. */
  body(block: Block): void {
    for (const op of block.ops) {
      this.location = op.location;
      this.#visit(op, this, block);
    }
  }
}

export interface BlockOptions {
  readonly argTypes?: readonly Value['type'][];
  readonly prepare?: (scope: Scope, args: readonly Value[]) => void;
}

/** Handles one op: `scope.copy(op)` keeps it. */
export type Visit = (op: Op, scope: Scope, block: Block) => void;

export interface FuncChanges {
  readonly argTypes?: readonly Value['type'][];
  readonly argAttributes?: readonly AttrDict[];
  readonly resultAttributes?: readonly AttrDict[];
  readonly prepare?: (scope: Scope, args: readonly Value[]) => void;
}

/** Copies a module op by op. Values of the new module are fresh. */
export function rewriteModule(
  module: Module,
  registry: Registry,
  visit: Visit,
  changes: (func: Func) => FuncChanges = () => ({}),
): Module {
  const funcs = module.funcs.map((f) => {
    const c = changes(f);
    const root = new Scope(new ValueMap(), registry, visit);
    const body = root.block(f.body, c);
    return f.with({
      body,
      ...(c.argAttributes ? { argAttributes: c.argAttributes } : {}),
      ...(c.resultAttributes ? { resultAttributes: c.resultAttributes } : {}),
    });
  });
  return module.with({ funcs });
}
