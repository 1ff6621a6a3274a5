import { HostArray, range } from '../base/index.ts';
import {
  asTensor,
  type BatchRule,
  type Block,
  type Builder,
  cloneOp,
  codecs,
  type DecomposeRule,
  defineOp,
  type Evaluation,
  type EvaluationContext,
  type LinearizeRule,
  type Op,
  type Syntax,
  type TensorType,
  type TransposeRule,
  type Type,
  tensorType,
  type Value,
  ValueMap,
} from '../ir/index.ts';
import { activityFixpoint, blockCost, RETURN, reject, typesOf } from './control-flow.ts';
import { sliced, withSlice } from './elements.ts';
import { trafficOf } from './elementwise.ts';
import {
  add,
  broadcastLeading,
  compare,
  constantScalar,
  dynamicSlice,
  dynamicUpdateSlice,
  inlineBlock,
  moveDim,
  mul,
  reshape,
  sub,
  zerosLike,
} from './emit.ts';
import { parseFunctional, printFunctional } from './syntaxes.ts';

export interface ScanAttributes {
  readonly dimension: number;
  /** Length of the scan; needed when there are no inputs. */
  readonly scanDimSize: number | undefined;
  readonly isReverse: boolean;
  readonly isAssociative: boolean | undefined;
  /** [inputs, inits] */
  readonly operandSegmentSizes: readonly number[];
  /** [outputs, carries] */
  readonly resultSegmentSizes: readonly number[];
}

/** The parts of a scan op. */
interface ScanParts {
  readonly numInputs: number;
  readonly numCarries: number;
  readonly numOutputs: number;
  readonly length: number;
  readonly body: Block;
  /** Carry j is yielded unchanged. */
  readonly invariant: readonly boolean[];
}

export function scanParts(op: Op<ScanAttributes>): ScanParts {
  const { dimension, scanDimSize, operandSegmentSizes } = op.attributes;
  const [numInputs, numCarries] = operandSegmentSizes;
  const [body] = op.regions;
  const numOutputs = body.yielded.length - numCarries;
  const length = numInputs > 0 ? op.operands[0].shape[dimension] : (scanDimSize ?? 0);
  const invariant = range(numCarries).map((j) => body.yielded[numOutputs + j] === body.args[numInputs + j]);
  return { numInputs, numCarries, numOutputs, length, body, invariant };
}

/** Emits a scan: `body` takes (input slices…, carries…) and yields (output slices…, carries…). */
export function scan(
  b: Builder,
  inputs: readonly Value[],
  inits: readonly Value[],
  body: Block,
  options: { readonly dimension?: number; readonly length: number; readonly isReverse?: boolean },
): { readonly outputs: readonly Value[]; readonly carries: readonly Value[] } {
  const numOutputs = body.yielded.length - inits.length;
  const attributes = {
    dimension: options.dimension ?? 0,
    scanDimSize: inputs.length === 0 ? options.length : undefined,
    isReverse: options.isReverse ?? false,
    operandSegmentSizes: [inputs.length, inits.length],
    resultSegmentSizes: [numOutputs, inits.length],
  };
  const { results } = b.create('chlo.scan', [...inputs, ...inits], attributes, { regions: [body] });
  return { outputs: results.slice(0, numOutputs), carries: results.slice(numOutputs) };
}

const without = (shape: readonly number[], d: number): number[] => shape.filter((_, i) => i !== d);
const withDim = (shape: readonly number[], d: number, n: number): number[] => [
  ...shape.slice(0, d),
  n,
  ...shape.slice(d),
];
const sliceType = (t: TensorType, d: number): TensorType => tensorType(t.dtype, without(t.shape, d));

function* runScan(args: readonly HostArray[], op: Op<ScanAttributes>, ctx: EvaluationContext): Evaluation {
  const { numInputs, numOutputs, length, body } = scanParts(op);
  const { dimension, isReverse } = op.attributes;
  let carries = args.slice(numInputs);
  const outputs = range(numOutputs).map((i) => HostArray.zeros(op.results[i].dtype, op.results[i].shape));
  for (let step = 0; step < length; step++) {
    const at = isReverse ? length - 1 - step : step;
    const slices = args.slice(0, numInputs).map((x) => {
      const starts = x.shape.map((_, d) => (d === dimension ? at : 0));
      const sizes = x.shape.map((n, d) => (d === dimension ? 1 : n));
      return sliced(x, starts, sizes).reshape(without(x.shape, dimension));
    });
    const yielded = yield* ctx.run(body, [...slices, ...carries]);
    for (let i = 0; i < numOutputs; i++) {
      const y = yielded[i].reshape(withDim(yielded[i].shape, dimension, 1));
      writeSlice(outputs[i], y, dimension, at);
    }
    carries = yielded.slice(numOutputs);
  }
  return [...outputs, ...carries];
}

