import { EspalierError } from '../../base/index.ts';
import {
  type Attributes,
  type BatchContext,
  type Block,
  Builder,
  cloneOp,
  Func,
  isAbsent,
  locationText,
  type Op,
  type Registry,
  type Type,
  Value,
  ValueMap,
} from '../../ir/index.ts';

/** The type with a leading batch dimension. */
export function batchedType(t: Type, batchSize: number): Type {
  if (t.kind !== 'tensor') throw new EspalierError('transform/not-batchable', `cannot batch a ${t.kind}`);
  return { ...t, shape: [batchSize, ...t.shape] };
}

/** Repeats an unbatched value along a new leading dimension. */
export function emitBatchBroadcast(b: Builder, v: Value, batchSize: number): Value {
  return b.emit(
    'stablehlo.broadcast_in_dim',
    [v],
    { broadcastDimensions: v.shape.map((_, i) => i + 1) },
    { resultTypes: [batchedType(v.type, batchSize)] },
  );
}

interface BatchedValues {
  readonly results: readonly Value[];
  readonly batched: readonly boolean[];
}

/** Emits a block's ops vectorized over a leading batch dimension. Ops without batched operands are copied. */
function batchInto(
  block: Block,
  args: readonly Value[],
  batchedArgs: readonly boolean[],
  batchSize: number,
  b: Builder,
  outer: ValueMap | undefined,
  batchedOuter: ReadonlySet<Value>,
  axisName: string | undefined,
): BatchedValues {
  const map = new ValueMap(outer);
  map.setAll(block.args, args);
  const batched = new Set<Value>(batchedOuter);
  block.args.forEach((a, i) => {
    if (batchedArgs[i]) batched.add(a);
  });
  for (const op of block.ops.slice(0, -1)) {
    const flags = op.operands.map((v) => batched.has(v));
    if (!flags.some(Boolean) && !capturesBatched(op, batched) && !namesAxis(op, axisName)) {
      b.append(cloneOp(op, map));
      continue;
    }
    const rule = op.definition.batch;
    if (isAbsent(rule)) {
      const where = locationText(op.location);
      throw new EspalierError('transform/not-batchable', `cannot vmap ${op.name}: ${rule.absent}`, {
        fields: { op: op.name, location: where },
      });
    }
    b.location = op.location;
    const output = rule({
      op: op as Op<Attributes>,
      operands: map.all(op.operands),
      batched: flags,
      batchSize,
      axisName,
      builder: b,
      context: batchContext(b.registry, batchSize, map, batched, axisName),
    });
    map.setAll(op.results, output.results);
    op.results.forEach((r, i) => {
      if (output.batched[i]) batched.add(r);
    });
  }
  return { results: map.all(block.yielded), batched: block.yielded.map((y) => batched.has(y)) };
}

function capturesBatched(op: Op, batched: ReadonlySet<Value>): boolean {
  const uses = (block: Block): boolean =>
    block.ops.some((o) => o.operands.some((v) => batched.has(v)) || o.regions.some(uses));
  return op.regions.some(uses);
}

/** Whether the op or one inside it works along the axis by its name. */
function namesAxis(op: Op, axisName: string | undefined): boolean {
  if (axisName === undefined) return false;
  if (op.definition.traits.namedAxes && (op.attributes as { axes: readonly string[] }).axes.includes(axisName))
    return true;
  return op.regions.some((r) => r.ops.some((o) => namesAxis(o, axisName)));
}

function batchContext(
  registry: Registry,
  batchSize: number,
  outer: ValueMap,
  batchedOuter: ReadonlySet<Value>,
  axisName: string | undefined,
): BatchContext {
  return {
    block: (block, batchedArgs, terminator, forceYields = []) => {
      const b = new Builder(registry);
      const args = block.args.map(
        (a, i) => new Value(batchedArgs[i] ? batchedType(a.type, batchSize) : a.type, undefined, i),
      );
      const out = batchInto(block, args, batchedArgs, batchSize, b, outer, batchedOuter, axisName);
      const results = out.results.map((r, i) =>
        forceYields[i] && !out.batched[i] ? emitBatchBroadcast(b, r, batchSize) : r,
      );
      return {
        block: b.finish(args, results, terminator),
        batchedYields: out.batched.map((x, i) => x || forceYields[i] === true),
      };
    },
  };
}

export interface BatchedFunc {
  readonly func: Func;
  /** Which results have the batch as leading dimension; the others are the same for every batch element. */
  readonly batched: readonly boolean[];
}

/**
 * Vectorized function: arguments marked batched gain a leading dimension of `batchSize`; so does every result that depends on
 * one. Collectives over `axisName` become ops on the batch dimension. Precondition: calls are inlined.
 */
export function vectorizeFunc(
  func: Func,
  batchedArgs: readonly boolean[],
  batchSize: number,
  registry: Registry,
  axisName?: string,
): BatchedFunc {
  const b = new Builder(registry);
  const args = func.args.map(
    (a, i) => new Value(batchedArgs[i] ? batchedType(a.type, batchSize) : a.type, undefined, i),
  );
  const out = batchInto(func.body, args, batchedArgs, batchSize, b, undefined, new Set(), axisName);
  const body = b.finish(args, out.results, 'func.return');
  return { func: new Func(func.name, body, { visibility: func.visibility }), batched: out.batched };
}

/** `vectorizeFunc` with every result batched: repeated when it did not depend on a batched argument. */
export function batchFunc(func: Func, batchedArgs: readonly boolean[], batchSize: number, registry: Registry): Func {
  const out = vectorizeFunc(func, batchedArgs, batchSize, registry);
  const b = new Builder(registry);
  for (const op of out.func.body.ops.slice(0, -1)) b.append(op);
  const results = out.func.results.map((r, i) => (out.batched[i] ? r : emitBatchBroadcast(b, r, batchSize)));
  return out.func.with({ body: b.finish(out.func.args, results, 'func.return') });
}
