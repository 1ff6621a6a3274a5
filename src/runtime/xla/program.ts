import { EspalierError, HostArray, range } from '../../base/index.ts';
import {
  type AttrDict,
  Block,
  Builder,
  boolAttr,
  cloneOp,
  type Module,
  type Op,
  printModule,
  stringAttr,
  ValueMap,
} from '../../ir/index.ts';
import {
  type ChannelHandle,
  constant,
  exchangeGrouping,
  type Grouping,
  type ReplicaGroups,
  reductionGrouping,
  registry,
} from '../../ops/index.ts';
import { decomposeOps } from '../../transform/index.ts';

/*
 * The text we give to XLA.
 *
 * A per-device program becomes a program of N replicas of one partition: XLA's own partitioner stays out of it, `partition_id`
 * reads as `replica_id`, and collectives name replicas. The groups are rewritten from whatever way of naming devices the op used
 * (StableHLO spec, "Collective ops") for one replica of N partitions to the N flattened ids.
 */

/** MLIR text of the program every device runs, for `num_replicas = numDevices`. */
export function perDeviceText(module: Module, numDevices: number, donatedArgs: readonly number[]): string {
  const primitive = decomposeOps(module, registry);
  const replicated = primitive.with({
    funcs: primitive.funcs.map((f) => f.with({ body: onReplicas(f.body, new ValueMap(), numDevices) })),
  });
  return printModule(withBoundary(checked(replicated), donatedArgs));
}

/** MLIR text of a whole program with `sdy` shardings on its boundary, for XLA's own partitioner. */
export function globalText(module: Module, donatedArgs: readonly number[]): string {
  return printModule(withBoundary(checked(decomposeOps(module, registry)), donatedArgs));
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

function onReplicas(block: Block, outer: ValueMap, numDevices: number): Block {
  const map = new ValueMap(outer);
  const ops = block.ops.map((op) => {
    if (op.definition.traits.deviceDependent) return replicaNumber(op, map);
    const regions = op.regions.map((r) => onReplicas(r, map, numDevices));
    return cloneOp(
      op,
      map,
      op.definition.traits.collective ? { regions, attributes: onFlatIds(op, numDevices) } : { regions },
    );
  });
  return new Block(block.args, ops);
}

/** The number of the device is that of its replica now; the one replica there was had number 0. */
function replicaNumber(op: Op, map: ValueMap): Op {
  const b = new Builder(registry);
  b.location = op.location;
  const [value] =
    op.name === 'stablehlo.partition_id'
      ? b.create('stablehlo.replica_id', [], {}).results
      : [constant(b, HostArray.zeros('u32', []))];
  map.set(op.results[0], value);
  return b.ops[0];
}

function onFlatIds(op: Op, numDevices: number): object {
  const a = op.attributes as unknown as Collective;
  const { useGlobalDeviceIds } = a;
  const grouping =
    useGlobalDeviceIds === undefined ? exchangeGrouping(a) : reductionGrouping({ ...a, useGlobalDeviceIds });
  return {
    ...a,
    channelHandle: undefined,
    ...(useGlobalDeviceIds === undefined ? {} : { useGlobalDeviceIds: false }),
    ...(a.replicaGroups ? { replicaGroups: flatGroups(a.replicaGroups, grouping, numDevices) } : {}),
    ...(a.sourceTargetPairs ? { sourceTargetPairs: flatPairs(a.sourceTargetPairs, grouping, numDevices) } : {}),
  };
}

/** Groups as flattened ids of one replica of N partitions. */
function flatGroups(groups: ReplicaGroups, grouping: Grouping, numDevices: number): ReplicaGroups {
  if (grouping === 'replica') return range(numDevices).map((d) => [d]);
  const isEverybody = grouping === 'replicaAndPartition' || groups.every((g) => g.length === 0);
  return isEverybody ? [range(numDevices)] : groups;
}

/** Between replicas there is only one device to send to: oneself. */
const flatPairs = (pairs: ReplicaGroups, grouping: Grouping, numDevices: number): ReplicaGroups =>
  grouping === 'replica' && pairs.length > 0 ? range(numDevices).map((d) => [d, d]) : pairs;
