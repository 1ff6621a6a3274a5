import { absent, codecs, defineOp, Mesh, parseMesh } from '../../ir/index.ts';
import { noCost } from '../define/cost.ts';
import { mesh } from './codecs.ts';

/** `sdy.mesh @mesh = <["x"=2, "y"=2]>`: declares a named mesh at the top of a module. */
export const meshOp = defineOp<{ symName: string; mesh: Mesh }>({
  name: 'sdy.mesh',
  doc: 'Declares a named mesh of devices.',
  spec: 'Shardy dialect, mesh',
  operands: [],
  attributes: { symName: codecs.string, mesh },
  numRegions: 0,
  traits: { sideEffect: true, placement: true },
  inferTypes: () => [],
  verify: () => {},
  syntax: {
    print: (op, p) => {
      p.write(` @${op.attributes.symName} = ${op.attributes.mesh}`);
      p.dictionary(op as never, ['symName', 'mesh']);
    },
    parse: (p) => {
      const symName = p.symbolName();
      p.expect('=');
      const parsed = parseMesh(p.rawBracketed());
      return {
        operands: [],
        attributes: { symName, mesh: parsed },
        dictionary: p.optionalDictionary(),
        resultTypes: [],
      };
    },
  },
  evaluate: absent('a declaration'),
  decompose: absent('a declaration'),
  linearize: absent('a declaration'),
  transpose: absent('a declaration'),
  batch: absent('a declaration'),
  sharding: () => ({ noRule: 'a declaration' }),
  localize: (op) => op.attributes,
  cost: noCost,
  samples: [
    { name: 'two axes', operands: [], attributes: { symName: 'mesh', mesh: new Mesh([{ name: 'x', size: 2 }]) } },
  ],
});
