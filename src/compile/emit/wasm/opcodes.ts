/*
 * WebAssembly instructions by name: opcode bytes and result type. Source: the core specification 3.0, with the SIMD, relaxed
 * SIMD and threads extensions. Only what the emitter uses.
 */

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';
type Prefix = 0 | 0xfc | 0xfd | 0xfe;
type Row = readonly [prefix: Prefix, code: number];

/** Consecutive opcodes with one result type. */
function run<N extends string>(prefix: Prefix, first: number, names: readonly N[]): Record<N, Row> {
  return Object.fromEntries(names.map((n, i) => [n, [prefix, first + i] as const])) as unknown as Record<N, Row>;
}

const comparisons = ['eq', 'ne', 'lt_s', 'lt_u', 'gt_s', 'gt_u', 'le_s', 'le_u', 'ge_s', 'ge_u'] as const;
const floatComparisons = ['eq', 'ne', 'lt', 'gt', 'le', 'ge'] as const;
const integers = [
  'clz', 'ctz', 'popcnt', 'add', 'sub', 'mul', 'div_s', 'div_u', 'rem_s', 'rem_u',
  'and', 'or', 'xor', 'shl', 'shr_s', 'shr_u', 'rotl', 'rotr',
] as const; // biome-ignore format: a table
const floats = [
  'abs', 'neg', 'ceil', 'floor', 'trunc', 'nearest', 'sqrt', 'add', 'sub', 'mul', 'div', 'min', 'max', 'copysign',
] as const; // biome-ignore format: a table
const named = <T extends string, N extends string>(type: T, names: readonly N[]): `${T}.${N}`[] =>
  names.map((n) => `${type}.${n}` as const);

/** Instructions whose result type is the one before the dot. */
const plain = {
  ...run(0, 0x67, named('i32', integers)),
  ...run(0, 0x79, named('i64', integers)),
  ...run(0, 0x8b, named('f32', floats)),
  ...run(0, 0x99, named('f64', floats)),
  ...run(0, 0xa7, ['i32.wrap_i64', 'i32.trunc_f32_s', 'i32.trunc_f32_u', 'i32.trunc_f64_s', 'i32.trunc_f64_u']),
  ...run(0, 0xac, ['i64.extend_i32_s', 'i64.extend_i32_u']),
  ...run(0, 0xb2, [
    'f32.convert_i32_s',
    'f32.convert_i32_u',
    'f32.convert_i64_s',
    'f32.convert_i64_u',
    'f32.demote_f64',
  ]),
  ...run(0, 0xb7, [
    'f64.convert_i32_s',
    'f64.convert_i32_u',
    'f64.convert_i64_s',
    'f64.convert_i64_u',
    'f64.promote_f32',
  ]),
  ...run(0, 0xbc, ['i32.reinterpret_f32', 'i64.reinterpret_f64', 'f32.reinterpret_i32', 'f64.reinterpret_i64']),
  ...run(0, 0xc0, ['i32.extend8_s', 'i32.extend16_s']),
  ...run(0xfc, 0, ['i32.trunc_sat_f32_s', 'i32.trunc_sat_f32_u', 'i32.trunc_sat_f64_s', 'i32.trunc_sat_f64_u']),
  ...run(0xfc, 4, ['i64.trunc_sat_f32_s', 'i64.trunc_sat_f32_u', 'i64.trunc_sat_f64_s', 'i64.trunc_sat_f64_u']),
} as const;

/** Comparisons and tests: i32 whatever the operands are. */
const tests = {
  ...run(0, 0x45, ['i32.eqz']),
  ...run(0, 0x46, named('i32', comparisons)),
  ...run(0, 0x50, ['i64.eqz']),
  ...run(0, 0x51, named('i64', comparisons)),
  ...run(0, 0x5b, named('f32', floatComparisons)),
  ...run(0, 0x61, named('f64', floatComparisons)),
  ...run(0xfd, 0x53, ['v128.any_true']),
} as const;

