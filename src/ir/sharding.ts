import { ceilDiv, EspalierError, type Shape } from '../base/index.ts';
import type { Attr } from './attribute.ts';
import {
  type AxisRef,
  axesSize,
  axesText,
  axisCoordinate,
  axisSize,
  axisText,
  canMerge,
  compareAxes,
  overlaps,
} from './axis-ref.ts';
import { Mesh, type MeshAxis } from './mesh.ts';
import { Cursor } from './text/cursor.ts';

/** How one dimension is cut: axes major to minor; an open dimension may be cut further by propagation. */
export interface DimSharding {
  readonly axes: readonly AxisRef[];
  readonly isClosed: boolean;
  /** User priority: lower propagates first. */
  readonly priority?: number;
}

export type ReductionKind = 'sum' | 'max' | 'min';

/** How a tensor is cut over a mesh: `<@mesh, [{"a", ?}p1, {}], replicated={"c"}, unreduced={"d"}>`. */
export interface TensorSharding {
  /** Name of the mesh, or the mesh itself when it is written inline. */
  readonly mesh: string | Mesh;
  readonly dims: readonly DimSharding[];
  /** Axes along which the tensor must stay whole. */
  readonly replicated: readonly AxisRef[];
  /** Axes along which devices hold partial results still to be combined. */
  readonly unreduced: readonly AxisRef[];
  /** How they are combined; default `sum`. */
  readonly unreducedKind?: ReductionKind;
}

/** Name of the discardable attribute that carries shardings. */
export const SHARDING_ATTRIBUTE = 'sdy.sharding';

export const openDim: DimSharding = { axes: [], isClosed: false };
export const closedDim: DimSharding = { axes: [], isClosed: true };

export function fullyOpen(mesh: string | Mesh, rank: number): TensorSharding {
  return { mesh, dims: Array.from({ length: rank }, () => openDim), replicated: [], unreduced: [] };
}
export function fullyClosed(mesh: string | Mesh, rank: number): TensorSharding {
  return { mesh, dims: Array.from({ length: rank }, () => closedDim), replicated: [], unreduced: [] };
}
/** Closed sharding with these axes per dimension. */
export function shardingOf(mesh: string | Mesh, axes: readonly (readonly AxisRef[])[]): TensorSharding {
  return { mesh, dims: axes.map((a) => ({ axes: a, isClosed: true })), replicated: [], unreduced: [] };
}

// ---- text ----

export function dimShardingText(d: DimSharding): string {
  const items = d.axes.map(axisText);
  if (!d.isClosed) items.push('?');
  return `{${items.join(', ')}}${d.priority === undefined ? '' : `p${d.priority}`}`;
}

/** `<@mesh, [{"a"}, {}]>`, without the `#sdy.sharding` in front. */
export function shardingText(s: TensorSharding): string {
  const mesh = typeof s.mesh === 'string' ? `@${s.mesh}` : `mesh${s.mesh}`;
  let text = `<${mesh}, [${s.dims.map(dimShardingText).join(', ')}]`;
  if (s.replicated.length > 0) text += `, replicated=${axesText(s.replicated)}`;
  if (s.unreduced.length > 0) {
    const kind = s.unreducedKind && s.unreducedKind !== 'sum' ? s.unreducedKind : '';
    text += `, unreduced=${kind}${axesText(s.unreduced)}`;
  }
  return `${text}>`;
}

export function shardingAttr(s: TensorSharding): Attr {
  const attr: Attr = { kind: 'dialect', name: 'sdy.sharding', body: shardingText(s).slice(1, -1) };
  return written(attr, [s]);
}
export function shardingPerValueAttr(shardings: readonly TensorSharding[]): Attr {
  const body = `[${shardings.map(shardingText).join(', ')}]`;
  const attr: Attr = { kind: 'dialect', name: 'sdy.sharding_per_value', body };
  return written(attr, shardings);
}

/** What attributes say, where that is known: most are written and read again many times. */
const parsed = new WeakMap<object, readonly TensorSharding[]>();
/** Attributes whose text is ours; that of a file may say the same otherwise. */
const canonical = new WeakSet<object>();

function written(attr: Attr, shardings: readonly TensorSharding[]): Attr {
  parsed.set(attr, shardings);
  canonical.add(attr);
  return attr;
}

