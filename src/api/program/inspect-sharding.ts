import { formatBytes, textTable, UserError } from '../../base/index.ts';
import { type Mesh as IrMesh, typeText } from '../../ir/index.ts';
import {
  type CollectiveRecord,
  inspectTensors,
  meshesOf,
  type PartitionReport,
  shardingPicture,
  specText,
  type TensorRecord,
} from '../../partition/index.ts';
import type { LoweredProgram } from '../../program/index.ts';
import type { Tensor } from '../trace/tensor.ts';

/** What partitioning made of a program. */
export interface ShardingInspection {
  readonly tensors: readonly TensorRecord[];
  readonly collectives: readonly CollectiveRecord[];
  /** Tables of tensors and collectives, and a picture of every way in which tensors are cut. */
  text(): string;
}

/**
 * Where every tensor of a partitioned program lives and what its devices send each other: `inspectSharding(jitted.lower(x)).text()`.
 * Throws `api/sharding` for a program of one device.
 * @example
 * const f = jit((x: Tensor) => shard(np.add(x, 1), P('data')), { mesh: new Mesh({ data: 2 }) });
 * Object.keys(inspectSharding(f.lower(np.ones([4])))).includes('collectives') // => true
 */
export function inspectSharding(lowered: LoweredProgram): ShardingInspection {
  const sharded = lowered.stages.get('sharded');
  const { report } = lowered;
  if (!sharded || !report)
    throw new UserError('api/sharding', 'the program runs on one device: there is nothing to inspect', {
      advice: 'give jit a mesh',
    });
  const mesh = [...meshesOf(sharded).values()].find((m) => m.axes.length > 0)!;
  const tensors = inspectTensors(sharded);
  return {
    tensors,
    collectives: report.collectives,
    text: () => [`mesh ${mesh}`, tensorTable(tensors), pictures(tensors, mesh), collectiveTable(report)].join('\n\n'),
  };
}

/**
 * A picture of where a tensor's parts are: `visualizeSharding(x)` for a tensor that a partitioned program returned.
 * @example visualizeSharding(devicePut(np.ones([4]), new Mesh({ data: 2 }), P('data'))).length > 0 // => true
 */
export function visualizeSharding(x: Tensor): string {
  const layout = x.source.kind === 'placed' ? x.source.placed.layout : undefined;
  if (!layout?.mesh)
    throw new UserError('api/sharding', `${x} does not live on a mesh`, {
      advice: 'visualize a result of a jit with a mesh, or a tensor from devicePut',
    });
  return shardingPicture(x.shape, layout.sharding, layout.mesh);
}

/** Values in a row that are alike share a line. */
function tensorTable(tensors: readonly TensorRecord[]): string {
  const rows: { cells: string[]; count: number }[] = [];
  for (const t of tensors) {
    const cells = [
      t.name === '' ? t.what.replace('stablehlo.', '') : `${t.what} ${t.name}`,
      typeText(t.type),
      specText(t.sharding, t.type.shape.length),
      `[${t.localShape.join(', ')}]`,
      formatBytes(t.bytesPerDevice),
      t.location ?? '',
    ];
    const last = rows.at(-1);
    if (last && last.cells.join() === cells.join()) last.count++;
    else rows.push({ cells, count: 1 });
  }
  return textTable(
    ['tensor', 'type', 'sharding', 'on each device', 'bytes', 'from'],
    rows.map(({ cells, count }) => [count > 1 ? `${count} × ${cells[0]}` : cells[0], ...cells.slice(1)]),
  );
}

/** One picture per arrangement of devices; a legend says which tensors have it. */
function pictures(tensors: readonly TensorRecord[], mesh: IrMesh): string {
  const byPicture = new Map<string, Set<string>>();
  for (const t of tensors) {
    const picture = shardingPicture(t.type.shape, t.sharding, mesh);
    const specs = byPicture.get(picture) ?? new Set();
    byPicture.set(picture, specs.add(specText(t.sharding, t.type.shape.length)));
  }
  return [...byPicture].map(([picture, specs]) => `${[...specs].join('  ')}\n${picture}`).join('\n\n');
}

/**
 * Collectives as a table, largest first, with the source lines that caused them.
 * @example
 * const f = jit((x: Tensor) => np.sum(shard(x, P('data'))), { mesh: new Mesh({ data: 2 }) });
 * collectiveTable(f.lower(np.ones([4])).report!).includes('all_reduce') // => true
 */
export function collectiveTable(report: PartitionReport): string {
  const groups = new Map<string, { first: CollectiveRecord; count: number; bytes: number; isOpen: boolean }>();
  for (const c of report.collectives) {
    const key = [c.kind, c.axes, c.cause, c.location].join('|');
    const known = groups.get(key) ?? { first: c, count: 0, bytes: 0, isOpen: false };
    groups.set(key, {
      first: known.first,
      count: known.count + (c.executions ?? 1),
      bytes: known.bytes + c.bytes * (c.executions ?? 1),
      isOpen: known.isOpen || c.executions === undefined,
    });
  }
  const all = [...groups.values()].sort((a, b) => b.bytes - a.bytes);
  const sum = (of: (g: (typeof all)[number]) => number): number => all.reduce((n, g) => n + of(g), 0);
  const isOpen = all.some((g) => g.isOpen);
  const note = isOpen ? ' at least (*: the number of steps is known only at run time)' : '';
  const head = `${report.numDevices} devices; ${plural(
    sum((g) => g.count),
    'collective',
  )}, ${formatBytes(sum((g) => g.bytes))} per device and run${note}`;
  const replicated = report.replicated.map(
    (r) => `replicated: ${r.op}, ${r.reason}${r.location ? ` (${r.location})` : ''}`,
  );
  if (all.length === 0) return [head, ...replicated].join('\n');
  const table = textTable(
    ['collective', 'axes', 'group', 'bytes per device', 'after', 'from'],
    all.map((g) => [
      `${g.count > 1 ? `${g.count} × ` : ''}${g.first.kind}${g.isOpen ? ' *' : ''}`,
      g.first.axes,
      String(g.first.groupSize),
      formatBytes(g.bytes),
      g.first.cause.replace('stablehlo.', ''),
      g.first.location ?? '',
    ]),
  );
  return [head, '', table, ...replicated].join('\n');
}

const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
