import { HostArray, isFloat, numElements, type Scalar } from '../../base/index.ts';
import { absent, asTensor, codecs, defineOp } from '../../ir/index.ts';
import { checkShape } from '../define/constraints.ts';
import { moveCost } from '../define/cost.ts';
import { functional, wordPart } from '../define/syntaxes.ts';

/** Draws made by this process so far: every evaluation gets other numbers, and a process always gets the same ones. */
let drawn = 0;

/** Uniform in (0, 1): a 32-bit counter hashed by murmur3's finalizer. */
function nextUniform(): number {
  let h = Math.imul((drawn++ + 1) | 0, 0x9e3779b9);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (((h ^ (h >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}

/** Standard normal, by Box and Muller. */
const nextNormal = (): number => Math.sqrt(-2 * Math.log(nextUniform())) * Math.cos(2 * Math.PI * nextUniform());

const noKey = 'its numbers depend on how often it ran; generate them from a key (rng_bit_generator, random.*)';

/** `UNIFORM` in [a, b), `NORMAL` with mean a and standard deviation b. The bits are implementation-defined. */
export const rng = defineOp<{ readonly rngDistribution: 'UNIFORM' | 'NORMAL' }>({
  name: 'stablehlo.rng',
  doc: 'Random numbers of a distribution, from a generator of the process.',
  spec: 'StableHLO spec, rng',
  operands: [{ name: 'a' }, { name: 'b' }, { name: 'shape' }],
  attributes: { rngDistribution: codecs.enumOf('rng_distribution', ['UNIFORM', 'NORMAL'] as const) },
  numRegions: 0,
  numResults: 1,
  traits: { sideEffect: true },
  inferTypes: 'explicit',
  verify: (op, checker) => {
    const [a, b, shape] = op.operands.map((v) => asTensor(v.type));
    const result = asTensor(op.results[0].type);
    const all = [a.dtype, b.dtype, result.dtype];
    checker.check('C1', new Set(all).size === 1, () => `element types should be equal, got ${all.join(', ')}`);
    const normal = op.attributes.rngDistribution === 'NORMAL';
    checker.check('C2', !normal || isFloat(a.dtype), () => `NORMAL takes floats, got ${a.dtype}`);
    checkShape(checker, 'C3', 'shape', shape.shape, [result.shape.length]);
  },
  syntax: functional(3, wordPart('rngDistribution', 'distribution')),
  evaluate: ([a, b, shape], op) => {
    const sizes = shape.toNumbers();
    const [low, high] = [a.number(0), b.number(0)];
    const draw =
      op.attributes.rngDistribution === 'NORMAL'
        ? (): Scalar => low + high * nextNormal()
        : isFloat(a.dtype)
          ? (): Scalar => low + (high - low) * nextUniform()
          : (): Scalar => low + Math.floor((high - low) * nextUniform());
    return [HostArray.from(a.dtype, sizes, Array.from({ length: numElements(sizes) }, draw))];
  },
  decompose: absent('a primitive'),
  linearize: absent(noKey),
  transpose: absent(noKey),
  batch: absent(noKey),
  sharding: () => ({ noRule: noKey }),
  localize: (op) => op.attributes,
  cost: moveCost,
  samples: [],
});
