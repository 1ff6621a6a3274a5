import { EspalierError, InternalError } from '../../base/index.ts';
import {
  type Attributes,
  type Block,
  Builder,
  cloneOp,
  Func,
  isAbsent,
  type Op,
  type Registry,
  type TransposeContext,
  Value,
  ValueMap,
} from '../../ir/index.ts';
import { inputsOf, linearizeInto } from './linearize.ts';
import { addTangents, emitZeros, isDifferentiable } from './values.ts';

/**
 * Transposes a list of ops that is linear in `linearInputs`: emits into `b` the cotangents of the inputs given the
 * cotangents of `outputs`. Ops that do not depend on a linear input are emitted forward, first.
 * Non-linear values defined outside the list are used as they are unless `outer` maps them.
 * Throws `transform/not-transposable` with the op's own reason.
 */
export function transposeOps(
  ops: readonly Op[],
  linearInputs: readonly Value[],
  outputs: readonly (Value | undefined)[],
  cotangents: readonly (Value | undefined)[],
  b: Builder,
  outer?: ValueMap,
): (Value | undefined)[] {
  const linear = new Set<Value>(linearInputs);
  const forward = new ValueMap(outer);
  const tape: Op[] = [];
  for (const op of ops) {
    if (inputsOf(op).some((v) => linear.has(v))) {
      for (const r of op.results) linear.add(r);
      tape.push(op);
    } else {
      b.append(cloneOp(op, forward));
    }
  }
  const cotangentByValue = new Map<Value, Value>();
  const accumulate = (v: Value, ct: Value | undefined): void => {
    if (!ct || !isDifferentiable(v.type)) return;
    cotangentByValue.set(v, addTangents(b, cotangentByValue.get(v), ct)!);
  };
  outputs.forEach((o, i) => {
    if (o && linear.has(o)) accumulate(o, cotangents[i]);
  });
  const context = transposeContext(b.registry, forward);
  for (const op of tape.reverse()) {
    const resultCotangents = op.results.map((r) => cotangentByValue.get(r));
    if (resultCotangents.every((c) => c === undefined)) continue;
    const rule = op.definition.transpose;
    if (isAbsent(rule))
      throw new EspalierError('transform/not-transposable', `cannot run ${op.name} backwards: ${rule.absent}`, {
        fields: { op: op.name },
      });
    const inputs = inputsOf(op);
    const isLinear = inputs.map((v) => linear.has(v));
    b.location = op.location;
    const operandCotangents = rule({
      op: op as Op<Attributes>,
      operands: inputs.map((v, i) => (isLinear[i] ? undefined : forward.get(v))),
      linear: isLinear,
      cotangents: resultCotangents,
      builder: b,
      context,
    });
    if (operandCotangents.length < op.operands.length || operandCotangents.length > inputs.length)
      throw new InternalError(
        `transpose of ${op.name} returned ${operandCotangents.length} cotangents for ${op.operands.length} operands`,
      );
    inputs.forEach((v, i) => {
      if (isLinear[i]) accumulate(v, operandCotangents[i]);
    });
  }
  return linearInputs.map((v) => cotangentByValue.get(v));
}

/** Region services for transposition rules of ops with bodies. */
function transposeContext(registry: Registry, outer: ValueMap): TransposeContext {
  return {
    block: (block, linear, activeYields, terminator) => {
      const b = new Builder(registry);
      const map = new ValueMap(outer);
      const nonLinearArgs = block.args.filter((_, i) => !linear[i]);
      const linearArgs = block.args.filter((_, i) => linear[i]);
      const newNonLinear = nonLinearArgs.map((a, i) => new Value(a.type, undefined, i));
      map.setAll(nonLinearArgs, newNonLinear);
      const outputs = block.yielded.filter((_, i) => activeYields[i]);
      const cotangentArgs = outputs.map((y, i) => new Value(y.type, undefined, newNonLinear.length + i));
      const cts = transposeOps(block.ops.slice(0, -1), linearArgs, outputs, cotangentArgs, b, map);
      const results = cts.map((c, i) => c ?? emitZeros(b, linearArgs[i].type));
      return b.finish([...newNonLinear, ...cotangentArgs], results, terminator);
    },
  };
}

/**
 * Reverse-mode function of `func` with respect to the arguments marked active:
 * `(args…, cotangents of the differentiable results…) → (results…, cotangents of the active args…)`.
 * Precondition: calls are inlined.
 */
export function vjpFunc(func: Func, active: readonly boolean[], registry: Registry): Func {
  const b = new Builder(registry);
  const args = func.args.map((a, i) => new Value(a.type, undefined, i));
  const tape = new Builder(registry);
  const tangentArgs = func.args.map((a, i) => (active[i] ? new Value(a.type, undefined, 0) : undefined));
  const walked = linearizeInto(func.body, args, tangentArgs, b, tape);
  const cotangentArgs = walked.results
    .flatMap((r) => (isDifferentiable(r.type) ? [r] : []))
    .map((r, i) => new Value(r.type, undefined, args.length + i));
  const differentiable = walked.tangents.filter((_, i) => isDifferentiable(walked.results[i].type));
  const present = tangentArgs.filter((t): t is Value => t !== undefined);
  const cts = transposeOps(tape.ops, present, differentiable, cotangentArgs, b);
  b.location = undefined;
  const gradients = cts.map((c, i) => c ?? emitZeros(b, present[i].type));
  const body: Block = b.finish([...args, ...cotangentArgs], [...walked.results, ...gradients], 'func.return');
  return new Func(func.name, body, { visibility: func.visibility });
}
