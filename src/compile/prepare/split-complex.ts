import { HostArray, isComplex, numElements, realDType } from '../../base/index.ts';
import {
  Block,
  Builder,
  capturesOf,
  cloneBlock,
  cloneOp,
  DenseElements,
  type Module,
  type Op,
  type Registry,
  type Type,
  tensorType,
  Value,
  ValueMap,
  walk,
} from '../../ir/index.ts';
import {
  add,
  and,
  broadcastInDim,
  compare,
  convert,
  type DotDimensions,
  neg,
  or,
  reduceSum,
  sub,
  zerosLike,
} from '../../ops/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { constantOf, literalOf } from '../lower/constants.ts';
import { complexFunctions, hypot, isComplexValue, type Parts, partType } from './complex-functions.ts';

/*
 * Complex values become pairs of real ones, a real and an imaginary part, so that everything known of real tensors holds for
 * them too. Arguments, results and what ops without a rule here read and write stay complex: `stablehlo.real` and
 * `stablehlo.imag` read parts from the memory of such a value, `stablehlo.complex` writes it.
 * Precondition: none. Postcondition: complex values are arguments, results of `stablehlo.complex`, or results and operands of ops
 * that are not in the tables below.
 * Example: `multiply %a, %b : tensor<4xcomplex<f32>>` becomes four products, a difference and a sum.
 */
export function splitComplex(module: Module, { registry }: PassContext): Module {
  if (!mentionsComplex(module)) return module;
  const funcs = module.funcs.map((f) => {
    const scope = new SplitBlock(registry);
    scope.append(f.body.ops);
    return f.with({ body: new Block(f.body.args, scope.b.ops) });
  });
  return module.with({ funcs });
}

export const splitComplexPass: Pass = {
  name: 'split-complex',
  doc: 'Makes pairs of real numbers of complex ones.',
  run: splitComplex,
};

function mentionsComplex(module: Module): boolean {
  let found = false;
  for (const f of module.funcs) {
    found ||= f.args.some(isComplexValue);
    walk(f.body, (op) => {
      found ||= op.results.some(isComplexValue) || op.regions.some((r) => r.args.some(isComplexValue));
    });
  }
  return found;
}

/** What became of an old value: one new value, or two parts. */
type Split = Value | Parts;

/** The block under construction and what old values became in it. */
class SplitBlock {
  readonly b: Builder;
  private readonly map: ValueMap;
  private readonly pairs = new Map<Value, Parts>();
  private readonly parent: SplitBlock | undefined;

  constructor(registry: Registry, parent?: SplitBlock) {
    this.b = new Builder(registry);
    this.parent = parent;
    this.map = new ValueMap(parent?.map);
  }

  /** The value as one new value: complex parts are put together. */
  whole(v: Value): Value {
    const known = this.map.find(v);
    if (known || !isComplexValue(v)) return known ?? v;
    const z = this.findPair(v);
    if (!z) return v;
    const joined = this.b.emit('stablehlo.complex', z);
    this.map.set(v, joined);
    return joined;
  }

  /** Both parts of a complex value. */
  parts(v: Value): Parts {
    const known = this.findPair(v);
    if (known) return known;
    const z = this.map.get(v);
    const parts: Parts = [this.b.emit('stablehlo.real', [z]), this.b.emit('stablehlo.imag', [z])];
    this.pairs.set(v, parts);
    return parts;
  }
  private findPair(v: Value): Parts | undefined {
    return this.pairs.get(v) ?? this.parent?.findPair(v);
  }

  set(old: Value, to: Split): void {
    if (to instanceof Value) this.map.set(old, to);
    else this.pairs.set(old, to);
  }

  /** Operands with complex ones as two. */
  expanded(values: readonly Value[]): Value[] {
    return values.flatMap((v) => (isComplexValue(v) ? this.parts(v) : [this.whole(v)]));
  }