/** Writes in place: the outputs belong to this evaluation. */
function writeSlice(target: HostArray, update: HostArray, dimension: number, at: number): void {
  if (dimension === 0) {
    (target.data as Float64Array).set(update.data as Float64Array, at * update.data.length);
    return;
  }
  const starts = target.shape.map((_, d) => (d === dimension ? at : 0));
  (target.data as Float64Array).set(withSlice(target, update, starts).data as Float64Array);
}

const scanSyntax: Syntax<ScanAttributes> = {
  print: (op, p) => {
    const [n] = op.attributes.operandSegmentSizes;
    p.write(
      `(${p.values(op.operands.slice(0, n))}) inits (${p.values(op.operands.slice(n))}) dimension=${op.attributes.dimension}`,
    );
    const { scanDimSize, isReverse, isAssociative } = op.attributes;
    if (
      scanDimSize !== undefined ||
      isReverse ||
      isAssociative !== undefined ||
      Object.keys(op.discardable).length > 0
    ) {
      p.write(' attributes');
      p.dictionary(op, ['dimension', 'operandSegmentSizes', 'resultSegmentSizes']);
    }
    p.region(op.regions[0]);
    printFunctional(op, p);
  },
  parse: (p) => {
    const inputs = p.list('(', ')', () => p.operand());
    p.expect('inits');
    const inits = p.list('(', ')', () => p.operand());
    p.expect('dimension');
    p.expect('=');
    const dimension = p.integer();
    const dictionary = p.accept('attributes') ? p.optionalDictionary() : {};
    const body = p.region();
    const types = parseFunctional(p);
    const attributes = {
      dimension,
      operandSegmentSizes: [inputs.length, inits.length],
      resultSegmentSizes: [types.resultTypes.length - inits.length, inits.length],
    };
    return { operands: [...inputs, ...inits], attributes, dictionary, ...types, regions: [body] };
  },
};

/** while (i < length): slice the inputs at i, run the body, write the outputs. Invariant carries stay outside. */
const decomposeScan: DecomposeRule<ScanAttributes> = ({ op, operands, builder: b }) => {
  const { numInputs, numOutputs, numCarries, length, body, invariant } = scanParts(op);
  const { dimension: d, isReverse } = op.attributes;
  const inputs = operands.slice(0, numInputs);
  const inits = operands.slice(numInputs);
  const varying = range(numCarries).filter((j) => !invariant[j]);
  const zero = constantScalar(b, 'i32', 0);
  const buffers = op.results.slice(0, numOutputs).map((r) => zerosLike(b, r.type));
  const starts = [zero, ...varying.map((j) => inits[j]), ...buffers];
  const types = typesOf(starts);
  const at = (inner: Builder, shape: readonly number[], i: Value): Value[] => {
    const z = constantScalar(inner, 'i32', 0);
    return shape.map((_, k) => (k === d ? i : z));
  };
  const cond = b.block(types, (inner, [i]) => [compare(inner, 'LT', i, constantScalar(inner, 'i32', length))]);
  const loop = b.block(types, (inner, [i, ...rest]) => {
    const position = isReverse ? sub(inner, constantScalar(inner, 'i32', length - 1), i) : i;
    const slices = inputs.map((x) => {
      const sizes = x.shape.map((n, k) => (k === d ? 1 : n));
      return reshape(inner, dynamicSlice(inner, x, at(inner, x.shape, position), sizes), without(x.shape, d));
    });
    const carries = range(numCarries).map((j) => (invariant[j] ? inits[j] : rest[varying.indexOf(j)]));
    const yielded = inlineBlock(inner, body, [...slices, ...carries]);
    const written = rest.slice(varying.length).map((buffer, k) => {
      const update = reshape(inner, yielded[k], withDim(yielded[k].shape, d, 1));
      return dynamicUpdateSlice(inner, buffer, update, at(inner, buffer.shape, position));
    });
    return [add(inner, i, constantScalar(inner, 'i32', 1)), ...varying.map((j) => yielded[numOutputs + j]), ...written];
  });
  const out = b.create('stablehlo.while', starts, {}, { regions: [cond, loop] }).results;
  const carries = range(numCarries).map((j) => (invariant[j] ? inits[j] : out[1 + varying.indexOf(j)]));
  return [...out.slice(1 + varying.length), ...carries];
};

