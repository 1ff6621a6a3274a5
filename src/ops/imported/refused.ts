import { absent, defineOp, type OpDefinition } from '../../ir/index.ts';
import { moveCost } from '../define/cost.ts';
import { sameType } from '../define/syntaxes.ts';

/*
 * Ops that are read and printed, so that programs which contain them can be inspected, and that no engine of ours runs.
 */

type Refused<A extends object> = Pick<OpDefinition<A>, 'name' | 'doc' | 'operands' | 'attributes' | 'syntax'>;

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
    cost: moveCost,
    samples: [],
    ...o,
  });
}

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