  /** A block inside this one, whose complex arguments and results are pairs of real ones. */
  region(old: Block, slots: readonly Slot[] = slotsOf(old.args)): Block {
    const inner = new SplitBlock(this.b.registry, this);
    const values = slots.map(({ arg, part }, i) => {
      const type = part === undefined ? old.args[arg].type : partType(old.args[arg].tensor);
      return new Value(type, undefined, i);
    });
    old.args.forEach((a, arg) => {
      const own = [undefined, 0, 1].flatMap((part) => {
        const i = slots.findIndex((s) => s.arg === arg && s.part === part);
        return i < 0 ? [] : [values[i]];
      });
      inner.set(a, own.length === 1 ? own[0] : [own[0], own[1]]);
    });
    inner.append(old.ops);
    return new Block(values, inner.b.ops);
  }

  append(ops: readonly Op[]): void {
    for (const op of ops) {
      this.b.location = op.location;
      this.op(op);
    }
  }

  private op(op: Op): void {
    if (op.definition.traits.terminator) {
      const operands = op.name === 'func.return' ? op.operands.map((v) => this.whole(v)) : this.expanded(op.operands);
      this.b.append(cloneOp(op, this.map, { operands, regions: [] }));
      return;
    }
    if (!op.operands.some(isComplexValue) && !op.results.some(isComplexValue)) {
      this.b.append(cloneOp(op, this.map, { regions: op.regions.map((r) => this.region(r)) }));
      return;
    }
    const results = splitters[op.name]?.(op, this);
    if (results)
      op.results.forEach((r, i) => {
        this.set(r, results[i]);
      });
    else this.keep(op);
  }

  /** The op as it was, on complex values. */
  private keep(op: Op): void {
    const operands = op.operands.map((v) => this.whole(v));
    for (const v of capturesOf(op.regions)) this.whole(v);
    const regions = op.regions.map((r) => cloneBlock(r, this.map));
    this.b.append(cloneOp(op, this.map, { operands, regions }));
  }

  /** A copy of the op with other operands; complex operands and results count twice. */
  clone(
    op: Op,
    operands: readonly Value[],
    resultTypes: readonly Type[],
    regions: readonly Block[] = [],
  ): readonly Value[] {
    return this.b.append(cloneOp(op, new ValueMap(), { operands, resultTypes, regions })).results;
  }
}

/** An argument of a block of parts: which one it was, and which part of it. */
interface Slot {
  readonly arg: number;
  readonly part: 0 | 1 | undefined;
}
const slotsOf = (args: readonly Value[]): Slot[] =>
  args.flatMap((a, arg): Slot[] =>
    isComplexValue(a)
      ? [
          { arg, part: 0 },
          { arg, part: 1 },
        ]
      : [{ arg, part: undefined }],
  );
/** A comparator takes two elements of each operand, side by side. */
function comparatorSlots(args: readonly Value[]): Slot[] {
  return args.flatMap((a, arg): Slot[] => {
    if (arg % 2 === 1) return [];
    const parts = isComplexValue(a) ? ([0, 1] as const) : [undefined];
    return parts.flatMap((part) => [
      { arg, part },
      { arg: arg + 1, part },
    ]);
  });
}

/** What each result of an op becomes; undefined leaves the op as it is. */
type Splitter = (op: Op, scope: SplitBlock) => readonly Split[] | undefined;

const realType = (v: Value): Type => (isComplexValue(v) ? partType(v.tensor) : v.type);

/** The same op on the real parts and on the imaginary ones. */
function twice(op: Op, scope: SplitBlock): readonly Split[] | undefined {
  if (!op.regions.every(actsOnEachPart)) return undefined;
  const types = op.results.map(realType);
  const [re, im] = ([0, 1] as const).map((k) => {
    const operands = op.operands.map((v) => (isComplexValue(v) ? scope.parts(v)[k] : scope.whole(v)));
    return scope.clone(op, operands, types, op.regions.map(ofParts));
  });
  return op.results.map((_, i): Split => [re[i], im[i]]);
}
const linear = new Set(['stablehlo.add', 'stablehlo.subtract', 'stablehlo.negate']);
/** Whether a body does to complex numbers what it does to their parts. */
const actsOnEachPart = (body: Block): boolean =>
  body.args.every(isComplexValue) &&
  capturesOf([body]).length === 0 &&
  body.ops.every((op) => op.definition.traits.terminator || linear.has(op.name));