/**
 * The primal scan also yields what the linear one needs: residuals are passed as they are when they are inputs, kept as
 * invariant carries when they do not change from step to step (computed once outside), and stacked otherwise.
 */
const linearizeScan: LinearizeRule<ScanAttributes> = ({ op, operands, tangents, primal, tangent, context }) => {
  const { numInputs, numCarries, numOutputs, length, body } = scanParts(op);
  const { dimension, isReverse } = op.attributes;
  const activeInputs = range(numInputs).map((i) => tangents[i] !== undefined);
  const noOutputs = range(numOutputs).map(() => false);
  const linearized = (carries: readonly boolean[]) =>
    context.block(body, [...activeInputs, ...carries], RETURN, [...noOutputs, ...carries]);
  const activeCarries = activityFixpoint(
    range(numCarries).map((j) => tangents[numInputs + j] !== undefined),
    (a) => linearized(a).activeYields.slice(numOutputs),
  );
  const lin = linearized(activeCarries);
  const step = lin.primal;
  const residuals = step.yielded.slice(numOutputs + numCarries);
  const invariantValues = new ValueMap();
  const isInvariant = new Set<Value>();
  range(numCarries).forEach((j) => {
    const arg = step.args[numInputs + j];
    if (step.yielded[numOutputs + j] !== arg) return;
    isInvariant.add(arg);
    invariantValues.set(arg, operands[numInputs + j]);
  });
  for (const o of step.ops.slice(0, -1))
    if (
      o.regions.length === 0 &&
      !o.definition.traits.sideEffect &&
      !o.definition.traits.collective &&
      o.operands.every((v) => isInvariant.has(v))
    )
      for (const r of o.results) isInvariant.add(r);
  const hoist = (v: Value): Value => {
    const known = invariantValues.find(v);
    if (known) return known;
    for (const operand of v.op!.operands) hoist(operand);
    primal.append(cloneOp(v.op!, invariantValues));
    return invariantValues.get(v);
  };
  const inputOf = (v: Value): number => step.args.indexOf(v);
  const stacked = residuals.filter((v) => !isInvariant.has(v) && !(inputOf(v) >= 0 && inputOf(v) < numInputs));
  const primalBody = primal.block(typesOf(body.args), (inner, args) => {
    const out = inlineBlock(inner, step, args);
    const extra = stacked.map((v) => out[numOutputs + numCarries + residuals.indexOf(v)]);
    return [...out.slice(0, numOutputs), ...extra, ...out.slice(numOutputs, numOutputs + numCarries)];
  });
  const options = { dimension, length, isReverse };
  const main = scan(primal, operands.slice(0, numInputs), operands.slice(numInputs), primalBody, options);
  const results = [...main.outputs.slice(0, numOutputs), ...main.carries];
  if (!lin.activeYields.some(Boolean)) return { results, tangents: results.map(() => undefined) };

  // Where each residual enters the linear scan.
  const invariantResiduals = residuals.filter((v) => isInvariant.has(v));
  const inputResiduals = residuals.filter((v) => !isInvariant.has(v));
  const residualInputs = inputResiduals.map((v) =>
    stacked.includes(v) ? main.outputs[numOutputs + stacked.indexOf(v)] : operands[inputOf(v)],
  );
  const tangentInputs = range(numInputs).flatMap((i) => tangents[i] ?? []);
  const carried = range(numCarries).filter((j) => activeCarries[j]);
  const tangentInits = carried.map(
    (j) => tangents[numInputs + j] ?? zerosLike(tangent, op.operands[numInputs + j].type),
  );
  const hoisted = invariantResiduals.map(hoist);
  const inputs = [...residualInputs, ...tangentInputs];
  const inits = [...hoisted, ...tangentInits];
  const argTypes = [...inputs.map((v) => sliceType(v.tensor, dimension)), ...typesOf(inits)];
  const activeOutputs = range(numOutputs).filter((i) => lin.activeYields[i]);
  const linearBody = tangent.block(argTypes, (inner, args) => {
    const fromInputs = args.slice(0, inputResiduals.length);
    const tIn = args.slice(inputResiduals.length, inputs.length);
    const fromCarries = args.slice(inputs.length, inputs.length + hoisted.length);
    const tCarry = args.slice(inputs.length + hoisted.length);
    const own = residuals.map((v) =>
      isInvariant.has(v) ? fromCarries[invariantResiduals.indexOf(v)] : fromInputs[inputResiduals.indexOf(v)],
    );
    const out = inlineBlock(inner, lin.linear, [...own, ...tIn, ...tCarry]);
    return [...out.slice(0, activeOutputs.length), ...fromCarries, ...out.slice(activeOutputs.length)];
  });
  const linear = scan(tangent, inputs, inits, linearBody, options);
  const carryTangents = linear.carries.slice(hoisted.length);
  return {
    results,
    tangents: [
      ...range(numOutputs).map((i) => (lin.activeYields[i] ? linear.outputs[activeOutputs.indexOf(i)] : undefined)),
      ...range(numCarries).map((j) => (activeCarries[j] ? carryTangents[carried.indexOf(j)] : undefined)),
    ],
  };
};

