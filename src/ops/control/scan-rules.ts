import { range } from '../../base/index.ts';
import {
  type BatchRule,
  type Builder,
  cloneOp,
  type DecomposeRule,
  type LinearizeRule,
  type TransposeRule,
  type Value,
  ValueMap,
} from '../../ir/index.ts';
import {
  add,
  broadcastLeading,
  compare,
  constantScalar,
  dynamicSlice,
  dynamicUpdateSlice,
  inlineBlock,
  moveDim,
  reshape,
  sub,
  zerosLike,
} from '../define/emit.ts';
import { activityFixpoint, RETURN, typesOf } from '../define/regions.ts';
import { type ScanAttributes, scan, scanParts, sliceType, withDim, without } from './scan-parts.ts';

/** while (i < length): slice the inputs at i, run the body, write the outputs. Invariant carries stay outside. */
export const decomposeScan: DecomposeRule<ScanAttributes> = ({ op, operands, builder: b }) => {
  const { numInputs, numOutputs, numCarries, length, body, invariant } = scanParts(op);
  const { dimension: d, isReverse } = op.attributes;
  const inputs = operands.slice(0, numInputs);
  const inits = operands.slice(numInputs);
  if (length === 0) return [...op.results.slice(0, numOutputs).map((r) => zerosLike(b, r.type)), ...inits];
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
export const linearizeScan: LinearizeRule<ScanAttributes> = ({ op, operands, tangents, primal, tangent, context }) => {
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
export const transposeScan: TransposeRule<ScanAttributes> = ({
  op,
  operands,
  linear,
  cotangents,
  builder: b,
  context,
}) => {
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

export const batchScan: BatchRule<ScanAttributes> = ({ op, operands, batched, batchSize, builder: b, context }) => {
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