function ofParts(body: Block): Block {
  const map = new ValueMap();
  const args = body.args.map((a, i) => new Value(realType(a), undefined, i));
  map.setAll(body.args, args);
  const ops = body.ops.map((op) => cloneOp(op, map, { resultTypes: op.results.map(realType) }));
  return new Block(args, ops);
}

/** The op with two operands, arguments and results for each complex one. */
const expand =
  (slots: (args: readonly Value[]) => Slot[] = slotsOf): Splitter =>
  (op, scope) => {
    const types = op.results.flatMap((r) => (isComplexValue(r) ? [realType(r), realType(r)] : [r.type]));
    const regions = op.regions.map((r) => scope.region(r, slots(r.args)));
    const out = scope.clone(op, scope.expanded(op.operands), types, regions);
    let next = 0;
    return op.results.map((r): Split => (isComplexValue(r) ? [out[next++], out[next++]] : out[next++]));
  };
/** Sums part by part, else both parts in one op. */
const reduction: Splitter = (op, scope) => twice(op, scope) ?? expand()(op, scope);

/** Products of parts; those with a part that is zero everywhere are left out. */
const product: Splitter = (op, scope) => {
  const { b } = scope;
  const [x, y] = op.operands.map((v): readonly [Value, Value | undefined] => {
    const [re, im] = isComplexValue(v) ? scope.parts(v) : [scope.whole(v), undefined];
    return [re, im && literalOf(im) !== 0 ? im : undefined];
  });
  const small = smallDot(op);
  if (small) {
    const z = [x, y].map(([re, im], side): Parts => {
      const spread = (v: Value): Value => broadcastInDim(b, v, small.shape, small.dims[side]);
      return [spread(re), im ? spread(im) : zerosLike(b, tensorType(re.dtype, small.shape))];
    });
    const [re, im] = complexFunctions['stablehlo.multiply'](b, ...z);
    const sum = (v: Value): Value => reduceSum(b, v, small.summed);
    return [[sum(re), sum(im)]];
  }
  const type = realType(op.result);
  const of = (p: Value | undefined, q: Value | undefined): Value | undefined =>
    p && q && scope.clone(op, [p, q], [type])[0];
  const join = (p: Value | undefined, q: Value | undefined, both: typeof add, second: (v: Value) => Value): Value =>
    p && q ? both(b, p, q) : (p ?? (q ? second(q) : zerosLike(b, type)));
  return [
    [join(of(x[0], y[0]), of(x[1], y[1]), sub, (v) => neg(b, v)), join(of(x[0], y[1]), of(x[1], y[0]), add, (v) => v)],
  ];
};

/** Up to so many products of numbers are one loop, which adds them in the order of the definition. */
const smallProduct = 1 << 12;

/** The loop of a small dot_general: its extents, which of them each dimension of the operands is, and those summed over. */
function smallDot(op: Op): { shape: number[]; dims: number[][]; summed: number[] } | undefined {
  const d = (op.attributes as { dotDimensionNumbers?: DotDimensions }).dotDimensionNumbers;
  if (!d) return undefined;
  const contracted = d.lhsContracting.map((i) => op.operands[0].shape[i]);
  const shape = [...op.result.shape, ...contracted];
  if (numElements(shape) > smallProduct) return undefined;
  const rank = op.result.shape.length;
  let free = d.lhsBatching.length;
  const dims = op.operands.map((v, side) => {
    const [batching, contracting] = side === 0 ? [d.lhsBatching, d.lhsContracting] : [d.rhsBatching, d.rhsContracting];
    return v.shape.map((_, i) => {
      if (batching.includes(i)) return batching.indexOf(i);
      return contracting.includes(i) ? rank + contracting.indexOf(i) : free++;
    });
  });
  return { shape, dims, summed: contracted.map((_, i) => rank + i) };
}

