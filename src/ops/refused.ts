import { isFloat } from '../base/index.ts';
import { absent, asTensor, codecs, defineOp, type OpDefinition } from '../ir/index.ts';
import { checkShape } from './constraints.ts';
import { trafficOf } from './elementwise.ts';
import { functional, sameType, wordPart } from './syntaxes.ts';

/*
 * Ops that are read and printed, so that programs which contain them can be inspected, and that no engine of ours runs.
 */

type Refused<A extends object> = Pick<OpDefinition<A>, 'name' | 'doc' | 'operands' | 'attributes' | 'syntax'> & {
  readonly verify?: OpDefinition<A>['verify'];
};

function refused<A extends object>(reason: string, o: Refused<A>): OpDefinition {
  const no = absent(reason);
  return defineOp<A>({
    spec: `StableHLO spec, ${o.name.slice('stablehlo.'.length)}`,
    numRegions: 0,
    traits: {},
    inferTypes: 'explicit',
    numResults: 1,
    verify: () => {},
    evaluate: no,
    decompose: no,
    linearize: no,
    transpose: no,
    batch: no,
    sharding: () => ({ noRule: reason }),
    localize: (op) => op.attributes,
    cost: (op) => ({ flops: 0, bytes: trafficOf(op) }),
    samples: [],
    ...o,
  });
}

export const rng = refused<{ readonly rngDistribution: 'UNIFORM' | 'NORMAL' }>(
  'its numbers differ from run to run; generate them from a key (rng_bit_generator, random.*)',
  {
    name: 'stablehlo.rng',
    doc: 'Random numbers of a distribution, from the machine’s own generator.',
    operands: [{ name: 'a' }, { name: 'b' }, { name: 'shape' }],
    verify: (op, checker) => {
      const [a, b, shape] = op.operands.map((v) => asTensor(v.type));
      const result = asTensor(op.results[0].type);
      const all = [a.dtype, b.dtype, result.dtype];
      checker.check('C1', new Set(all).size === 1, () => `element types should be equal, got ${all.join(', ')}`);
      const normal = op.attributes.rngDistribution === 'NORMAL';
      checker.check('C2', !normal || isFloat(a.dtype), () => `NORMAL takes floats, got ${a.dtype}`);
      checkShape(checker, 'C3', 'shape', shape.shape, [result.shape.length]);
    },
    attributes: { rngDistribution: codecs.enumOf('rng_distribution', ['UNIFORM', 'NORMAL'] as const) },
    syntax: functional(3, wordPart('rngDistribution', 'distribution')),
  },
);

const quantized = 'quantized element types are carried as text; dequantize before exporting the program';
export const uniformQuantize = refused<Record<never, never>>(quantized, {
  name: 'stablehlo.uniform_quantize',
  doc: 'Rounds floats to a quantized type.',
  operands: [{ name: 'operand' }],
  attributes: {},
  syntax: sameType(1),
});
export const uniformDequantize = refused<Record<never, never>>(quantized, {
  name: 'stablehlo.uniform_dequantize',
  doc: 'Floats that quantized values stand for.',
  operands: [{ name: 'operand' }],
  attributes: {},
  syntax: sameType(1),
});
