import { absent, type OpDefinition } from '../definition.ts';

const definitions = new Map<string, OpDefinition>();

/** A definition for an op nobody registered: everything is kept, nothing is known. */
export function unregisteredDefinition(name: string): OpDefinition {
  const known = definitions.get(name);
  if (known) return known;
  const reason = absent(`${name} is not a registered op`);
  const definition: OpDefinition = {
    name,
    doc: 'An op read with allowUnregistered.',
    spec: 'none',
    operands: [{ name: 'operands', variadic: true }],
    attributes: {},
    numRegions: 'variadic',
    traits: { sideEffect: true },
    inferTypes: 'explicit',
    verify: () => {},
    syntax: 'generic',
    evaluate: reason,
    decompose: reason,
    linearize: reason,
    transpose: reason,
    batch: reason,
    sharding: () => ({ noRule: 'unregistered op' }),
    localize: (op) => op.attributes,
    cost: () => ({ productFlops: 0, vectorFlops: 0, bytes: 0 }),
    samples: [],
  };
  definitions.set(name, definition);
  return definition;
}