const elementwise =
  (f: (typeof complexFunctions)[string]): Splitter =>
  (op, scope) => [f(scope.b, ...op.operands.map((v) => scope.parts(v)))];

function constant(op: Op, scope: SplitBlock): readonly Split[] {
  const dense = constantOf(op.result)!;
  const { data } = dense.values;
  const { b } = scope;
  const part = (k: 0 | 1): Value => {
    const own = (data as Float64Array).filter((_, i) => i % 2 === k) as Float64Array;
    const type = partType(op.result.tensor);
    const array = new HostArray(type.dtype, dense.isSplat ? [] : type.shape, own);
    const value = dense.isSplat ? DenseElements.splatOf(type, array) : DenseElements.of(array);
    return b.emit('stablehlo.constant', [], { value }, { resultTypes: [type] });
  };
  return [[part(0), part(1)]];
}

function convertParts(op: Op, scope: SplitBlock): readonly Split[] {
  const { b } = scope;
  const [x] = op.operands;
  const { dtype } = op.result;
  if (!isComplexValue(x)) {
    const re = convert(b, scope.whole(x), realDType(dtype));
    return [[re, zerosLike(b, re.type)]];
  }
  const [re, im] = scope.parts(x);
  if (isComplex(dtype)) return [[convert(b, re, realDType(dtype)), convert(b, im, realDType(dtype))]];
  if (dtype === 'bool') return [or(b, convert(b, re, 'bool'), convert(b, im, 'bool'))];
  return [convert(b, re, dtype)];
}

const splitters: Readonly<Record<string, Splitter>> = {
  ...Object.fromEntries(Object.entries(complexFunctions).map(([name, f]) => [name, elementwise(f)])),
  'stablehlo.complex': (op, scope) => [[scope.whole(op.operands[0]), scope.whole(op.operands[1])]],
  'stablehlo.real': (op, scope) => [scope.parts(op.operands[0])[0]],
  'stablehlo.imag': (op, scope) => [scope.parts(op.operands[0])[1]],
  'stablehlo.abs': (op, scope) => [hypot(scope.b, scope.parts(op.operands[0]))],
  'stablehlo.compare': (op, scope) => {
    const { comparisonDirection } = op.attributes as { comparisonDirection: 'EQ' | 'NE' };
    const [[a, c], [p, q]] = op.operands.map((v) => scope.parts(v));
    const [first, second] = [compare(scope.b, comparisonDirection, a, p), compare(scope.b, comparisonDirection, c, q)];
    return [(comparisonDirection === 'EQ' ? and : or)(scope.b, first, second)];
  },
  'stablehlo.convert': convertParts,
  'stablehlo.constant': constant,
  'stablehlo.iota': (op, scope) => {
    const [re] = scope.clone(op, [], [realType(op.result)]);
    return [[re, zerosLike(scope.b, re.type)]];
  },
  ...Object.fromEntries(
    [
      'broadcast',
      'broadcast_in_dim',
      'concatenate',
      'dynamic_slice',
      'dynamic_update_slice',
      'gather',
      'pad',
      'reshape',
      'reverse',
      'select',
      'slice',
      'transpose',
      'all_reduce',
      'reduce_scatter',
    ].map((name) => [`stablehlo.${name}`, twice]),
  ),
  'sdy.sharding_constraint': twice,
  'sdy.propagation_barrier': twice,
  'stablehlo.reduce': reduction,
  'stablehlo.reduce_window': reduction,
  'stablehlo.scatter': reduction,
  'stablehlo.sort': expand(comparatorSlots),
  'stablehlo.optimization_barrier': expand(),
  'stablehlo.while': expand(),
  'stablehlo.if': expand(),
  'stablehlo.case': expand(),
  'stablehlo.dot': product,
  'stablehlo.dot_general': product,
  'stablehlo.convolution': product,
};
