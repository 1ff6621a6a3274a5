import { EspalierError } from '../../base/index.ts';
import {
  type Attributes,
  Block,
  Builder,
  capturesOf,
  cloneOp,
  Func,
  isAbsent,
  type LinearizeContext,
  type LinearizedBlock,
  locationText,
  type Op,
  type Registry,
  Value,
  ValueMap,
} from '../../ir/index.ts';
import { chooseResiduals } from './residuals.ts';
import { emitZeros, isDifferentiable } from './values.ts';

/*
 * Forward-mode differentiation by op rules. One walk serves three uses: jvp (primal and tangent ops interleaved),
 * linearization (tangent ops collected apart, to be transposed), and region bodies.
 * Source: Radul, Paszke, Frostig, Johnson, Maclaurin, "You Only Linearize Once" (2023).
 */

/** Results of a walk: primal values and tangents of what the block yields (`undefined` = symbolic zero). */
export interface LinearizedValues {
  readonly results: readonly Value[];
  readonly tangents: readonly (Value | undefined)[];
}

/**
 * Emits a block's ops into `primal` and their linearization into `tangent`.
 * Precondition: calls are inlined. `args` and `argTangents` correspond to the block's arguments.
 * Values captured from outside are constants of the differentiation.
 * Throws `transform/not-differentiable` with the op's own reason.
 */
export function linearizeInto(
  block: Block,
  args: readonly Value[],
  argTangents: readonly (Value | undefined)[],
  primal: Builder,
  tangent: Builder,
): LinearizedValues {
  const primalByOld = new ValueMap();
  const tangentByOld = new Map<Value, Value>();
  primalByOld.setAll(block.args, args);
  block.args.forEach((a, i) => {
    const t = argTangents[i];
    if (t && isDifferentiable(a.type)) tangentByOld.set(a, t);
  });
  for (const op of block.ops.slice(0, -1)) linearizeOp(op, primalByOld, tangentByOld, primal, tangent);
  const yielded = block.yielded;
  return { results: primalByOld.all(yielded), tangents: yielded.map((y) => tangentByOld.get(y)) };
}

function linearizeOp(
  op: Op,
  primalByOld: ValueMap,
  tangentByOld: Map<Value, Value>,
  primal: Builder,
  tangent: Builder,
): void {
  // Values that the op's regions capture count as operands that follow its own.
  const inputs = inputsOf(op);
  const tangents = inputs.map((v) => tangentByOld.get(v));
  let cloned: readonly Value[] | undefined;
  const clone = (): readonly Value[] => {
    cloned ??= primal.append(cloneOp(op, primalByOld)).results;
    return cloned;
  };
  if (tangents.every((t) => t === undefined) || !op.results.some((r) => isDifferentiable(r.type))) {
    clone();
    return;
  }
  const rule = op.definition.linearize;
  if (isAbsent(rule)) {
    const where = locationText(op.location);
    throw new EspalierError('transform/not-differentiable', `cannot differentiate through ${op.name}: ${rule.absent}`, {
      advice: `wrap the value in stopGradient if its derivative is not wanted${where ? ` (op at ${where})` : ''}`,
      fields: { op: op.name, location: where },
    });
  }
  tangent.location = op.location;
  const savedPrimalLocation = primal.location;
  primal.location = op.location;
  const output = rule({
    op: op as Op<Attributes>,
    operands: primalByOld.all(inputs),
    get results() {
      return clone();
    },
    tangents,
    primal,
    tangent,
    context: linearizeContext(primal.registry),
  });
  primal.location = savedPrimalLocation;
  if (output.results) primalByOld.setAll(op.results, output.results);
  else clone();
  op.results.forEach((r, i) => {
    const t = output.tangents[i];
    if (t && isDifferentiable(r.type)) tangentByOld.set(r, t);
  });
}

