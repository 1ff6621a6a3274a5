import {
  type AttributeCodec,
  codecs,
  type Direction,
  dialectAttr,
  fullyOpen,
  type OpDefinition,
  openDim,
  type Syntax,
  type SyntaxPrinter,
  shardingText,
  type TensorSharding,
} from '../../ir/index.ts';
import { sharding, takeSharding } from './codecs.ts';
import { identityOp, identityRule } from './identity.ts';

interface ShardingAttributes {
  readonly sharding: TensorSharding;
}

const sample: ShardingAttributes = { sharding: fullyOpen('mesh', 2) };

/** `%0 <@mesh, […]> {…} : T` */
const shardingSyntax: Syntax<ShardingAttributes> = {
  print: (op, p) => {
    p.write(` ${p.value(op.operands[0])} ${shardingText(op.attributes.sharding)}`);
    p.dictionary(op as never, ['sharding']);
    p.write(` : ${p.type(op.results[0].type)}`);
  },
  parse: (p) => {
    const operands = [p.operand()];
    const placed = takeSharding(p);
    const dictionary = p.optionalDictionary();
    p.expect(':');
    const type = p.type();
    return { operands, operandTypes: [type], attributes: { sharding: placed }, dictionary, resultTypes: [type] };
  },
};

const withOpenBatch = (a: ShardingAttributes): ShardingAttributes => ({
  sharding: { ...a.sharding, dims: [openDim, ...a.sharding.dims] },
});

/** A user's wish for a tensor's sharding; the same wish holds for its tangent and cotangent. */
export const shardingConstraint = identityOp<ShardingAttributes>({
  name: 'sdy.sharding_constraint',
  doc: 'Constrains how a tensor is sharded.',
  attributes: { sharding },
  syntax: shardingSyntax,
  sharding: identityRule,
  traits: { elementwise: true },
  linear: true,
  batchAttributes: withOpenBatch,
  sampleAttributes: sample,
});

/** A change of sharding, decided; turned into collectives by `reshard-to-collectives`. */
export const reshard = identityOp<ShardingAttributes>({
  name: 'sdy.reshard',
  doc: 'Changes how a tensor is sharded.',
  attributes: { sharding },
  syntax: shardingSyntax,
  traits: { elementwise: true },
  linear: true,
  batchAttributes: withOpenBatch,
  sampleAttributes: sample,
});

const directions: readonly Direction[] = ['NONE', 'FORWARD', 'BACKWARD', 'BOTH'];
const direction: AttributeCodec<Direction> = {
  read: (a) =>
    directions.find((d) => a.kind === 'dialect' && (a.body ?? '').includes(d)) ??
    (a.kind === 'int' ? directions[Number(a.value)] : 'BOTH'),
  write: (value) => dialectAttr('sdy', `propagation_direction<${value}>`),
};

/** Lets shardings pass in some directions only. */
export const propagationBarrier = identityOp<{ allowedDirection: Direction }>({
  name: 'sdy.propagation_barrier',
  doc: 'Lets shardings propagate in the allowed direction only.',
  attributes: { allowedDirection: direction },
  syntax: {
    print: (op, p) => {
      p.write(` ${p.value(op.operands[0])} allowed_direction=${op.attributes.allowedDirection}`);
      p.dictionary(op as never, ['allowedDirection']);
      p.write(` : ${p.type(op.results[0].type)}`);
    },
    parse: (p) => {
      const operands = [p.operand()];
      p.expect('allowed_direction');
      p.expect('=');
      const allowedDirection = p.word();
      const dictionary = p.optionalDictionary();
      p.expect(':');
      const type = p.type();
      return { operands, operandTypes: [type], attributes: { allowedDirection }, dictionary, resultTypes: [type] };
    },
  },
  sharding: identityRule,
  traits: { elementwise: true },
  linear: true,
  batchAttributes: (a) => a,
  sampleAttributes: { allowedDirection: 'FORWARD' },
});

interface Edge {
  readonly sharding: TensorSharding | undefined;
}

/** Joins the values that a region op passes around: the operand, the body's argument and yield, the result. */
export const dataFlowEdge = identityOp<Edge>({
  name: 'sdy.data_flow_edge',
  doc: 'Joins all values that flow through one operand of a control-flow op.',
  attributes: { sharding: codecs.optional(sharding) },
  traits: { passesShardings: () => 'BOTH' },
  syntax: {
    print: (op, p) => {
      p.write(` ${p.value(op.operands[0])}`);
      if (op.attributes.sharding) p.write(` sharding=${shardingText(op.attributes.sharding)}`);
      p.dictionary(op as never, ['sharding']);
      p.write(` : ${p.type(op.results[0].type)}`);
    },
    parse: (p) => {
      const operands = [p.operand()];
      let placed: TensorSharding | undefined;
      if (p.accept('sharding')) {
        p.expect('=');
        placed = takeSharding(p);
      }
      const dictionary = p.optionalDictionary();
      p.expect(':');
      const type = p.type();
      return { operands, operandTypes: [type], attributes: { sharding: placed }, dictionary, resultTypes: [type] };
    },
  },
  sharding: identityRule,
  sampleAttributes: { sharding: undefined },
});

const typedDictionary: Syntax<object> = {
  print: (op, p: SyntaxPrinter) => {
    p.write(` ${p.value(op.operands[0])}`);
    p.dictionary(op as never, []);
    p.write(` : ${p.type(op.results[0].type)}`);
  },
  parse: (p) => {
    const operands = [p.operand()];
    const dictionary = p.optionalDictionary();
    p.expect(':');
    const type = p.type();
    return { operands, operandTypes: [type], dictionary, resultTypes: [type] };
  },
};

/** Joins a caller's operands and results with a function's arguments and returns. */
export const funcDataFlowEdge: OpDefinition = identityOp<object>({
  name: 'sdy.func_data_flow_edge',
  doc: 'Joins a function argument with the operands its callers pass, or a call result with what the function returns.',
  attributes: {},
  traits: { passesShardings: () => 'BOTH' },
  syntax: typedDictionary,
  sharding: identityRule,
  sampleAttributes: {},
});
