import { InternalError, UserError } from '../base/index.ts';
import type { AttrDict } from './attribute.ts';
import type { OpDefinition } from './definition.ts';
import type { Location } from './location.ts';
import { asTensor, type TensorType, type Type } from './types.ts';

let nextValueId = 0;

/** One SSA value: an op's result or a block's argument. Identity is the object. */
export class Value {
  readonly type: Type;
  /** Unique in this process; for stable ordering and debugging only. */
  readonly id: number;
  /** The defining op; undefined for block arguments. */
  readonly op: Op | undefined;
  /** Index among the op's results or the block's arguments. */
  readonly index: number;
  /** Where the verifier saw it last, of all the scopes it ever entered; 0: nowhere. */
  visibleIn = 0;

  constructor(type: Type, op: Op | undefined, index: number) {
    this.type = type;
    this.op = op;
    this.index = index;
    this.id = nextValueId++;
  }

  /** The type as a tensor type; throws `ir/not-a-tensor` otherwise. */
  get tensor(): TensorType {
    return asTensor(this.type);
  }
  get shape(): readonly number[] {
    return this.tensor.shape;
  }
  get dtype(): TensorType['dtype'] {
    return this.tensor.dtype;
  }
}

/** Attributes of an op in the typed form its definition's codecs read (`{ broadcastDimensions: [0, 1] }`). */
export type Attributes = Readonly<Record<string, unknown>>;

/**
 * One operation. Immutable: passes build new ops and map values. Regions are single blocks, as in all of StableHLO;
 * they may use values of the enclosing blocks unless the definition says `isolated`.
 */
export class Op<A extends object = Attributes> {
  readonly definition: OpDefinition;
  readonly operands: readonly Value[];
  readonly attributes: A;
  readonly regions: readonly Block[];
  readonly results: readonly Value[];
  /** Attributes that are not the op's own (`sdy.sharding`, `mhlo.sharding` …), as raw MLIR. */
  readonly discardable: AttrDict;
  readonly location: Location | undefined;
  /** Whether it was found right on its own (`verifyOp`): as nothing else of an op changes, it still is. */
  isVerified = false;

  constructor(
    definition: OpDefinition,
    operands: readonly Value[],
    attributes: A,
    resultTypes: readonly Type[],
    regions: readonly Block[] = [],
    discardable: AttrDict = {},
    location?: Location,
  ) {
    this.definition = definition;
    this.operands = operands;
    this.attributes = attributes;
    this.regions = regions;
    this.discardable = discardable;
    this.location = location;
    this.results = resultTypes.map((t, i) => new Value(t, this as unknown as Op, i));
  }

  /** Full name, e.g. `stablehlo.add`. */
  get name(): string {
    return this.definition.name;
  }

  /** The only result; throws when there is not exactly one. */
  get result(): Value {
    if (this.results.length !== 1) throw new InternalError(`${this.name} has ${this.results.length} results, not one`);
    return this.results[0];
  }
}

/** A sequence of ops with arguments; the last op is the terminator. */
export class Block {
  readonly args: readonly Value[];
  readonly ops: readonly Op[];

  constructor(args: readonly Value[], ops: readonly Op[]) {
    this.args = args;
    this.ops = ops;
  }

  get terminator(): Op {
    const last = this.ops[this.ops.length - 1];
    if (!last) throw new InternalError('block without a terminator');
    return last;
  }

  /** Operands of the terminator: what the block yields. */
  get yielded(): readonly Value[] {
    return this.terminator.operands;
  }
}

/** A function `func.func`; its body ends in `func.return`. */
export class Func {
  readonly name: string;
  readonly body: Block;
  readonly visibility: 'public' | 'private';
  /** One dictionary per argument / result (`sdy.sharding`, `jax.arg_info` …). */
  readonly argAttributes: readonly AttrDict[];
  readonly resultAttributes: readonly AttrDict[];
  readonly attributes: AttrDict;

  constructor(
    name: string,
    body: Block,
    options: {
      visibility?: 'public' | 'private';
      argAttributes?: readonly AttrDict[];
      resultAttributes?: readonly AttrDict[];
      attributes?: AttrDict;
    } = {},
  ) {
    this.name = name;
    this.body = body;
    this.visibility = options.visibility ?? 'public';
    this.argAttributes = options.argAttributes ?? body.args.map(() => ({}));
    this.resultAttributes = options.resultAttributes ?? body.yielded.map(() => ({}));
    this.attributes = options.attributes ?? {};
  }

  get args(): readonly Value[] {
    return this.body.args;
  }
  get results(): readonly Value[] {
    return this.body.yielded;
  }
  get argTypes(): readonly Type[] {
    return this.args.map((a) => a.type);
  }
  get resultTypes(): readonly Type[] {
    return this.results.map((r) => r.type);
  }

  /** A copy with some parts replaced. */
  with(changes: {
    name?: string;
    body?: Block;
    visibility?: 'public' | 'private';
    argAttributes?: readonly AttrDict[];
    resultAttributes?: readonly AttrDict[];
    attributes?: AttrDict;
  }): Func {
    return new Func(changes.name ?? this.name, changes.body ?? this.body, {
      visibility: changes.visibility ?? this.visibility,
      argAttributes: changes.argAttributes ?? this.argAttributes,
      resultAttributes: changes.resultAttributes ?? this.resultAttributes,
      attributes: changes.attributes ?? this.attributes,
    });
  }
}

/** A whole program: functions by name, and other top-level symbols (`sdy.mesh`). */
export class Module {
  readonly funcs: readonly Func[];
  /** Top-level ops that are not functions, in order; each has a `symName` attribute. */
  readonly symbols: readonly Op[];
  readonly name: string | undefined;
  readonly attributes: AttrDict;

  constructor(
    funcs: readonly Func[],
    options: { symbols?: readonly Op[]; name?: string | undefined; attributes?: AttrDict } = {},
  ) {
    this.funcs = funcs;
    this.symbols = options.symbols ?? [];
    this.name = options.name;
    this.attributes = options.attributes ?? {};
  }

  func(name: string): Func | undefined {
    return this.funcs.find((f) => f.name === name);
  }

  /** The entry: `@main`, or the only public function, or the only function. Throws `ir/main` when ambiguous. */
  get main(): Func {
    const publics = this.funcs.filter((f) => f.visibility === 'public');
    const main =
      this.func('main') ?? (publics.length === 1 ? publics[0] : this.funcs.length === 1 ? this.funcs[0] : undefined);
    if (!main)
      throw new UserError('ir/main', 'the program has no function @main', {
        given: this.funcs.map((f) => `@${f.name}`).join(', ') || 'an empty module',
        advice: 'call the function to run @main, and make it public',
      });
    return main;
  }

  with(changes: { funcs?: readonly Func[]; symbols?: readonly Op[]; attributes?: AttrDict }): Module {
    return new Module(changes.funcs ?? this.funcs, {
      symbols: changes.symbols ?? this.symbols,
      name: this.name,
      attributes: changes.attributes ?? this.attributes,
    });
  }

  /** A copy in which the function of that name is replaced. */
  withFunc(func: Func): Module {
    return this.with({ funcs: this.funcs.map((f) => (f.name === func.name ? func : f)) });
  }
}

/** Name of the function that an op with the `call` trait calls: its `callee`, or a composite's `decomposition`. */
export function calleeOf(op: Op): string {
  const a = op.attributes as { callee?: unknown; decomposition?: unknown };
  return String(a.callee ?? a.decomposition ?? '');
}