/** Operands of an op followed by the values its regions capture from outside. */
export function inputsOf(op: Op): readonly Value[] {
  if (op.regions.length === 0 || op.definition.traits.isolated) return op.operands;
  return [...op.operands, ...capturesOf(op.regions)];
}

/** Region services for rules of ops with bodies. */
export function linearizeContext(registry: Registry): LinearizeContext {
  return {
    block: (block, active, terminator, instantiate) => linearizeBlock(registry, block, active, terminator, instantiate),
  };
}

function linearizeBlock(
  registry: Registry,
  block: Block,
  active: readonly boolean[],
  terminator: string,
  instantiate: readonly boolean[] = [],
): LinearizedBlock {
  const primal = new Builder(registry);
  const tangent = new Builder(registry);
  const args = block.args.map((a, i) => new Value(a.type, undefined, i));
  const tangentArgs = block.args.map((a, i) =>
    active[i] && isDifferentiable(a.type) ? new Value(a.type, undefined, 0) : undefined,
  );
  const walked = linearizeInto(block, args, tangentArgs, primal, tangent);
  const tangents = walked.tangents.map(
    (t, i) => t ?? (instantiate[i] ? emitZeros(tangent, walked.results[i].type) : undefined),
  );
  const activeTangents = tangents.filter((t): t is Value => t !== undefined);

  // Residuals: values of the primal body that the linear body uses.
  const defined = new Set<Value>(args);
  for (const op of primal.ops) for (const r of op.results) defined.add(r);
  const presentArgs = tangentArgs.filter((t): t is Value => t !== undefined);
  const rawLinear = new Block(presentArgs, finishOps(tangent, activeTangents, terminator));
  const captured = capturesOf([rawLinear]).filter((v) => defined.has(v));
  const { kept: residuals, replayed } = chooseResiduals(captured, primal.ops);

  const map = new ValueMap();
  const linearArgs = [...residuals, ...presentArgs].map((v, i) => new Value(v.type, undefined, i));
  map.setAll([...residuals, ...presentArgs], linearArgs);
  const linear = new Block(
    linearArgs,
    [...replayed, ...rawLinear.ops].map((op) => cloneOp(op, map)),
  );
  return {
    primal: primal.finish(args, [...walked.results, ...residuals], terminator),
    linear,
    residualTypes: residuals.map((r) => r.type),
    activeYields: tangents.map((t) => t !== undefined),
  };
}

function finishOps(b: Builder, results: readonly Value[], terminator: string): readonly Op[] {
  b.create(terminator, results);
  return b.ops;
}

/**
 * Forward-mode function: `(args…, tangents of the active args…) → (results…, tangents of the differentiable results…)`,
 * zero tangents materialized. Precondition: calls are inlined.
 */
export function jvpFunc(func: Func, active: readonly boolean[], registry: Registry): Func {
  const b = new Builder(registry);
  const args = func.args.map((a, i) => new Value(a.type, undefined, i));
  const tangentArgs = func.args.map((a, i) =>
    active[i] && isDifferentiable(a.type) ? new Value(a.type, undefined, 0) : undefined,
  );
  const walked = linearizeInto(func.body, args, tangentArgs, b, b);
  const tangents = walked.results.flatMap((r, i) =>
    isDifferentiable(r.type) ? [walked.tangents[i] ?? emitZeros(b, r.type)] : [],
  );
  const presentArgs = tangentArgs.filter((t): t is Value => t !== undefined);
  const body = b.finish([...args, ...presentArgs], [...walked.results, ...tangents], 'func.return');
  return new Func(func.name, reindexed(body), { visibility: func.visibility });
}

/** Gives block arguments their true indices after argument lists were concatenated. */
export function reindexed(block: Block): Block {
  const map = new ValueMap();
  const args = block.args.map((a, i) => new Value(a.type, undefined, i));
  map.setAll(block.args, args);
  return new Block(
    args,
    block.ops.map((op) => cloneOp(op, map)),
  );
}
