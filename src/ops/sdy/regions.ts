import {
  absent,
  type Checker,
  codecs,
  defineOp,
  type FlowEdge,
  type Op,
  type OpDefinition,
  type SyntaxParser,
  type SyntaxPrinter,
  shardingText,
  type TensorSharding,
  type Type,
  typeEquals,
} from '../../ir/index.ts';
import { noCost } from '../define/cost.ts';
import { shardings, takeShardings } from './codecs.ts';

/** `sdy.return %a, %b : T, U` */
export const sdyReturn = defineOp<object>({
  name: 'sdy.return',
  doc: 'Ends a region of an sdy op.',
  spec: 'Shardy dialect, return',
  operands: [{ name: 'results', variadic: true }],
  attributes: {},
  numRegions: 0,
  traits: { terminator: true, placement: true },
  inferTypes: () => [],
  verify: () => {},
  syntax: {
    print: (op, p) => {
      p.dictionary(op as never, []);
      if (op.operands.length > 0)
        p.write(` ${p.values(op.operands)} : ${op.operands.map((v) => p.type(v.type)).join(', ')}`);
    },
    parse: (p) => {
      const dictionary = p.optionalDictionary();
      const operands = p.operandList();
      const types: Type[] = [];
      if (operands.length > 0) {
        p.expect(':');
        do types.push(p.type());
        while (p.accept(','));
      }
      return { operands, operandTypes: types, dictionary, resultTypes: [] };
    },
  },
  evaluate: absent('a terminator'),
  decompose: absent('a terminator'),
  linearize: absent('a terminator'),
  transpose: absent('a terminator'),
  batch: absent('a terminator'),
  sharding: () => ({ noRule: 'a terminator' }),
  localize: (op) => op.attributes,
  cost: noCost,
  samples: [],
});

export interface InOut {
  readonly inShardings: readonly TensorSharding[];
  readonly outShardings: readonly TensorSharding[];
}

export const listText = (list: readonly TensorSharding[]): string => `[${list.map(shardingText).join(', ')}]`;

/** `(%arg1: T) {…} {dict} : (T) -> U` */
export function printBody(op: Op<never>, p: SyntaxPrinter): void {
  const [body] = op.regions;
  const names = p.declare(body.args);
  p.write(` (${body.args.map((a, i) => `${names[i]}: ${p.type(a.type)}`).join(', ')})`);
  p.region(body, { args: false });
  p.dictionary(op as never, Object.keys(op.definition.attributes));
  p.write(
    ` : ${p.functionType(
      op.operands.map((v) => v.type),
      op.results.map((v) => v.type),
    )}`,
  );
}

export function parseBody(p: SyntaxParser, operands: ReturnType<SyntaxParser['operandList']>, attributes: InOut) {
  const body = p.regionWithArgs(p.list('(', ')', () => p.regionArgument()));
  const dictionary = p.optionalDictionary();
  p.expect(':');
  const { inputs, results } = p.functionType();
  return {
    operands,
    operandTypes: inputs,
    attributes: attributes as unknown as Record<string, unknown>,
    dictionary,
    resultTypes: results,
    regions: [body],
  };
}

interface NamedComputation {
  readonly name: string;
  readonly inShardings: readonly TensorSharding[] | undefined;
  readonly outShardings: readonly TensorSharding[] | undefined;
}

/** A function call's body in place, under its name. */
/** What enters the one region of an op, and what leaves it. */
export const dataFlowOfBody = (op: Op): readonly FlowEdge[] => {
  const [body] = op.regions;
  return [
    ...body.args.map((owner, i) => ({ op, owner, sources: [{ op, index: i }], targets: [owner] })),
    ...op.results.map((owner, i) => ({ op, owner, sources: [{ op: body.terminator, index: i }], targets: [owner] })),
  ];
};

export const namedComputation: OpDefinition = defineOp<NamedComputation>({
  name: 'sdy.named_computation',
  doc: 'Runs a region that was a function of this name.',
  spec: 'Shardy dialect, named_computation',
  operands: [{ name: 'operands', variadic: true }],
  attributes: {
    name: codecs.string,
    inShardings: codecs.optional(shardings),
    outShardings: codecs.optional(shardings),
  },
  numRegions: 1,
  traits: { isolated: true, controlFlow: true, placement: true, dataFlow: dataFlowOfBody },
  inferTypes: 'explicit',
  verify: (op, checker: Checker) => {
    const types = op.regions[0].yielded.map((v) => v.type);
    checker.check('C1', types.length === op.results.length, 'one yielded value per result');
    checker.check(
      'C2',
      types.every((t, i) => typeEquals(t, op.results[i].type)),
      'yielded types are the result types',
    );
  },
  syntax: {
    print: (op, p) => {
      const a = op.attributes;
      p.write(`<${JSON.stringify(a.name)}>(${p.values(op.operands)})`);
      if (a.inShardings) p.write(` in_shardings=${listText(a.inShardings)}`);
      if (a.outShardings) p.write(` out_shardings=${listText(a.outShardings)}`);
      printBody(op as never, p);
    },
    parse: (p) => {
      p.expect('<');
      const name = p.string();
      p.expect('>');
      const operands = p.list('(', ')', () => p.operand());
      let inShardings: TensorSharding[] | undefined;
      let outShardings: TensorSharding[] | undefined;
      if (p.accept('in_shardings')) {
        p.expect('=');
        inShardings = takeShardings(p);
      }
      if (p.accept('out_shardings')) {
        p.expect('=');
        outShardings = takeShardings(p);
      }
      return parseBody(p, operands, { name, inShardings, outShardings } as never);
    },
  },
  evaluate: function* (operands, op, ctx) {
    return yield* ctx.run(op.regions[0], operands);
  },
  decompose: absent('the partitioner inlines it'),
  linearize: absent('appears only in partitioned programs'),
  transpose: absent('appears only in partitioned programs'),
  batch: absent('appears only in partitioned programs'),
  sharding: () => ({ noRule: 'data flow' }),
  localize: (op) => op.attributes,
  cost: noCost,
  samples: [],
});

/** `sdy.sharding_group %0 group_id=3 : T`: all members of a group are sharded the same way. */
export const shardingGroup = defineOp<{ groupId: number }>({
  name: 'sdy.sharding_group',
  doc: 'Makes a tensor a member of a group whose members are all sharded the same way.',
  spec: 'Shardy dialect, sharding_group',
  operands: [{ name: 'input' }],
  attributes: { groupId: codecs.i64 },
  numRegions: 0,
  traits: { sideEffect: true, placement: true },
  inferTypes: () => [],
  verify: () => {},
  syntax: {
    print: (op, p) => {
      p.write(` ${p.value(op.operands[0])} group_id=${op.attributes.groupId}`);
      p.dictionary(op as never, ['groupId']);
      p.write(` : ${p.type(op.operands[0].type)}`);
    },
    parse: (p) => {
      const operands = [p.operand()];
      p.expect('group_id');
      p.expect('=');
      const groupId = p.integer();
      const dictionary = p.optionalDictionary();
      p.expect(':');
      return { operands, operandTypes: [p.type()], attributes: { groupId }, dictionary, resultTypes: [] };
    },
  },
  evaluate: () => [],
  decompose: absent('placement has no simpler form'),
  linearize: absent('has no results'),
  transpose: absent('has no results'),
  batch: absent('write it after vectorizing'),
  sharding: () => ({ noRule: 'has no results' }),
  localize: (op) => op.attributes,
  cost: noCost,
  samples: [{ name: 'matrix', operands: [{ dtype: 'f32', shape: [2, 2] }], attributes: { groupId: 0 } }],
});
