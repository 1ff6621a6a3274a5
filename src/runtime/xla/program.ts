import { EspalierError, HostArray, range } from '../../base/index.ts';
import {
  type AttrDict,
  asTensor,
  Block,
  Builder,
  boolAttr,
  cloneOp,
  localShape,
  type Mesh,
  type Module,
  type Op,
  printModule,
  stringAttr,
  type TensorSharding,
  type TensorType,
  type Type,
  tensorType,
  ValueMap,
} from '../../ir/index.ts';
import {
  broadcastScalar,
  type ChannelHandle,
  constant,
  constantScalar,
  convert,
  dynamicSlice,
  exchangeGrouping,
  type Grouping,
  type ReplicaGroups,
  reductionGrouping,
  registry,
  reshape,
  select,
  slice,
  zerosLike,
} from '../../ops/index.ts';
import { expanded } from './expansions.ts';

/*
 * The text we give to XLA.
 *
 * A per-device program becomes a program of N replicas of one partition: XLA's own partitioner stays out of it, `partition_id`
 * reads as `replica_id`, and collectives name replicas. The groups are rewritten from whatever way of naming devices the op used
 * (StableHLO spec, "Collective ops") for one replica of N partitions to the N flattened ids.
 */

/** Devices of a program: replicas × partitions, replica by replica. */
export interface DeviceGrid {
  readonly numReplicas: number;
  readonly numPartitions: number;
}

/** MLIR text of the program every device runs, for as many XLA replicas as there are devices. */
export function perDeviceText(module: Module, grid: DeviceGrid, donatedArgs: readonly number[]): string {
  const primitive = expanded(module);
  const replicated = primitive.with({
    funcs: primitive.funcs.map((f) => f.with({ body: onReplicas(f.body, new ValueMap(), grid) })),
  });
  return printModule(withBoundary(checked(replicated), donatedArgs));
}

/** MLIR text of a whole program with `sdy` shardings on its boundary, for XLA's own partitioner. */
export function globalText(module: Module, donatedArgs: readonly number[]): string {
  return printModule(withBoundary(checked(expanded(module)), donatedArgs));
}

/**
 * JAX's marks: XLA may reuse a donated argument's memory for a result; every argument and result lies in memory in the platform's
 * default layout, the one that transfers assume.
 */
function withBoundary(module: Module, donatedArgs: readonly number[]): Module {
  const { main } = module;
  const layout = { 'mhlo.layout_mode': stringAttr('default') };
  const argAttributes = main.args.map(
    (_, i): AttrDict => ({
      ...main.argAttributes[i],
      ...layout,
      ...(donatedArgs.includes(i) ? { 'jax.buffer_donor': boolAttr(true) } : {}),
    }),
  );
  const resultAttributes = main.results.map((_, i): AttrDict => ({ ...main.resultAttributes[i], ...layout }));
  return module.with({
    funcs: module.funcs.map((f) => (f === main ? f.with({ argAttributes, resultAttributes }) : f)),
  });
}

/** Ops that only the tests of StableHLO use have no meaning for a compiler. */
function checked(module: Module): Module {
  for (const f of module.funcs) refuse(f.body);
  return module;
}

function refuse(block: Block): void {
  for (const op of block.ops) {
    const [dialect] = op.name.split('.');
    if (dialect === 'check' || dialect === 'interpreter' || dialect === 'espalier')
      throw new EspalierError('runtime/unsupported', `XLA does not know ${op.name}`, { fields: { op: op.name } });
    op.regions.forEach(refuse);
  }
}

interface Collective {
  readonly channelHandle: ChannelHandle | undefined;
  readonly useGlobalDeviceIds?: boolean;
  readonly replicaGroups?: ReplicaGroups;
  readonly sourceTargetPairs?: ReplicaGroups;
}

function onReplicas(block: Block, outer: ValueMap, grid: DeviceGrid): Block {
  const map = new ValueMap(outer);
  const ops = block.ops.flatMap((op): readonly Op[] => {
    if (op.definition.traits.deviceDependent) return deviceNumber(op, map, grid);
    if (op.name === 'stablehlo.collective_broadcast') return broadcastFromRoot(op, map, grid);
    const regions = op.regions.map((r) => onReplicas(r, map, grid));
    const attributes = op.definition.traits.collective ? onFlatIds(op, grid) : op.attributes;
    return [cloneOp(op, map, { regions, attributes })];
  });
  return new Block(block.args, ops);
}

/** Replica and partition of a device from its number, which XLA knows as `replica_id`. */
function deviceNumber(op: Op, map: ValueMap, grid: DeviceGrid): readonly Op[] {
  const b = new Builder(registry);
  b.location = op.location;
  const [id] = b.create('stablehlo.replica_id', [], {}).results;
  const isPartition = op.name === 'stablehlo.partition_id';
  const partitions = constant(b, HostArray.from('u32', [], [grid.numPartitions]));
  const name = isPartition ? 'stablehlo.remainder' : 'stablehlo.divide';
  map.set(op.results[0], b.create(name, [id, partitions], {}).results[0]);
  return b.ops;
}

