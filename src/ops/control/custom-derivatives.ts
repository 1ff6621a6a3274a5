import { UserError } from '../../base/index.ts';
import {
  absent,
  type BatchRule,
  type Block,
  type Builder,
  cloneOp,
  codecs,
  type DecomposeRule,
  defineOp,
  type LinearizeRule,
  type OpDefinition,
  type TransposeRule,
  tensorType,
  type Value,
  ValueMap,
} from '../../ir/index.ts';
import { blockCost, noCost } from '../define/cost.ts';
import { broadcastLeading, cosine, inlineBlock, mul, sine } from '../define/emit.ts';
import { differentiable, RETURN, typesOf, zeros } from '../define/regions.ts';

/*
 * Functions whose derivative is told by the user (`customJvp`, `customVjp`) or computed again instead of stored
 * (`checkpoint`). All of them disappear in `decompose`, before a program leaves Espalier. Regions capture nothing: what a
 * function closes over comes as operands after its arguments.
 * Sources: JAX, custom_jvp/custom_vjp/checkpoint; Chen et al., "Training deep nets with sublinear memory cost" (2016).
 */

/** The block with fresh argument and result values of its own. */
const rebuild = (b: Builder, block: Block): Block =>
  b.block(typesOf(block.args), (inner, args) => inlineBlock(inner, block, args));

const inlineFirst: DecomposeRule<object> = ({ op, operands, builder }) => inlineBlock(builder, op.regions[0], operands);

/** Every operand is given the batch dimension, every region is vectorized over all its arguments. */
const batchAll: BatchRule<object> = ({ op, operands, batched, batchSize, builder: b, context }) => {
  const wide = operands.map((v, i) => (batched[i] ? v : broadcastLeading(b, v, batchSize)));
  const regions = op.regions.map(
    (r) =>
      context.block(
        r,
        r.args.map(() => true),
        RETURN,
        r.yielded.map(() => true),
      ).block,
  );
  const resultTypes = typesOf(op.results).map((t) =>
    tensorType((t as Value['tensor']).dtype, [batchSize, ...(t as Value['tensor']).shape]),
  );
  const out = b.create(op.name, wide, op.attributes, { regions, resultTypes });
  return { results: out.results, batched: op.results.map(() => true) };
};

const shared = {
  inferTypes: 'explicit',
  verify: () => {},
  syntax: 'generic',
  sharding: () => ({ noRule: 'it is decomposed before partitioning' }),
} as const;

function refuseCaptured(tangents: readonly (Value | undefined)[], numArgs: number, what: string): void {
  if (tangents.slice(numArgs).some((t) => t !== undefined))
    throw new UserError(
      'api/custom-derivative',
      `a function given to ${what} closes over a value that is being differentiated`,
      {
        advice: 'pass the value as an argument, or wrap it in lax.stopGradient',
      },
    );
}

/** Copies `block` in place: what depends on `linear` arguments goes to `tangent`, the rest to `primal`. */
function splitInline(
  block: Block,
  args: readonly Value[],
  linear: ReadonlySet<Value>,
  primal: Builder,
  tangent: Builder,
): Value[] {
  const map = new ValueMap();
  map.setAll(block.args, args);
  const depends = new Set<Value>(linear);
  for (const op of block.ops.slice(0, -1)) {
    const isLinear = op.operands.some((v) => depends.has(v));
    if (isLinear) for (const r of op.results) depends.add(r);
    (isLinear ? tangent : primal).append(cloneOp(op, map));
  }
  return map.all(block.yielded);
}

export interface CustomAttributes {
  /** Operands that are arguments; the rest are values the function closes over. */
  readonly numArgs: number;
}

