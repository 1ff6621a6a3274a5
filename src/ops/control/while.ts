import type { HostArray } from '../../base/index.ts';
import { range } from '../../base/index.ts';
import {
  absent,
  type BatchRule,
  type Block,
  defineOp,
  type Evaluation,
  type EvaluationContext,
  type LinearizeRule,
  type Op,
  type OperandReference,
  type Syntax,
  type Type,
  tensorType,
  typesEqual,
  typeText,
  type Value,
} from '../../ir/index.ts';
import { signature } from '../define/constraints.ts';
import { addCosts, blockCost, timesCost } from '../define/cost.ts';
import type { NoAttributes } from '../define/elementwise.ts';
import {
  add,
  broadcastInDim,
  broadcastLeading,
  combiner,
  compare,
  constantScalar,
  inlineBlock,
  mul,
  onesLike,
  select,
  zerosLike,
} from '../define/emit.ts';
import { activityFixpoint, batchedTypes, capturesOfOp, closeOver, RETURN, reject, typesOf } from '../define/regions.ts';
import { tripCount } from './trip-count.ts';

function* runWhile(args: readonly HostArray[], op: Op<object>, ctx: EvaluationContext): Evaluation {
  const [cond, body] = op.regions;
  let state = [...args];
  for (;;) {
    const [go] = yield* ctx.run(cond, state);
    if (go.data[0] === 0) return state;
    state = yield* ctx.run(body, state);
  }
}

/** `stablehlo.while(%iterArg = %a, …) : T, … cond {…} do {…}` */
const whileSyntax: Syntax<NoAttributes> = {
  print: (op, p) => {
    const [cond, body] = op.regions;
    const names = p.declare(cond.args, 'iterArg');
    p.write(`(${op.operands.map((v, i) => `${names[i]} = ${p.value(v)}`).join(', ')})`);
    if (op.operands.length > 0) p.write(` : ${op.operands.map((v) => p.type(v.type)).join(', ')}`);
    if (Object.keys(op.discardable).length > 0) {
      p.write(' attributes');
      p.dictionary(op, []);
    }
    p.newline();
    p.write('cond');
    p.region(cond, { args: false });
    p.write(' do');
    p.shadow(body.args, cond.args);
    p.region(body, { args: false });
  },
  parse: (p) => {
    const operands: OperandReference[] = [];
    const names = p.list('(', ')', () => {
      const { name } = p.operand();
      p.expect('=');
      operands.push(p.operand());
      return name;
    });
    const types: Type[] = [];
    if (p.accept(':')) {
      types.push(p.type());
      while (p.accept(',')) types.push(p.type());
    }
    if (types.length !== names.length) p.fail(`${names.length} values but ${types.length} types`);
    const dictionary = p.accept('attributes') ? p.optionalDictionary() : {};
    const args = names.map((name, i) => ({ name, type: types[i] }));
    p.expect('cond');
    const cond = p.regionWithArgs(args);
    p.expect('do');
    const body = p.regionWithArgs(args);
    return { operands, dictionary, operandTypes: types, resultTypes: types, regions: [cond, body] };
  },
};

/** Forward mode only: the tangents of the carries become carries. */
const linearizeWhile: LinearizeRule<NoAttributes> = ({ op, operands, tangents, primal, tangent, context }) => {
  const n = op.operands.length;
  const captures = capturesOfOp(op);
  const [cond, body] = op.regions.map((r) => closeOver(r, captures));
  const captureTangents = tangents.slice(n);
  const captureActive = captureTangents.map((t) => t !== undefined);
  const linearized = (active: readonly boolean[]) => context.block(body, [...captureActive, ...active], RETURN, active);
  const active = activityFixpoint(
    tangents.slice(0, n).map((t) => t !== undefined),
    (a) => linearized(a).activeYields,
  );
  if (!active.some(Boolean)) return { tangents: op.results.map(() => undefined) };
  if (primal !== tangent)
    throw reject(
      'stablehlo.while has no reverse-mode derivative: its number of iterations is not known',
      'use scan (or a fori loop with fixed bounds)',
    );
  const lin = linearized(active);
  const activeIndices = range(n).filter((i) => active[i]);
  const starts = activeIndices.map((i) => tangents[i] ?? zerosLike(tangent, op.operands[i].type));
  const carryTypes = [...typesOf(op.operands), ...activeIndices.map((i) => op.operands[i].type)];
  const captured = operands.slice(n);
  const presentCaptures = captureTangents.filter((t): t is Value => t !== undefined);
  const newCond = primal.block(carryTypes, (b, args) => inlineBlock(b, cond, [...captured, ...args.slice(0, n)]));
  const newBody = primal.block(carryTypes, (b, args) => {
    const out = inlineBlock(b, lin.primal, [...captured, ...args.slice(0, n)]);
    const t = inlineBlock(b, lin.linear, [...out.slice(n), ...presentCaptures, ...args.slice(n)]);
    return [...out.slice(0, n), ...t];
  });
  const loop = primal.create(op.name, [...operands.slice(0, n), ...starts], {}, { regions: [newCond, newBody] });
  let j = n;
  return { results: loop.results.slice(0, n), tangents: active.map((a) => (a ? loop.results[j++] : undefined)) };
};

