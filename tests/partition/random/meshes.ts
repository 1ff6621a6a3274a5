import {
  type AxisRef,
  appendAxis,
  axisPart,
  type DimSharding,
  Mesh,
  sortAxes,
  type TensorSharding,
} from '../../../src/ir/index.ts';
import type { Choices } from './choices.ts';

/** A mesh of 1 to 16 devices on 1 to 3 axes; some have their devices in another order. */
export function randomMesh(c: Choices): Mesh {
  const axes: { name: string; size: number }[] = [];
  let size = 1;
  for (const name of ['x', 'y', 'z'].slice(0, c.between(1, 3))) {
    const sizes = [1, 2, 2, 2, 3, 4, 4, 5, 6, 8, 16].filter((n) => n * size <= 16);
    const own = c.pick(sizes);
    axes.push({ name, size: own });
    size *= own;
  }
  const order = c.chance(0.15) ? c.shuffled(Array.from({ length: size }, (_, i) => i)) : undefined;
  return order?.some((d, i) => d !== i) ? new Mesh(axes, order) : new Mesh(axes);
}

/** Axes of a mesh, some cut into two parts, in any order. */
function axisPieces(c: Choices, mesh: Mesh): AxisRef[] {
  const pieces = mesh.axes.flatMap(({ name, size }): AxisRef[] => {
    const divisors = [2, 3, 4].filter((n) => size % n === 0 && n < size);
    if (divisors.length === 0 || !c.chance(0.3)) return [{ name }];
    const major = c.pick(divisors);
    return [axisPart(name, 1, major, mesh), axisPart(name, major, size / major, mesh)];
  });
  return c.shuffled(pieces);
}

/** Any legal sharding of a tensor: open and closed dimensions, priorities, sub-axes, replicated axes; sizes need not divide. */
export function randomSharding(c: Choices, rank: number, mesh: Mesh, withPriorities = false): TensorSharding {
  const dims: AxisRef[][] = Array.from({ length: rank }, () => []);
  const replicated: AxisRef[] = [];
  for (const a of axisPieces(c, mesh)) {
    if (rank > 0 && c.chance(0.65)) appendAxis(dims[c.int(rank)], a, mesh);
    else if (c.chance(0.15)) replicated.push(a);
  }
  return {
    mesh: 'mesh',
    dims: dims.map((axes): DimSharding => {
      const isClosed = c.chance(0.5);
      const hasPriority = withPriorities && c.chance(0.25) && (axes.length > 0 || !isClosed);
      return { axes, isClosed, ...(hasPriority ? { priority: c.int(3) } : {}) };
    }),
    replicated: sortAxes(replicated, mesh).filter((a, i, all) => i === 0 || a.name !== all[i - 1].name),
    unreduced: [],
  };
}