/** Regions: `(args, captured) → results` and `(args, captured, tangents of the float args) → (results, tangents of the float results)`. */
const linearizeCustomJvp: LinearizeRule<CustomAttributes> = ({ op, operands, tangents, primal, tangent }) => {
  const n = op.attributes.numArgs;
  refuseCaptured(tangents, n, 'customJvp');
  const rule = op.regions[1];
  const active = operands.slice(0, n).filter((v) => differentiable(v.type));
  const given = operands.flatMap((v, i) => (i < n && differentiable(v.type) ? [tangents[i]] : []));
  const full = given.map((t, i) => t ?? zeros(tangent, [active[i].type])[0]);
  const linear = new Set(rule.args.slice(operands.length));
  const out = splitInline(rule, [...operands, ...full], linear, primal, tangent);
  let next = op.results.length;
  return {
    results: out.slice(0, next),
    tangents: op.results.map((r) => (differentiable(r.type) ? out[next++] : undefined)),
  };
};

const square = (b: Builder): Block => b.block([tensorType('f64', [3])], (inner, [x]) => [mul(inner, x, x)]);

export const customJvp: OpDefinition = defineOp<CustomAttributes>({
  ...shared,
  name: 'espalier.custom_jvp',
  doc: 'A function with a forward-mode rule of its own.',
  spec: 'Espalier; JAX, custom_jvp',
  operands: [{ name: 'arguments', variadic: true }],
  attributes: { numArgs: codecs.i64 },
  numRegions: 2,
  traits: { isolated: true },
  evaluate: function* (args, op, ctx) {
    return yield* ctx.run(op.regions[0], args);
  },
  decompose: inlineFirst as DecomposeRule<CustomAttributes>,
  linearize: linearizeCustomJvp,
  transpose: absent('it never appears in a linear program: its rule is inlined'),
  batch: batchAll as BatchRule<CustomAttributes>,
  localize: (op) => op.attributes,
  cost: (op) => blockCost(op.regions[0]),
  samples: [
    {
      name: 'square',
      operands: [{ dtype: 'f64', shape: [3] }],
      attributes: { numArgs: 1 },
      resultTypes: [tensorType('f64', [3])],
      regions: (b) => {
        const t = tensorType('f64', [3]);
        const rule = b.block([t, t], (inner, [x, dx]) => {
          const half = mul(inner, x, dx);
          return [mul(inner, x, x), inner.emit('stablehlo.add', [half, half])];
        });
        return [square(b), rule];
      },
    },
  ],
});

/**
 * Regions: `(args, captured) → results`; `(args, captured) → (results, residuals)`;
 * `(residuals, captured, cotangents of the float results) → cotangents of the float args`.
 */
const linearizeCustomVjp: LinearizeRule<CustomAttributes> = ({ op, operands, tangents, primal, tangent }) => {
  const n = op.attributes.numArgs;
  refuseCaptured(tangents, n, 'customVjp');
  const out = inlineBlock(primal, op.regions[1], operands);
  const count = op.results.length;
  const residuals = [...out.slice(count), ...operands.slice(n)];
  const active = operands.slice(0, n).flatMap((v, i) => (differentiable(v.type) ? [{ v, t: tangents[i] }] : []));
  const dense = active.map(({ v, t }) => t ?? zeros(tangent, [v.type])[0]);
  const floatResults = op.results.filter((r) => differentiable(r.type));
  const linear = tangent.create(
    'espalier.custom_vjp_linear',
    [...residuals, ...dense],
    { numArgs: residuals.length },
    { regions: [rebuild(tangent, op.regions[2])], resultTypes: typesOf(floatResults) },
  );
  let next = 0;
  return {
    results: out.slice(0, count),
    tangents: op.results.map((r) => (differentiable(r.type) ? linear.results[next++] : undefined)),
  };
};