/** Runs the linear scan backwards; cotangents of carries (invariant ones accumulate) are the new carries. */
const transposeScan: TransposeRule<ScanAttributes> = ({ op, operands, linear, cotangents, builder: b, context }) => {
  const { numInputs, numCarries, numOutputs, length, body, invariant } = scanParts(op);
  const { dimension, isReverse } = op.attributes;
  const inputsLinear = linear.slice(0, numInputs);
  // A carry that starts from a zero tangent is no linear operand, but what the steps add to it is linear.
  const carriesLinear = range(numCarries).map((j) => linear[numInputs + j] || !invariant[j]);
  const outputCts = cotangents.slice(0, numOutputs);
  const activeYields = [...outputCts.map((c) => c !== undefined), ...carriesLinear];
  const backward = context.block(body, [...inputsLinear, ...carriesLinear], activeYields, RETURN);
  const plainInputs = range(numInputs).filter((i) => !inputsLinear[i]);
  const plainCarries = range(numCarries).filter((j) => !carriesLinear[j]);
  const linearCarries = range(numCarries).filter((j) => carriesLinear[j]);
  const presentOutputs = outputCts.filter((c): c is Value => c !== undefined);
  const inputs = [...plainInputs.map((i) => operands[i]!), ...presentOutputs];
  const plain = plainCarries.map((j) => operands[numInputs + j]!);
  const carryCts = linearCarries.map(
    (j) => cotangents[numOutputs + j] ?? zerosLike(b, op.operands[numInputs + j].type),
  );
  const argTypes = [...inputs.map((v) => sliceType(v.tensor, dimension)), ...typesOf(plain), ...typesOf(carryCts)];
  const numLinearInputs = numInputs - plainInputs.length;
  const newBody = b.block(argTypes, (inner, args) => {
    const xs = args.slice(0, plainInputs.length);
    const ys = args.slice(plainInputs.length, inputs.length);
    const fixed = args.slice(inputs.length, inputs.length + plain.length);
    const cs = args.slice(inputs.length + plain.length);
    const out = inlineBlock(inner, backward, [...xs, ...fixed, ...ys, ...cs]);
    return [...out.slice(0, numLinearInputs), ...fixed, ...out.slice(numLinearInputs)];
  });
  const out = scan(b, inputs, [...plain, ...carryCts], newBody, { dimension, length, isReverse: !isReverse });
  let k = 0;
  let c = plain.length;
  return [
    ...inputsLinear.map((l) => (l ? out.outputs[k++] : undefined)),
    ...carriesLinear.map((l) => (l ? out.carries[c++] : undefined)),
  ];
};

const batchScan: BatchRule<ScanAttributes> = ({ op, operands, batched, batchSize, builder: b, context }) => {
  const { numInputs, numOutputs, length, body } = scanParts(op);
  const { dimension: d, isReverse } = op.attributes;
  const inputFlags = batched.slice(0, numInputs);
  const carryFlags = activityFixpoint(batched.slice(numInputs), (flags) =>
    context.block(body, [...inputFlags, ...flags], RETURN).batchedYields.slice(numOutputs),
  );
  const force = [...range(numOutputs).map(() => false), ...carryFlags];
  const { block, batchedYields } = context.block(body, [...inputFlags, ...carryFlags], RETURN, force);
  // The scanned dimension keeps its number, so that slices of batched inputs have the batch in front.
  const inputs = operands.slice(0, numInputs).map((v, i) => (inputFlags[i] ? moveDim(b, v, d + 1, d) : v));
  const inits = operands
    .slice(numInputs)
    .map((v, j) => (carryFlags[j] && !batched[numInputs + j] ? broadcastLeading(b, v, batchSize) : v));
  const out = scan(b, inputs, inits, block, { dimension: d, length, isReverse });
  const outputs = out.outputs.map((v, i) => (batchedYields[i] ? moveDim(b, v, d, d + 1) : v));
  return { results: [...outputs, ...out.carries], batched: [...batchedYields.slice(0, numOutputs), ...carryFlags] };
};