/** Whether an attribute is written as {@link shardingAttr} or {@link shardingPerValueAttr} would write it. */
export const isCanonicalSharding = (attr: Attr): boolean => canonical.has(attr);

/** Reads `#sdy.sharding<…>` (one) or `#sdy.sharding_per_value<[…]>` (several). Throws `ir/sharding`. */
export function readShardings(attr: Attr): readonly TensorSharding[] {
  const known = parsed.get(attr);
  if (known) return known;
  if (attr.kind !== 'dialect' || attr.body === undefined || !/^sdy\.sharding(_per_value)?$/.test(attr.name))
    throw new EspalierError('ir/sharding', 'not a sharding', {
      given: attr.kind === 'dialect' ? attr.name : attr.kind,
    });
  const perValue = attr.name === 'sdy.sharding_per_value';
  const shardings = perValue ? parseShardingList(attr.body) : [parseSharding(`<${attr.body}>`)];
  parsed.set(attr, shardings);
  return shardings;
}

/** Parses `<@mesh, [{"a", ?}p1, {}], replicated={"c"}, unreduced=max{"d"}>`. */
export function parseSharding(text: string): TensorSharding {
  return readSharding(new Cursor(text, '<sharding>'));
}
/** Parses `[<@mesh, […]>, …]`. */
export function parseShardingList(text: string): TensorSharding[] {
  const c = new Cursor(text, '<sharding>');
  return c.list('[', ']', () => readSharding(c));
}
/** Parses `<["x"=2, "y"=2], device_ids=[…]>`. */
export function parseMesh(text: string): Mesh {
  return readMesh(new Cursor(text, '<mesh>'));
}
/** Parses `{"a", "b":(1)2}`. */
export function parseAxes(text: string): AxisRef[] {
  const c = new Cursor(text, '<axes>');
  return c.list('{', '}', () => readAxis(c));
}

export function readMesh(c: Cursor): Mesh {
  c.expect('<');
  const axes: MeshAxis[] = c.list('[', ']', () => {
    const name = c.string();
    c.expect('=');
    return { name, size: c.integer() };
  });
  let deviceIds: number[] | undefined;
  if (c.accept(',')) {
    c.expect('device_ids');
    c.expect('=');
    deviceIds = c.list('[', ']', () => c.integer());
  }
  c.expect('>');
  return new Mesh(axes, deviceIds);
}

export function readAxis(c: Cursor): AxisRef {
  const name = c.string();
  if (!c.accept(':')) return { name };
  c.expect('(');
  const pre = c.integer();
  c.expect(')');
  return { name, sub: { pre, size: c.integer() } };
}

function readDim(c: Cursor): DimSharding {
  const axes: AxisRef[] = [];
  let isClosed = true;
  c.expect('{');
  if (!c.accept('}')) {
    do {
      if (c.accept('?')) {
        isClosed = false;
        break;
      }
      axes.push(readAxis(c));
    } while (c.accept(','));
    c.expect('}');
  }
  if (c.code() !== 112) return { axes, isClosed };
  const word = c.word();
  if (!/^p(0|[1-9]\d*)$/.test(word)) c.fail(`expected a priority such as p1, got "${word}"`);
  return { axes, isClosed, priority: Number(word.slice(1)) };
}

export function readSharding(c: Cursor): TensorSharding {
  c.accept('#sdy.sharding');
  c.expect('<');
  const mesh = c.accept('mesh') ? readMesh(c) : c.symbolName();
  c.expect(',');
  const dims = c.list('[', ']', () => readDim(c));
  let replicated: AxisRef[] = [];
  let unreduced: AxisRef[] = [];
  let unreducedKind: ReductionKind | undefined;
  while (c.accept(',')) {
    if (c.accept('replicated')) {
      c.expect('=');
      replicated = c.list('{', '}', () => readAxis(c));
    } else {
      c.expect('unreduced');
      if (c.accept('=') && c.code() !== 123) unreducedKind = c.word() as ReductionKind;
      unreduced = c.list('{', '}', () => readAxis(c));
    }
  }
  c.expect('>');
  return { mesh, dims, replicated, unreduced, ...(unreducedKind && unreducedKind !== 'sum' ? { unreducedKind } : {}) };
}

// ---- invariants ----

