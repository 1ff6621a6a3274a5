import { absent, type OpDefinition, type Traits } from '../../ir/index.ts';
import { type Accepts, type BinaryKernels, binary, type UnaryKernels, unary } from '../define/elementwise.ts';

const integerResult = absent('integer and boolean values have no derivative');

const commutes: Traits = { commutative: true, associative: true };

function bitUnary(name: string, doc: string, accepts: Accepts, kernels: UnaryKernels): OpDefinition {
  return unary(`stablehlo.${name}`, { doc, accepts, kernels, linearize: integerResult });
}
function bitBinary(
  name: string,
  doc: string,
  accepts: Accepts,
  kernels: BinaryKernels,
  traits: Traits = {},
): OpDefinition {
  return binary(`stablehlo.${name}`, { doc, accepts, kernels, traits, linearize: integerResult });
}

export const not = bitUnary('not', 'Elementwise bitwise or logical complement.', 'logical', {
  int: (x) => ~x,
  bigint: (x) => ~x,
  bool: (x) => 1 - x,
});
export const and = bitBinary(
  'and',
  'Elementwise bitwise or logical and.',
  'logical',
  { int: (x, y) => x & y, bigint: (x, y) => x & y, bool: (x, y) => x & y },
  { ...commutes, combines: ({ dtype }) => (dtype === 'bool' ? 'min' : undefined) },
);
export const or = bitBinary(
  'or',
  'Elementwise bitwise or logical or.',
  'logical',
  { int: (x, y) => x | y, bigint: (x, y) => x | y, bool: (x, y) => x | y },
  { ...commutes, combines: ({ dtype }) => (dtype === 'bool' ? 'max' : undefined) },
);
export const xor = bitBinary(
  'xor',
  'Elementwise bitwise or logical exclusive or.',
  'logical',
  { int: (x, y) => x ^ y, bigint: (x, y) => x ^ y, bool: (x, y) => x ^ y },
  commutes,
);

/** A shift amount that leaves nothing: negative or at least the width. */
const out = (by: number, bits: number): boolean => by < 0 || by >= bits;
const outBig = (by: bigint): boolean => by < 0n || by >= 64n;
const mask = (bits: number): number => (bits === 32 ? 0xffffffff : (1 << bits) - 1);

export const shiftLeft = bitBinary(
  'shift_left',
  'Elementwise left shift; 0 when the amount reaches the width.',
  'integer',
  {
    int: (x, by, bits) => (out(by, bits) ? 0 : x << by),
    bigint: (x, by) => (outBig(by) ? 0n : x << by),
  },
);
export const shiftRightLogical = bitBinary(
  'shift_right_logical',
  'Elementwise right shift filling with zeros; 0 when the amount reaches the width.',
  'integer',
  {
    int: (x, by, bits) => (out(by, bits) ? 0 : ((x & mask(bits)) >>> 0) >>> by),
    bigint: (x, by) => (outBig(by) ? 0n : BigInt.asUintN(64, x) >> by),
  },
);
export const shiftRightArithmetic = bitBinary(
  'shift_right_arithmetic',
  'Elementwise right shift filling with the sign.',
  'integer',
  {
    int: (x, by, bits) => {
      const signed = (x << (32 - bits)) >> (32 - bits);
      return out(by, bits) ? (signed < 0 ? -1 : 0) : signed >> by;
    },
    bigint: (x, by) => {
      const signed = BigInt.asIntN(64, x);
      return outBig(by) ? (signed < 0n ? -1n : 0n) : signed >> by;
    },
  },
);

function countBits(x: number): number {
  let n = 0;
  for (let v = x >>> 0; v !== 0; v &= v - 1) n++;
  return n;
}

export const popcnt = bitUnary('popcnt', 'Elementwise number of set bits.', 'integer', {
  int: (x, bits) => countBits(x & mask(bits)),
  bigint: (x) => {
    const u = BigInt.asUintN(64, x);
    return BigInt(countBits(Number(u & 0xffffffffn)) + countBits(Number(u >> 32n)));
  },
});
export const countLeadingZeros = bitUnary(
  'count_leading_zeros',
  'Elementwise number of leading zero bits.',
  'integer',
  {
    int: (x, bits) => Math.clz32((x & mask(bits)) >>> 0) - (32 - bits),
    bigint: (x) => {
      const u = BigInt.asUintN(64, x);
      const high = Number(u >> 32n);
      return BigInt(high !== 0 ? Math.clz32(high) : 32 + Math.clz32(Number(u & 0xffffffffn)));
    },
  },
);