const batchWhile: BatchRule<NoAttributes> = ({ op, operands, batched, batchSize, builder: b, context }) => {
  const [cond, body] = op.regions;
  const types = typesOf(op.operands);
  let flags = activityFixpoint(batched, (f) => context.block(body, f, RETURN).batchedYields);
  const perElement = context.block(cond, flags, RETURN).batchedYields[0];
  if (perElement) flags = flags.map(() => true);
  const starts = operands.map((v, i) => (flags[i] && !batched[i] ? broadcastLeading(b, v, batchSize) : v));
  const newBody = context.block(body, flags, RETURN, flags).block;
  const newCond = context.block(cond, flags, RETURN).block;
  if (!perElement) {
    const out = b.create(op.name, starts, {}, { regions: [newCond, newBody] });
    return { results: out.results, batched: flags };
  }
  // Each element has its own condition: go on while any does, and only change the elements that do.
  const carry = batchedTypes(types, flags, batchSize);
  const anyCond = b.block(carry, (inner, args) => {
    const [p] = inlineBlock(inner, newCond, args);
    const no = constantScalar(inner, 'bool', 0);
    const regions = [combiner(inner, 'stablehlo.or', 'bool')];
    return [inner.emit('stablehlo.reduce', [p, no], { dimensions: [0] }, { regions })];
  });
  const maskedBody = b.block(carry, (inner, args) => {
    const [p] = inlineBlock(inner, newCond, args);
    const next = inlineBlock(inner, newBody, args);
    return next.map((v, i) => select(inner, broadcastInDim(inner, p, v.shape, [0]), v, args[i]));
  });
  const out = b.create(op.name, starts, {}, { regions: [anyCond, maskedBody] });
  return { results: out.results, batched: flags };
};

const yieldsBoolean = (b: Block): boolean =>
  b.yielded.length === 1 && typesEqual(typesOf(b.yielded), [tensorType('bool', [])]);

export const whileOp = defineOp<NoAttributes>({
  name: 'stablehlo.while',
  doc: 'Repeats a body while a condition on the carried values holds.',
  spec: 'StableHLO spec, while',
  operands: [{ name: 'operand', variadic: true }],
  attributes: {},
  numRegions: 2,
  traits: {
    controlFlow: true,
    loop: true,
    dataFlow: (op) => {
      const [cond, body] = op.regions;
      return op.results.map((owner, i) => ({
        op,
        owner,
        sources: [
          { op, index: i },
          { op: body.terminator, index: i },
        ],
        targets: [owner, cond.args[i], body.args[i]],
      }));
    },
  },
  inferTypes: ({ operands, regions: [cond, body], checker }) => {
    const given = operands.map(typeText).join(', ');
    checker.check(
      'C1',
      typesEqual(typesOf(cond.args), operands) && yieldsBoolean(cond),
      () => `cond should be (${given}) -> tensor<i1>, it is ${signature(cond)}`,
    );
    checker.check(
      'C2',
      typesEqual(typesOf(body.args), operands) && typesEqual(typesOf(body.yielded), operands),
      () => `body should be (${given}) -> (${given}), it is ${signature(body)}`,
    );
    return [...operands];
  },
  resultLabels: { any: 'C3' },
  verify: () => {},
  syntax: whileSyntax,
  evaluate: (args, op, ctx) => runWhile(args, op, ctx),
  decompose: absent('a primitive'),
  linearize: linearizeWhile,
  transpose: absent('the number of iterations is not known: use scan'),
  batch: batchWhile,
  sharding: () => ({ noRule: 'control flow: shardings flow through data-flow edges' }),
  localize: () => ({}),
  cost: (op) => timesCost(tripCount(op as unknown as Op) ?? 1, op.regions.map(blockCost).reduce(addCosts)),
  samples: [
    {
      name: 'powers',
      operands: [
        { dtype: 'i32', shape: [], values: [0] },
        { dtype: 'f64', shape: [3] },
      ],
      attributes: {},
      regions: (b) => {
        const types = [tensorType('i32', []), tensorType('f64', [3])];
        return [
          b.block(types, (inner, [i]) => [compare(inner, 'LT', i, constantScalar(inner, 'i32', 3))]),
          b.block(types, (inner, [i, x]) => [add(inner, i, onesLike(inner, i.type)), mul(inner, x, x)]),
        ];
      },
    },
  ],
});