export const customVjp: OpDefinition = defineOp<CustomAttributes>({
  ...shared,
  name: 'espalier.custom_vjp',
  doc: 'A function with a reverse-mode rule of its own.',
  spec: 'Espalier; JAX, custom_vjp',
  operands: [{ name: 'arguments', variadic: true }],
  attributes: { numArgs: codecs.i64 },
  numRegions: 3,
  traits: { isolated: true },
  evaluate: function* (args, op, ctx) {
    return yield* ctx.run(op.regions[0], args);
  },
  decompose: inlineFirst as DecomposeRule<CustomAttributes>,
  linearize: linearizeCustomVjp,
  transpose: absent('it never appears in a linear program: its derivative does'),
  batch: batchAll as BatchRule<CustomAttributes>,
  localize: (op) => op.attributes,
  cost: (op) => blockCost(op.regions[0]),
  samples: [],
});

const forwardOnly = (): never => {
  throw new UserError('api/custom-derivative', 'a customVjp function has no forward-mode derivative', {
    advice: 'use customJvp (it gives both modes), or only reverse mode (grad, vjp, jacrev) through this function',
  });
};

/** The linear map whose transpose a `customVjp` gives: operands are `numArgs` residuals, then the tangents. */
export const customVjpLinear: OpDefinition = defineOp<CustomAttributes>({
  ...shared,
  name: 'espalier.custom_vjp_linear',
  doc: 'The linear map of which only the transpose is known (from customVjp).',
  spec: 'Espalier',
  operands: [{ name: 'arguments', variadic: true }],
  attributes: { numArgs: codecs.i64 },
  numRegions: 1,
  traits: { isolated: true },
  evaluate: absent('only its transpose is known'),
  decompose: forwardOnly,
  linearize: forwardOnly,
  transpose: ({ op, operands, cotangents, builder }) => {
    const n = op.attributes.numArgs;
    const cts = cotangents.map((c, i) => c ?? zeros(builder, [op.results[i].type])[0]);
    const residuals = operands.slice(0, n) as Value[];
    const out = inlineBlock(builder, op.regions[0], [...residuals, ...cts]);
    return [...residuals.map(() => undefined), ...out];
  },
  batch: batchAll as BatchRule<CustomAttributes>,
  localize: (op) => op.attributes,
  cost: noCost,
  samples: [],
});

export interface CheckpointAttributes {
  /** What the backward pass may keep: `nothing` (compute everything again) or `dots` (keep results of matrix products). */
  readonly policy: string;
  /** Keep the optimizer from sharing this computation with an equal one before it. */
  readonly recompute: boolean;
}

const isDot = (name: string): boolean => name === 'stablehlo.dot_general' || name === 'stablehlo.convolution';