/**
 * XLA's CPU compiler has no such collective: everybody gathers all tensors and takes that of its group's root. Groups may leave
 * devices out, which get zeros.
 */
function broadcastFromRoot(op: Op, map: ValueMap, grid: DeviceGrid): readonly Op[] {
  const b = new Builder(registry);
  b.location = op.location;
  const a = onFlatIds(op, grid) as { replicaGroups: ReplicaGroups; hasDynamicRoot: boolean };
  const operands = map.all(op.operands);
  const roots = a.hasDynamicRoot ? operands.pop() : undefined;
  const devices = range(grid.numReplicas * grid.numPartitions);
  const groupOf = devices.map((d) => a.replicaGroups.find((g) => g.includes(d)));
  const size = Math.max(...a.replicaGroups.map((g) => g.length));
  const members = HostArray.from(
    'i32',
    [devices.length, size],
    groupOf.flatMap((g) => range(size).map((k) => g?.[k] ?? 0)),
  );
  const isMember = HostArray.from(
    'bool',
    [devices.length],
    groupOf.map((g) => g !== undefined),
  );
  const id = convert(b, b.emit('stablehlo.replica_id', [], {}), 'i32');
  const zero = constantScalar(b, 'i32', 0);
  operands.forEach((x, i) => {
    const gathered = b.emit(
      'stablehlo.all_gather',
      [reshape(b, x, [1, ...x.shape])],
      { allGatherDim: 0, replicaGroups: [devices], channelHandle: undefined, useGlobalDeviceIds: false },
      { resultTypes: [tensorType(x.dtype, [devices.length, ...x.shape])] },
    );
    const place = roots ? reshape(b, convert(b, slice(b, roots, [i], [i + 1]), 'i32'), []) : zero;
    const root = reshape(b, dynamicSlice(b, constant(b, members), [id, place], [1, 1]), []);
    const chosen = reshape(b, dynamicSlice(b, gathered, [root, ...x.shape.map(() => zero)], [1, ...x.shape]), x.shape);
    const mine = reshape(b, dynamicSlice(b, constant(b, isMember), [id], [1]), []);
    map.set(op.results[i], select(b, broadcastScalar(b, mine, x.shape), chosen, zerosLike(b, x.type)));
  });
  return b.ops;
}

function onFlatIds(op: Op, grid: DeviceGrid): object {
  const a = op.attributes as unknown as Collective;
  const { useGlobalDeviceIds } = a;
  const grouping =
    useGlobalDeviceIds === undefined ? exchangeGrouping(a) : reductionGrouping({ ...a, useGlobalDeviceIds });
  return {
    ...a,
    channelHandle: undefined,
    ...(useGlobalDeviceIds === undefined ? {} : { useGlobalDeviceIds: false }),
    ...(a.replicaGroups ? { replicaGroups: flatGroups(a.replicaGroups, grouping, grid) } : {}),
    ...(a.sourceTargetPairs ? { sourceTargetPairs: flatPairs(a.sourceTargetPairs, grouping, grid) } : {}),
  };
}

const flatten = (replica: number, partition: number, grid: DeviceGrid): number =>
  replica * grid.numPartitions + partition;

/** The groups that some way of naming devices means, written as flattened ids. */
function flatGroups(groups: ReplicaGroups, grouping: Grouping, grid: DeviceGrid): ReplicaGroups {
  const { numReplicas, numPartitions } = grid;
  const counts = { replica: numReplicas, replicaAndPartition: numReplicas, partition: numPartitions };
  const total = grouping === 'flattened' ? numReplicas * numPartitions : counts[grouping];
  const rows = groups.every((g) => g.length === 0) ? [range(total)] : groups.map((g) => g.filter((i) => i >= 0));
  switch (grouping) {
    case 'flattened':
      return rows;
    case 'replica':
      return range(numPartitions).flatMap((p) => rows.map((row) => row.map((r) => flatten(r, p, grid))));
    case 'partition':
      return range(numReplicas).flatMap((r) => rows.map((row) => row.map((p) => flatten(r, p, grid))));
    case 'replicaAndPartition':
      return rows.map((row) => range(numPartitions).flatMap((p) => row.map((r) => flatten(r, p, grid))));
  }
}

function flatPairs(pairs: ReplicaGroups, grouping: Grouping, grid: DeviceGrid): ReplicaGroups {
  return grouping === 'replica'
    ? range(grid.numPartitions).flatMap((p) => pairs.map((pair) => pair.map((r) => flatten(r, p, grid))))
    : range(grid.numReplicas).flatMap((r) => pairs.map((pair) => pair.map((p) => flatten(r, p, grid))));
}

/** Types of one device's pieces of tensors with these shardings; undefined: the whole. */
export function localTypes(
  types: readonly Type[],
  shardings: readonly (TensorSharding | undefined)[],
  mesh: Mesh,
): TensorType[] {
  return types.map((t, i) => {
    const { dtype, shape } = asTensor(t);
    const s = shardings[i];
    return tensorType(dtype, s ? localShape(shape, s, mesh) : shape);
  });
}
