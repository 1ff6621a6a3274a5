import {
  allocate,
  type DType,
  dtypeInfo,
  EspalierError,
  HostArray,
  numElements,
  range,
  type Shape,
} from '../../base/index.ts';
import { absent, asTensor, codecs, defineOp, tensorType, typeText } from '../../ir/index.ts';
import { typesFit } from '../define/constraints.ts';
import { vectorCost } from '../define/cost.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { functional, wordPart } from '../define/syntaxes.ts';

export type RngAlgorithm = 'DEFAULT' | 'THREE_FRY' | 'PHILOX';
export interface RngBitGeneratorAttributes {
  readonly rngAlgorithm: RngAlgorithm;
}

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** Threefry-2x32, 20 rounds. Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011). */
export function threefry2x32(k0: number, k1: number, c0: number, c1: number, out: Uint32Array): void {
  const k2 = (k0 ^ k1 ^ 0x1bd11bda) | 0;
  const keys = [k0, k1, k2];
  let x = (c0 + k0) | 0;
  let y = (c1 + k1) | 0;
  for (let group = 0; group < 5; group++) {
    for (const r of rotations[group % 2]) {
      x = (x + y) | 0;
      y = ((y << r) | (y >>> (32 - r))) ^ x;
    }
    x = (x + keys[(group + 1) % 3]) | 0;
    y = (y + keys[(group + 2) % 3] + group + 1) | 0;
  }
  out[0] = x;
  out[1] = y;
}

/** State [key, counter]; each 64-bit counter value gives two words. Returns the words and the advanced state. */
function words(state: BigUint64Array, blocks: number): { low: Uint32Array; high: Uint32Array; next: BigUint64Array } {
  const low = new Uint32Array(blocks);
  const high = new Uint32Array(blocks);
  const pair = new Uint32Array(2);
  const half = (v: bigint): [number, number] => [Number(v & 0xffffffffn) | 0, Number(v >> 32n) | 0];
  const [k0, k1] = half(state[0]);
  for (let i = 0; i < blocks; i++) {
    const [c0, c1] = half(BigInt.asUintN(64, state[1] + BigInt(i)));
    threefry2x32(k0, k1, c0, c1, pair);
    low[i] = pair[0];
    high[i] = pair[1];
  }
  const next = state.slice();
  next[1] = BigInt.asUintN(64, state[1] + BigInt(blocks));
  return { low, high, next };
}

/**
 * Layout of 32-bit values as XLA has it: the first even dimension (else the largest) is cut into pairs, and a block's two
 * words become neighbours along it.
 */
function pairLayout(shape: Shape): { blocks: number; wordOf: Int32Array } {
  if (shape.length === 0) return { blocks: 1, wordOf: Int32Array.of(0) };
  const even = shape.findIndex((n) => n % 2 === 0);
  const split = even >= 0 ? even : shape.indexOf(Math.max(...shape));
  const half = shape.map((n, d) => (d === split ? Math.ceil(n / 2) : n));
  const wordOf = new Int32Array(numElements(shape));
  const inner = numElements(shape.slice(split + 1));
  for (let i = 0; i < wordOf.length; i++) {
    const k = i % inner;
    const s = Math.floor(i / inner) % shape[split];
    const outer = Math.floor(i / inner / shape[split]);
    const block = (outer * half[split] + (s >> 1)) * inner + k;
    wordOf[i] = 2 * block + (s & 1);
  }
  return { blocks: numElements(half), wordOf };
}

export function threefryBits(state: HostArray, dtype: DType, shape: Shape): [HostArray, HostArray] {
  const raw = new BigUint64Array(new Uint8Array(state.bytes).buffer);
  const { bits, scalar } = dtypeInfo(dtype);
  const done = (next: BigUint64Array, data: HostArray): [HostArray, HostArray] => [
    HostArray.fromBytes(state.dtype, state.shape, new Uint8Array(next.buffer)),
    data,
  ];
  if (scalar === 'bigint' || dtype === 'f64') {
    const { low, high, next } = words(raw, numElements(shape));
    const out = new BigUint64Array(low.length);
    for (let i = 0; i < out.length; i++) out[i] = (BigInt(high[i]) << 32n) | BigInt(low[i]);
    return done(next, HostArray.fromBytes(dtype, shape, new Uint8Array(out.buffer)));
  }
  const { blocks, wordOf } = pairLayout(shape);
  const { low, high, next } = words(raw, blocks);
  const values = Uint32Array.from(wordOf, (w) => (w & 1 ? high[w >> 1] : low[w >> 1]));
  if (bits === 32) return done(next, HostArray.fromBytes(dtype, shape, new Uint8Array(values.buffer)));
  const data = allocate(dtype, values.length) as Uint16Array;
  for (let i = 0; i < data.length; i++) data[i] = values[i];
  return done(next, new HostArray(dtype, shape, data));
}

const randomBits = absent('random bits have no derivative');

export const rngBitGenerator = defineOp<RngBitGeneratorAttributes>({
  name: 'stablehlo.rng_bit_generator',
  doc: 'Uniform random bits from a counter-based generator, and the advanced state.',
  spec: 'StableHLO spec, rng_bit_generator',
  operands: [{ name: 'initialState' }],
  attributes: { rngAlgorithm: codecs.enumOf('rng_algorithm', ['DEFAULT', 'THREE_FRY', 'PHILOX'] as const) },
  numRegions: 0,
  traits: { makesDimensions: true },
  inferTypes: 'explicit',
  numResults: 2,
  verify: (op, { check }) => {
    const [state, next] = [asTensor(op.operands[0].type), asTensor(op.results[0].type)];
    check(
      'C1',
      typesFit([next], [state]),
      () => `output state should have type ${typeText(state)}, got ${typeText(next)}`,
    );
    const allowed = { DEFAULT: undefined, THREE_FRY: [2], PHILOX: [2, 3] }[op.attributes.rngAlgorithm];
    const size = numElements(state.shape);
    check(
      'C2',
      allowed === undefined || size < 0 || allowed.includes(size),
      () => `the state of ${op.attributes.rngAlgorithm} should have ${allowed?.join(' or ')} elements, got ${size}`,
    );
  },
  syntax: functional(1, wordPart('rngAlgorithm', 'algorithm')),
  evaluate: ([state], op) => {
    if (op.attributes.rngAlgorithm === 'PHILOX')
      throw new EspalierError('runtime/unsupported', 'the reference engine has no PHILOX generator', {
        advice: 'use THREE_FRY',
      });
    return threefryBits(state, op.results[1].dtype, op.results[1].shape);
  },
  decompose: absent('a primitive'),
  linearize: randomBits,
  transpose: randomBits,
  batch: absent('a batch of generator states: split the key and generate the whole batch at once'),
  sharding: (op) => {
    const b = new ShardingRuleBuilder(op);
    range(op.operands[0].shape.length).forEach((d) => {
      b.factor([d], [d], op.operands[0].shape[d], { kind: 'needReplication', blocked: true });
    });
    op.results[1].shape.forEach((n, d) => {
      b.factor([], [undefined, d], n);
    });
    return b.build();
  },
  localize: (op) => op.attributes,
  cost: (op) => vectorCost(op, 40 * numElements(op.results[1].shape)),
  samples: (['u64', 'u32', 'u8'] as const).map((dtype) => ({
    name: dtype,
    operands: [{ dtype: 'u64', shape: [2], values: [42, 7] }],
    attributes: { rngAlgorithm: 'THREE_FRY' },
    resultTypes: [tensorType('u64', [2]), tensorType(dtype, [3, 2])],
  })),
});