export const chloScan = defineOp<ScanAttributes>({
  name: 'chlo.scan',
  doc: 'Runs a body over slices of the inputs in order, passing carries from step to step and stacking outputs.',
  spec: 'CHLO, scan; XLA operation semantics, Scan',
  operands: [{ name: 'inputsThenInits', variadic: true }],
  attributes: {
    dimension: codecs.i64,
    scanDimSize: codecs.optional(codecs.i64),
    isReverse: codecs.withDefault(codecs.bool, false),
    isAssociative: codecs.optional(codecs.bool),
    operandSegmentSizes: codecs.i32Array,
    resultSegmentSizes: codecs.i32Array,
  },
  numRegions: 1,
  traits: { controlFlow: true, isolated: true },
  inferTypes: ({ operands, attributes, regions: [body], checker }) => {
    const {
      dimension,
      scanDimSize,
      operandSegmentSizes: [n, m],
    } = attributes;
    checker.check('segments', n + m === operands.length, 'operandSegmentSizes must add up to the operands');
    let length = scanDimSize;
    for (const t of operands.slice(0, n)) {
      const x = asTensor(t, 'scan input');
      checker.check(
        'dimension',
        dimension < x.shape.length,
        () => `scan dimension ${dimension} is out of range of [${x.shape}]`,
      );
      checker.check('dimension', length === undefined || length === x.shape[dimension], 'inputs differ in length');
      length = x.shape[dimension];
    }
    checker.check('length', length !== undefined, 'a scan without inputs needs scan_dim_size');
    checker.check(
      'body',
      body.args.length === operands.length,
      () => `body takes ${operands.length} values, got ${body.args.length}`,
    );
    checker.check('body', body.yielded.length >= m, () => `body must yield at least the ${m} carries`);
    operands.forEach((t, i) => {
      const expected = i < n ? sliceType(asTensor(t), dimension) : asTensor(t);
      const arg = asTensor(body.args[i].type);
      const same =
        arg.dtype === expected.dtype &&
        arg.shape.length === expected.shape.length &&
        arg.shape.every((k, q) => k === expected.shape[q]);
      checker.check(
        'body',
        same,
        () => `argument ${i} should be ${expected.dtype}[${expected.shape}], is ${arg.dtype}[${arg.shape}]`,
      );
    });
    const outputs = body.yielded.length - m;
    return body.yielded.map((v, i): Type => {
      const t = asTensor(v.type);
      return i < outputs ? tensorType(t.dtype, withDim(t.shape, dimension, length!)) : t;
    });
  },
  verify: (op, { check }) => {
    const [n, m] = op.attributes.operandSegmentSizes;
    check('segments', op.results.length === op.attributes.resultSegmentSizes[0] + m, 'resultSegmentSizes must add up');
    for (let j = 0; j < m; j++) {
      const [a, r] = [op.operands[n + j], op.results[op.results.length - m + j]];
      check('carries', a.dtype === r.dtype && a.shape.every((k, i) => k === r.shape[i]), `carry ${j} changes its type`);
    }
  },
  syntax: scanSyntax,
  evaluate: (args, op, ctx) => runScan(args, op, ctx),
  decompose: decomposeScan,
  linearize: linearizeScan,
  transpose: transposeScan,
  batch: batchScan,
  sharding: () => ({ noRule: 'control flow: shardings flow through data-flow edges' }),
  localize: (op) => op.attributes,
  cost: (op) => {
    const { length, body } = scanParts(op);
    const one = blockCost(body);
    return { flops: length * one.flops, bytes: length * one.bytes + trafficOf(op) };
  },
  samples: [
    sample('running products', false, (b, [x, c, w]) => {
      const next = add(b, mul(b, c, w), b.emit('stablehlo.sine', [x]));
      return [mul(b, next, x), next, w];
    }),
    sample('reverse', true, (b, [x, c, w]) => [c, mul(b, c, b.emit('stablehlo.tanh', [mul(b, x, w)])), w]),
  ],
});

function sample(name: string, isReverse: boolean, f: (b: Builder, args: Value[]) => readonly Value[]) {
  const t = tensorType('f64', [3]);
  return {
    name,
    operands: [
      { dtype: 'f64', shape: [5, 3], low: 0.5, high: 1.5 } as const,
      { dtype: 'f64', shape: [3], low: 0.5, high: 1.5 } as const,
      { dtype: 'f64', shape: [3], low: 0.5, high: 1.5 } as const,
    ],
    attributes: {
      dimension: 0,
      scanDimSize: undefined,
      isReverse,
      isAssociative: undefined,
      operandSegmentSizes: [1, 2],
      resultSegmentSizes: [1, 2],
    },
    regions: (b: Builder) => [b.block([t, t, t], (inner, args) => f(inner, args))],
  };
}