/**
 * Checks a sharding against its mesh and the tensor's rank: axes exist, no two overlap, neighbouring parts of one axis are
 * merged, replicated and unreduced axes are in mesh order, empty closed dimensions have no priority. Throws `ir/sharding`.
 */
export function checkSharding(s: TensorSharding, mesh: Mesh, rank: number | undefined): void {
  const bad = (summary: string, advice?: string): never => {
    throw new EspalierError('ir/sharding', summary, { given: shardingText(s), ...(advice ? { advice } : {}) });
  };
  if (mesh.isMaximal) {
    if (s.dims.some((d) => d.axes.length > 0) || s.replicated.length > 0)
      bad('a sharding on a single-device mesh has no axes');
    return;
  }
  if (rank !== undefined && s.dims.length !== rank)
    bad(`sharding has ${s.dims.length} dimensions, the tensor has ${rank}`);
  const groups: (readonly AxisRef[])[] = [...s.dims.map((d) => d.axes), s.replicated, s.unreduced];
  const seen: AxisRef[] = [];
  for (const axes of groups) {
    axes.forEach((a, i) => {
      const total = mesh.axisSize(a.name);
      if (a.sub) {
        const { pre, size } = a.sub;
        if (pre < 1 || size < 2 || total % (pre * size) !== 0 || (pre === 1 && size === total))
          bad(
            `${axisText(a)} is no proper part of axis "${a.name}" of size ${total}`,
            'pre and size must divide the axis and not cover all of it',
          );
      }
      for (const b of seen) if (overlaps(a, b, mesh)) bad(`axes ${axisText(a)} and ${axisText(b)} overlap`);
      if (i > 0 && canMerge(axes[i - 1], a, mesh)) bad(`${axisText(axes[i - 1])}, ${axisText(a)} should be one axis`);
      seen.push(a);
    });
  }
  for (const axes of [s.replicated, s.unreduced])
    if (axes.some((a, i) => i > 0 && compareAxes(axes[i - 1], a, mesh) > 0))
      bad(`axes ${axesText(axes)} must be in the order of the mesh`);
  for (const d of s.dims)
    if (d.isClosed && d.axes.length === 0 && d.priority !== undefined)
      bad('an empty closed dimension cannot have a priority');
}

// ---- helpers ----

/** Number of shards of each dimension. */
export function shardCounts(s: TensorSharding, mesh: Mesh): number[] {
  return s.dims.map((d) => axesSize(d.axes, mesh));
}

/** Shape of one device's part; dimensions that do not divide are rounded up (the last shards are padded). */
export function localShape(shape: Shape, s: TensorSharding | undefined, mesh: Mesh): number[] {
  if (!s) return [...shape];
  return shape.map((d, i) => (s.dims[i] ? ceilDiv(d, axesSize(s.dims[i].axes, mesh)) : d));
}

/** Which shard of each dimension a device holds. */
export function shardIndices(s: TensorSharding, mesh: Mesh, device: number): number[] {
  const coordinates = mesh.coordinates(device);
  return s.dims.map((d) => axesIndex(d.axes, coordinates, mesh));
}

/** Mixed-radix index of a device along a list of axes, major to minor. */
export function axesIndex(axes: readonly AxisRef[], coordinates: readonly number[], mesh: Mesh): number {
  let index = 0;
  for (const a of axes) index = index * axisSize(a, mesh) + axisCoordinate(a, coordinates, mesh);
  return index;
}

/** All axes that cut some dimension. */
export function usedAxes(s: TensorSharding): AxisRef[] {
  return s.dims.flatMap((d) => d.axes);
}

export function isReplicated(s: TensorSharding | undefined): boolean {
  return !s || s.dims.every((d) => d.axes.length === 0);
}

/** Equality of everything, openness and priorities included. */
export function sameSharding(a: TensorSharding, b: TensorSharding): boolean {
  return shardingText(a) === shardingText(b);
}

/** Equality of what is cut how, ignoring openness, priorities and explicit replication. */
export function samePlacement(a: TensorSharding, b: TensorSharding): boolean {
  const key = (s: TensorSharding): string =>
    shardingText({
      ...s,
      dims: s.dims.map((d) => ({ axes: d.axes, isClosed: true })),
      replicated: [],
    });
  return key(a) === key(b);
}