const vectors = {
  ...run(0xfd, 0x0e, [
    'i8x16.swizzle',
    'i8x16.splat',
    'i16x8.splat',
    'i32x4.splat',
    'i64x2.splat',
    'f32x4.splat',
    'f64x2.splat',
  ]),
  ...run(0xfd, 0x37, named('i32x4', comparisons)),
  ...run(0xfd, 0x41, named('f32x4', floatComparisons)),
  ...run(0xfd, 0x47, named('f64x2', floatComparisons)),
  ...run(0xfd, 0x4d, ['v128.not', 'v128.and', 'v128.andnot', 'v128.or', 'v128.xor', 'v128.bitselect']),
  ...run(0xfd, 0x5e, ['f32x4.demote_f64x2_zero', 'f64x2.promote_low_f32x4']),
  ...run(0xfd, 0x65, [
    'i8x16.narrow_i16x8_s',
    'i8x16.narrow_i16x8_u',
    'f32x4.ceil',
    'f32x4.floor',
    'f32x4.trunc',
    'f32x4.nearest',
  ]),
  ...run(0xfd, 0x85, ['i16x8.narrow_i32x4_s', 'i16x8.narrow_i32x4_u']),
  ...run(0xfd, 0x87, ['i16x8.extend_low_i8x16_s', 'i16x8.extend_high_i8x16_s', 'i16x8.extend_low_i8x16_u']),
  ...run(0xfd, 0x94, ['f64x2.nearest']),
  ...run(0xfd, 0xa0, ['i32x4.abs', 'i32x4.neg']),
  ...run(0xfd, 0xa7, ['i32x4.extend_low_i16x8_s', 'i32x4.extend_high_i16x8_s', 'i32x4.extend_low_i16x8_u']),
  ...run(0xfd, 0xab, ['i32x4.shl', 'i32x4.shr_s', 'i32x4.shr_u', 'i32x4.add']),
  ...run(0xfd, 0xb1, ['i32x4.sub']),
  ...run(0xfd, 0xb5, ['i32x4.mul', 'i32x4.min_s', 'i32x4.min_u', 'i32x4.max_s', 'i32x4.max_u']),
  ...run(0xfd, 0xe0, ['f32x4.abs', 'f32x4.neg']),
  ...run(0xfd, 0xe3, ['f32x4.sqrt', 'f32x4.add', 'f32x4.sub', 'f32x4.mul', 'f32x4.div', 'f32x4.min', 'f32x4.max']),
  ...run(0xfd, 0xea, ['f32x4.pmin', 'f32x4.pmax']),
  ...run(0xfd, 0xec, ['f64x2.abs', 'f64x2.neg']),
  ...run(0xfd, 0xef, ['f64x2.sqrt', 'f64x2.add', 'f64x2.sub', 'f64x2.mul', 'f64x2.div', 'f64x2.min', 'f64x2.max']),
  ...run(0xfd, 0xf8, [
    'i32x4.trunc_sat_f32x4_s',
    'i32x4.trunc_sat_f32x4_u',
    'f32x4.convert_i32x4_s',
    'f32x4.convert_i32x4_u',
  ]),
  ...run(0xfd, 0x105, ['f32x4.relaxed_madd']),
} as const;

