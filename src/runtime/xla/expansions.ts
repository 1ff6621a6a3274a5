/*
 * Ops that XLA does not take, as ops that it does. Composite ops go first, by their own `decompose` rule; this table holds the
 * primitives that XLA's compilers lack or refuse for a type.
 */
import { dtypeInfo, type HostArray, isComplex, parseDType, type Shape } from '../../base/index.ts';
import {
  Block,
  Builder,
  cloneOp,
  type DenseElements,
  type EvaluationContext,
  isAbsent,
  type Module,
  type Op,
  tensorType,
  type Value,
  ValueMap,
} from '../../ir/index.ts';
import {
  add,
  and,
  compare,
  concatenate,
  constant,
  convert,
  iota,
  mul,
  or,
  pow,
  reduceWith,
  registry,
  select,
  slice,
  splat,
  sub,
} from '../../ops/index.ts';
import { decomposeOps, passContext } from '../../transform/index.ts';

/** New value of an op, or undefined to keep it. */
type Expansion = (op: Op, operands: readonly Value[], b: Builder) => Value | undefined;

const expansions: Readonly<Record<string, Expansion>> = {
  /** XLA has real cube roots only. */
  'stablehlo.cbrt': (op, [x], b) => (isComplex(op.results[0].dtype) ? pow(b, x, splat(b, x.type, 1 / 3)) : undefined),
  /**
   * XLA orders complex numbers otherwise; the specification says real parts first, then imaginary ones. Its importer loses NaNs when
   * it folds constants.
   */
  'stablehlo.maximum': (op, [x, y], b) =>
    isComplex(x.dtype) ? select(b, isGreater(b, x, y), x, y) : evaluated(op, [x, y], b),
  'stablehlo.minimum': (op, [x, y], b) =>
    isComplex(x.dtype) ? select(b, isGreater(b, x, y), y, x) : evaluated(op, [x, y], b),
  /** XLA aborts on bits that become wider numbers: bit i of the last dimension has the value 2^i. It refuses complex numbers. */
  'stablehlo.bitcast_convert': (op, [x], b) => {
    const [result] = op.results;
    if (x.dtype !== result.dtype && isComplex(x.dtype)) return complexBits(b, x, result);
    if (x.dtype !== 'bool' || result.dtype === 'bool') return undefined;
    const { bits } = dtypeInfo(result.dtype);
    const wide = convert(b, x, parseDType(`u${Math.max(bits, 8)}`));
    const places = iota(b, tensorType(wide.dtype, wide.shape), wide.shape.length - 1);
    const placed = b.emit('stablehlo.shift_left', [wide, places], {});
    const sum = reduceWith(b, 'stablehlo.add', placed, 0, [wide.shape.length - 1]);
    return bitcast(b, convert(b, sum, parseDType(`u${bits}`)), result);
  },
  /** Newer than the StableHLO of plugins in use. */
  'chlo.mulhi': (op, [x, y], b) => {
    const [result] = op.results;
    const { bits, kind } = dtypeInfo(result.dtype);
    const isSigned = kind === 'signed';
    if (bits < 64) {
      const wide = isSigned ? 'i64' : 'u64';
      const product = mul(b, convert(b, x, wide), convert(b, y, wide));
      const shifted = shift(b, isSigned ? 'arithmetic' : 'logical', product, bits);
      return convert(b, shifted, result.dtype);
    }
    const unsigned = (v: Value): Value => (isSigned ? emitBitcast(b, v, 'u64') : v);
    const [p, q] = [unsigned(x), unsigned(y)];
    const high = highProduct(b, p, q);
    if (!isSigned) return high;
    // Two's complement: a negative factor was read as 2^64 too large.
    const excess = (factor: Value, other: Value): Value =>
      and(b, emitBitcast(b, shift(b, 'arithmetic', factor, 63), 'u64'), other);
    return emitBitcast(b, sub(b, sub(b, high, excess(x, q)), excess(y, p)), 'i64');
  },
};

