import { type AxisRef, type Mesh, shardingOf, type TensorSharding } from '../../../ir/index.ts';

/** How a tensor is cut: of each dimension the axes of the mesh, by their places in it, major to minor. */
export type Layout = readonly (readonly number[])[];

const keys = new WeakMap<Layout, string>();

export function layoutKey(layout: Layout): string {
  const known = keys.get(layout) ?? layout.map((axes) => axes.join('.')).join('|');
  keys.set(layout, known);
  return known;
}

/** Number of shards of each dimension. */
export const shardsOf = (layout: Layout, mesh: Mesh): number[] =>
  layout.map((axes) => axes.reduce((n, a) => n * mesh.axes[a].size, 1));

/** Devices among which a tensor is cut. */
export const numShards = (layout: Layout, mesh: Mesh): number => shardsOf(layout, mesh).reduce((a, b) => a * b, 1);

export const axesOf = (layout: Layout, mesh: Mesh): AxisRef[][] =>
  layout.map((axes) => axes.map((a) => ({ name: mesh.axes[a].name })));

export const shardingOfLayout = (layout: Layout, mesh: Mesh, meshName: string): TensorSharding =>
  shardingOf(meshName, axesOf(layout, mesh));

/** Every way to cut a shape such that all dimensions divide: each axis cuts one dimension or none. */
export function layoutsOf(shape: readonly number[], mesh: Mesh): Layout[] {
  let all: number[][][] = [shape.map(() => [])];
  mesh.axes.forEach(({ size }, axis) => {
    if (size === 1) return;
    all = all.flatMap((layout) => {
      const more = layout.flatMap((axes, d) => {
        const shards = axes.reduce((n, a) => n * mesh.axes[a].size, size);
        return shape[d] % shards === 0 ? [layout.map((x, e) => (e === d ? [...axes, axis] : x))] : [];
      });
      return [layout, ...more];
    });
  });
  return all;
}

/** Whether a layout is what a sharding asks for: the axes it names, and more only where a dimension is open. */
export function fits(layout: Layout, sharding: TensorSharding, mesh: Mesh): boolean {
  const replicated = new Set(sharding.replicated.map((a) => a.name));
  return sharding.dims.every(({ axes, isClosed }, d) => {
    const own = layout[d].map((a) => mesh.axes[a].name);
    return (
      (isClosed ? own.length === axes.length : own.length >= axes.length) &&
      axes.every((a, i) => a.name === own[i]) &&
      own.every((a) => !replicated.has(a))
    );
  });
}