/** Loads take an address and a static byte offset. Columns: opcode, result type, log2 of the natural alignment. */
const loads = {
  'i32.load': [0, 0x28, 'i32', 2],
  'i64.load': [0, 0x29, 'i64', 3],
  'f32.load': [0, 0x2a, 'f32', 2],
  'f64.load': [0, 0x2b, 'f64', 3],
  'i32.load8_s': [0, 0x2c, 'i32', 0],
  'i32.load8_u': [0, 0x2d, 'i32', 0],
  'i32.load16_s': [0, 0x2e, 'i32', 1],
  'i32.load16_u': [0, 0x2f, 'i32', 1],
  'v128.load': [0xfd, 0x00, 'v128', 2],
  'v128.load16x4_s': [0xfd, 0x03, 'v128', 1],
  'v128.load16x4_u': [0xfd, 0x04, 'v128', 1],
  'v128.load32_splat': [0xfd, 0x09, 'v128', 2],
  'v128.load64_splat': [0xfd, 0x0a, 'v128', 3],
  'v128.load32_zero': [0xfd, 0x5c, 'v128', 0],
  'v128.load64_zero': [0xfd, 0x5d, 'v128', 0],
  'i32.atomic.load': [0xfe, 0x10, 'i32', 2],
} as const;
const stores = {
  'i32.store': [0, 0x36, 2],
  'i64.store': [0, 0x37, 3],
  'f32.store': [0, 0x38, 2],
  'f64.store': [0, 0x39, 3],
  'i32.store8': [0, 0x3a, 0],
  'i32.store16': [0, 0x3b, 1],
  'v128.store': [0xfd, 0x0b, 2],
  'i32.atomic.store': [0xfe, 0x17, 2],
} as const;
/** Reads or writes one lane of a vector. */
const lanes = {
  'v128.load8_lane': [0xfd, 0x54, 'v128'],
  'v128.load16_lane': [0xfd, 0x55, 'v128'],
  'v128.load32_lane': [0xfd, 0x56, 'v128'],
  'v128.store8_lane': [0xfd, 0x58, undefined],
  'v128.store16_lane': [0xfd, 0x59, undefined],
  'v128.store32_lane': [0xfd, 0x5a, undefined],
  'v128.store64_lane': [0xfd, 0x5b, undefined],
} as const;
const extracts = {
  'i32x4.extract_lane': [0x1b, 'i32'],
  'i32x4.replace_lane': [0x1c, 'v128'],
  'f32x4.extract_lane': [0x1f, 'f32'],
  'f32x4.replace_lane': [0x20, 'v128'],
  'f64x2.extract_lane': [0x21, 'f64'],
} as const;
/** Read-modify-write; the result is what was there before. */
const atomics = {
  'i32.atomic.rmw.add': [0xfe, 0x1e, 2],
  'i32.atomic.rmw.xchg': [0xfe, 0x41, 2],
  'i32.atomic.rmw.cmpxchg': [0xfe, 0x48, 2],
} as const;

export type PlainOp = keyof typeof plain | keyof typeof tests | keyof typeof vectors;
export type LoadOp = keyof typeof loads;
export type StoreOp = keyof typeof stores;
export type LaneOp = keyof typeof lanes;
export type ExtractOp = keyof typeof extracts;
export type AtomicOp = keyof typeof atomics;

/** Unsigned LEB128. */
export function unsigned(n: number): number[] {
  const out: number[] = [];
  let rest = n;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    out.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return out;
}

/** Signed LEB128. */
export function signed(n: bigint): number[] {
  const out: number[] = [];
  let rest = n;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    out.push(done ? low : low | 0x80);
    if (done) return out;
  }
}

const opcode = (prefix: number, code: number): number[] => (prefix === 0 ? [code] : [prefix, ...unsigned(code)]);

export interface Instruction {
  readonly bytes: readonly number[];
  readonly type: ValueType | undefined;
}

const known = new Map<string, Instruction>();
const add = (name: string, prefix: number, code: number, type: ValueType | undefined): void => {
  known.set(name, { bytes: opcode(prefix, code), type });
};
for (const [name, [p, c]] of Object.entries(plain)) add(name, p, c, name.slice(0, 3) as ValueType);
for (const [name, [p, c]] of Object.entries(tests)) add(name, p, c, 'i32');
for (const [name, [p, c]] of Object.entries(vectors)) add(name, p, c, 'v128');
for (const [name, [p, c, t]] of Object.entries(loads)) add(name, p, c, t);
for (const [name, [p, c]] of Object.entries(stores)) add(name, p, c, undefined);
for (const [name, [p, c, t]] of Object.entries(lanes)) add(name, p, c, t);
for (const [name, [c, t]] of Object.entries(extracts)) add(name, 0xfd, c, t);
for (const [name, [p, c]] of Object.entries(atomics)) add(name, p, c, 'i32');

type OpName = PlainOp | LoadOp | StoreOp | LaneOp | ExtractOp | AtomicOp;
export function instruction(name: OpName): Instruction {
  return known.get(name)!;
}

/** log2 of the alignment a memory instruction is encoded with. */
export function alignmentOf(name: LoadOp | StoreOp | AtomicOp): number {
  if (name in loads) return loads[name as LoadOp][3];
  if (name in atomics) return atomics[name as AtomicOp][2];
  return stores[name as StoreOp][2];
}