/** The op's value where all operands are constants. */
function evaluated(op: Op, operands: readonly Value[], b: Builder): Value | undefined {
  const arrays = operands.flatMap((v) =>
    v.op?.name === 'stablehlo.constant' ? [(v.op.attributes as { value: DenseElements }).value.toHostArray()] : [],
  );
  const { evaluate } = op.definition;
  if (arrays.length < operands.length || isAbsent(evaluate)) return undefined;
  const results = evaluate(arrays, op, undefined as unknown as EvaluationContext);
  return Array.isArray(results) ? constant(b, results[0] as HostArray) : undefined;
}

const part = (b: Builder, which: 'real' | 'imag', x: Value): Value => b.emit(`stablehlo.${which}`, [x], {});

function isGreater(b: Builder, x: Value, y: Value): Value {
  const [xr, yr] = [part(b, 'real', x), part(b, 'real', y)];
  const isTieBroken = compare(b, 'GT', part(b, 'imag', x), part(b, 'imag', y));
  return or(b, compare(b, 'GT', xr, yr), and(b, compare(b, 'EQ', xr, yr), isTieBroken));
}

/** c128 as pairs of c64, or back: the bits of each f64 are those of a pair of f32, which is a c64. */
function complexBits(b: Builder, x: Value, result: Value): Value {
  const at = (v: Value, k: number): Value => {
    const last = v.shape.length - 1;
    const starts = v.shape.map((_, d) => (d === last ? k : 0));
    const limits = v.shape.map((n, d) => (d === last ? k + 1 : n));
    return slice(b, v, starts, limits);
  };
  const paired = (v: Value, w: Value): Value => concatenate(b, [v, w], v.shape.length - 1);
  const cast = (v: Value, dtype: 'f32' | 'f64', shape: Shape): Value =>
    b.emit('stablehlo.bitcast_convert', [v], {}, { resultTypes: [tensorType(dtype, shape)] });
  const [re, im] = [part(b, 'real', x), part(b, 'imag', x)];
  if (x.dtype === 'c128') {
    const [p, q] = [re, im].map((v) => cast(v, 'f32', [...x.shape, 2]));
    return b.emit('stablehlo.complex', [paired(at(p, 0), at(q, 0)), paired(at(p, 1), at(q, 1))], {});
  }
  const [p, q] = [0, 1].map((k) => cast(paired(at(re, k), at(im, k)), 'f64', result.shape));
  return b.emit('stablehlo.complex', [p, q], {});
}

/** High half of an unsigned 64-bit product, by halves of 32 bits. */
function highProduct(b: Builder, x: Value, y: Value): Value {
  const low = (v: Value): Value => and(b, v, splat(b, v.type, 0xffffffffn));
  const high = (v: Value): Value => shift(b, 'logical', v, 32);
  const [xl, xh, yl, yh] = [low(x), high(x), low(y), high(y)];
  const middle = add(b, mul(b, xh, yl), high(mul(b, xl, yl)));
  const cross = add(b, mul(b, xl, yh), low(middle));
  return add(b, add(b, mul(b, xh, yh), high(middle)), high(cross));
}

const shift = (b: Builder, kind: 'arithmetic' | 'logical', x: Value, by: number): Value =>
  b.emit(`stablehlo.shift_right_${kind}`, [x, splat(b, x.type, by)], {});

const emitBitcast = (b: Builder, x: Value, dtype: 'i64' | 'u64'): Value =>
  b.emit('stablehlo.bitcast_convert', [x], {}, { resultTypes: [tensorType(dtype, x.shape)] });

const bitcast = (b: Builder, x: Value, result: Value): Value =>
  x.dtype === result.dtype ? x : b.emit('stablehlo.bitcast_convert', [x], {}, { resultTypes: [result.type] });

/** The module in ops that XLA takes. */
export function expanded(module: Module): Module {
  const primitive = decomposeOps(module, passContext({ registry }));
  return primitive.with({ funcs: primitive.funcs.map((f) => f.with({ body: expandBlock(f.body, new ValueMap()) })) });
}

function expandBlock(block: Block, outer: ValueMap): Block {
  const map = new ValueMap(outer);
  const ops = block.ops.flatMap((op): readonly Op[] => {
    const b = new Builder(registry);
    b.location = op.location;
    const value = expansions[op.name]?.(op, map.all(op.operands), b);
    if (!value) return [cloneOp(op, map, { regions: op.regions.map((r) => expandBlock(r, map)) })];
    map.set(op.results[0], value);
    return b.ops;
  });
  return new Block(block.args, ops);
}