const linearizeCheckpoint: LinearizeRule<CheckpointAttributes> = ({
  op,
  operands,
  tangents,
  primal,
  tangent,
  context,
}) => {
  const [body] = op.regions;
  const active = tangents.map((t) => t !== undefined);
  const lin = context.block(body, active, RETURN);
  const n = op.results.length;
  const present = tangents.filter((t): t is Value => t !== undefined);
  const yields = op.results.flatMap((r, i) => (lin.activeYields[i] ? [r.type] : []));
  const spread = (ts: readonly Value[]): (Value | undefined)[] => {
    let k = 0;
    return lin.activeYields.map((a) => (a ? ts[k++] : undefined));
  };
  const argTypes = typesOf(body.args);
  if (primal === tangent) {
    const region = primal.block([...argTypes, ...typesOf(present)], (b, args) => {
      const out = inlineBlock(b, lin.primal, args.slice(0, argTypes.length));
      return [...out.slice(0, n), ...inlineBlock(b, lin.linear, [...out.slice(n), ...args.slice(argTypes.length)])];
    });
    const resultTypes = [...typesOf(op.results), ...yields];
    const both = primal.create(op.name, [...operands, ...present], op.attributes, { regions: [region], resultTypes });
    return { results: both.results.slice(0, n), tangents: spread(both.results.slice(n)) };
  }
  // Results of matrix products that the policy keeps become results of the forward pass.
  const kept =
    op.attributes.policy === 'dots' ? lin.primal.ops.filter((o) => isDot(o.name)).flatMap((o) => o.results) : [];
  const forward = primal.block(argTypes, (b, args) => {
    const map = new ValueMap();
    map.setAll(lin.primal.args, args);
    for (const o of lin.primal.ops.slice(0, -1)) b.append(cloneOp(o, map));
    return map.all([...lin.primal.yielded.slice(0, n), ...kept]);
  });
  const main = primal.create(op.name, operands, op.attributes, {
    regions: [forward],
    resultTypes: [...typesOf(op.results), ...typesOf(kept)],
  });
  const saved = main.results.slice(n);
  const again = tangent.block([...argTypes, ...typesOf(kept), ...typesOf(present)], (b, args) => {
    const map = new ValueMap();
    const first = argTypes.length;
    map.setAll(lin.primal.args, args.slice(0, first));
    map.setAll(kept, args.slice(first, first + kept.length));
    for (const o of lin.primal.ops.slice(0, -1)) if (!kept.includes(o.results[0])) b.append(cloneOp(o, map));
    const residuals = map.all(lin.primal.yielded.slice(n));
    return inlineBlock(b, lin.linear, [...residuals, ...args.slice(first + kept.length)]);
  });
  const linear = tangent.create(
    op.name,
    [...operands, ...saved, ...present],
    { ...op.attributes, recompute: true },
    { regions: [again], resultTypes: yields },
  );
  return { results: main.results.slice(0, n), tangents: spread(linear.results) };
};

/** The backward pass computes the body's values again, right when the cotangents are there. */
const transposeCheckpoint: TransposeRule<CheckpointAttributes> = ({
  op,
  operands,
  linear,
  cotangents,
  builder,
  context,
}) => {
  const present = cotangents.filter((c): c is Value => c !== undefined);
  const region = context.block(
    op.regions[0],
    linear,
    cotangents.map((c) => c !== undefined),
    RETURN,
  );
  const fixed = operands.filter((v): v is Value => v !== undefined);
  const wanted = op.operands.filter((_, i) => linear[i]);
  const out = builder.create(
    op.name,
    [...fixed, ...present],
    { ...op.attributes, recompute: true },
    { regions: [rebuild(builder, region)], resultTypes: typesOf(wanted) },
  );
  let k = 0;
  return linear.map((l) => (l ? out.results[k++] : undefined));
};

export const checkpoint: OpDefinition = defineOp<CheckpointAttributes>({
  ...shared,
  name: 'espalier.checkpoint',
  doc: 'A function whose intermediate values are computed again in the backward pass instead of being stored.',
  spec: 'Espalier; JAX, checkpoint (remat)',
  operands: [{ name: 'arguments', variadic: true }],
  attributes: { policy: codecs.string, recompute: codecs.bool },
  numRegions: 1,
  traits: { isolated: true },
  evaluate: function* (args, op, ctx) {
    return yield* ctx.run(op.regions[0], args);
  },
  decompose: ({ op, operands, builder }) => {
    const args =
      op.attributes.recompute && operands.length > 0
        ? builder.create('stablehlo.optimization_barrier', operands).results
        : operands;
    return inlineBlock(builder, op.regions[0], args);
  },
  linearize: linearizeCheckpoint,
  transpose: transposeCheckpoint,
  batch: batchAll as BatchRule<CheckpointAttributes>,
  localize: (op) => op.attributes,
  cost: (op) => blockCost(op.regions[0]),
  samples: ['nothing', 'dots'].map((policy) => ({
    name: `sine of cosine, keep ${policy}`,
    operands: [{ dtype: 'f64', shape: [3] } as const],
    attributes: { policy, recompute: false },
    resultTypes: [tensorType('f64', [3])],
    regions: (b: Builder) => [b.block([tensorType('f64', [3])], (inner, [x]) => [sine(inner, cosine(inner, x))])],
  })),
});
