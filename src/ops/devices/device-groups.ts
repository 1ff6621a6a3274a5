import { EspalierError, type HostArray, range } from '../../base/index.ts';
import {
  type Attr,
  type AttributeCodec,
  codecs,
  dialectAttr,
  type EvaluationContext,
  type Rendezvous,
} from '../../ir/index.ts';
import { dialectFields, fieldInt } from '../define/dialect-fields.ts';

export interface ChannelHandle {
  readonly handle: number;
  readonly type: number;
}
export type ReplicaGroups = readonly (readonly number[])[];

export const channelCodec: AttributeCodec<ChannelHandle | undefined> = {
  read: (a) => {
    const f = dialectFields(a, 'stablehlo.channel_handle');
    return { handle: fieldInt(f, 'handle'), type: fieldInt(f, 'type') };
  },
  write: (v) => (v ? dialectAttr('stablehlo.channel_handle', `handle = ${v.handle}, type = ${v.type}`) : undefined),
  default: () => undefined,
};

/** Groups are written out device by device: a mesh beyond any real machine is refused rather than listed. */
const MAX_DEVICES = 2 ** 20;

/** Groups along axes of a mesh written in place: `#stablehlo.replica_group_mesh_axes<mesh = #stablehlo.mesh<…>, axes = […]>`. */
function groupsOfMesh(a: Attr): ReplicaGroups {
  const fields = dialectFields(a, 'stablehlo.replica_group_mesh_axes');
  const [mesh, chosen] = [fields.get('mesh') ?? '', fields.get('axes') ?? ''];
  const axes = [...mesh.matchAll(/mesh_axis<\s*name = "([^"]*)",\s*size = (\d+)\s*>/g)].map(([, name, size]) => ({
    name,
    size: Number(size),
  }));
  const named = [...chosen.matchAll(/name = "([^"]*)"/g)].map(([, name]) => axes.findIndex((x) => x.name === name));
  if (axes.length === 0 || named.includes(-1) || /sub_axis_info|device_ids/.test(mesh + chosen))
    throw new EspalierError('ir/unsupported-attribute', `replica groups of the mesh ${mesh} are not supported`, {
      expected: 'a mesh written in place, in the order of the devices, and whole axes of it',
      advice: 'write the groups as dense<[[…]]>',
    });
  const numDevices = axes.reduce((n, x) => n * x.size, 1);
  if (!(numDevices >= 1 && numDevices <= MAX_DEVICES))
    throw new EspalierError('ir/unsupported-attribute', `replica groups of a mesh of ${numDevices} devices`, {
      expected: `1 to ${MAX_DEVICES} devices`,
    });
  const strides = axes.map((_, i) => axes.slice(i + 1).reduce((n, x) => n * x.size, 1));
  const offsets = (which: readonly number[]): number[] =>
    which.reduce<number[]>(
      (starts, i) => starts.flatMap((s) => range(axes[i].size).map((k) => s + k * strides[i])),
      [0],
    );
  const members = offsets(named);
  return offsets(range(axes.length).filter((i) => !named.includes(i))).map((s) => members.map((m) => s + m));
}

/** `dense<[[0, 1], [2, 3]]>`; rows may be padded with -1. Groups along mesh axes are read as what they list. */
export const groupsCodec: AttributeCodec<ReplicaGroups> = {
  read: (a) => {
    if (a.kind === 'dialect') return groupsOfMesh(a);
    return codecs.i64Matrix.read(a);
  },
  write: codecs.i64Matrix.write,
};

/** How the numbers of replica groups name devices (StableHLO spec, "Collective ops"). */
export type Grouping = 'replica' | 'partition' | 'replicaAndPartition' | 'flattened';

export interface Grouped {
  readonly channelHandle: ChannelHandle | undefined;
}

/** all_gather, all_reduce, reduce_scatter. */
export function reductionGrouping(a: Grouped & { readonly useGlobalDeviceIds: boolean }): Grouping {
  if (a.useGlobalDeviceIds) return 'flattened';
  return (a.channelHandle?.handle ?? 0) > 0 ? 'replicaAndPartition' : 'replica';
}
/** all_to_all, collective_permute, collective_broadcast. */
export const exchangeGrouping = (a: Grouped): Grouping =>
  (a.channelHandle?.handle ?? 0) > 0 ? 'partition' : 'replica';

/** Flat ids of the caller's group, in order; undefined when it is in none. */
export function groupOf(groups: ReplicaGroups, grouping: Grouping, ctx: EvaluationContext): number[] | undefined {
  const { numReplicas, numPartitions, replicaId, partitionId } = ctx;
  const flat = (replica: number, partition: number): number => replica * numPartitions + partition;
  const me = flat(replicaId, partitionId);
  const total =
    grouping === 'flattened' ? numReplicas * numPartitions : grouping === 'partition' ? numPartitions : numReplicas;
  const rows = groups.length === 0 || groups.every((g) => g.length === 0) ? [range(total)] : groups;
  for (const row of rows) {
    const ids = row.filter((i) => i >= 0);
    let members: number[];
    if (grouping === 'flattened') members = ids;
    else if (grouping === 'replica') members = ids.map((r) => flat(r, partitionId));
    else if (grouping === 'partition') members = ids.map((p) => flat(replicaId, p));
    else members = range(numPartitions).flatMap((p) => ids.map((r) => flat(r, p)));
    if (members.includes(me)) return members;
  }
  return undefined;
}

export const flatId = (ctx: EvaluationContext): number => ctx.replicaId * ctx.numPartitions + ctx.partitionId;

/** Waits for the group and returns everybody's operands in group order. */
export function* exchange(
  label: string,
  participants: readonly number[],
  operands: readonly HostArray[],
): Generator<Rendezvous, readonly (readonly HostArray[])[], readonly (readonly HostArray[])[]> {
  return yield { rendezvous: { participants, operands, label } };
}
