import type { Mesh } from '../../../ir/index.ts';
import { collectiveSteps } from '../../../partition/index.ts';
import type { CollectiveUse, ShardingCosts } from './costs.ts';
import { axesOf, type Layout, layoutKey, numShards } from './layouts.ts';

/** A change of layout. */
export interface Reshard {
  readonly collectives: readonly CollectiveUse[];
  /** Of one run. */
  readonly cost: number;
}

/** The collectives by which the partitioner turns one layout of a tensor into another, and what they cost. */
export class Reshards {
  static readonly #known = new WeakMap<ShardingCosts, WeakMap<Mesh, Reshards>>();
  readonly #mesh: Mesh;
  readonly #costs: ShardingCosts;
  readonly #byTensor = new Map<string, Map<string, Reshard>>();

  /** Those of a mesh and its costs, kept as long as these. */
  static of(mesh: Mesh, costs: ShardingCosts): Reshards {
    const byMesh = Reshards.#known.get(costs) ?? new WeakMap<Mesh, Reshards>();
    Reshards.#known.set(costs, byMesh);
    const known = byMesh.get(mesh) ?? new Reshards(mesh, costs);
    byMesh.set(mesh, known);
    return known;
  }

  private constructor(mesh: Mesh, costs: ShardingCosts) {
    this.#mesh = mesh;
    this.#costs = costs;
  }

  /** Reshards of tensors of one shape and size. */
  of(shape: readonly number[], bytes: number): (from: Layout, to: Layout) => Reshard {
    const tensor = `${shape.join('x')},${bytes}`;
    const known = this.#byTensor.get(tensor) ?? new Map<string, Reshard>();
    this.#byTensor.set(tensor, known);
    return (from, to) => {
      const key = `${layoutKey(from)}>${layoutKey(to)}`;
      let reshard = known.get(key);
      if (!reshard) {
        const collectives = this.#make(from, to, shape, bytes);
        const cost = collectives.reduce((n, c) => n + this.#costs.collective(c, this.#mesh), 0);
        reshard = { collectives, cost };
        known.set(key, reshard);
      }
      return reshard;
    };
  }

  #make(from: Layout, to: Layout, shape: readonly number[], bytes: number): CollectiveUse[] {
    const mesh = this.#mesh;
    if (layoutKey(from) === layoutKey(to)) return [];
    const place = (name: string): number => mesh.axes.findIndex((a) => a.name === name);
    let here = bytes / numShards(from, mesh);
    const uses: CollectiveUse[] = [];
    for (const step of collectiveSteps(axesOf(from, mesh), axesOf(to, mesh), shape, mesh, false)) {
      // Parts of axes count as the whole axis they are of.
      const names =
        step.kind === 'all_to_all'
          ? step.moves.flatMap((m) => m.axes.map((a) => a.name))
          : step.kind === 'collective_permute'
            ? [...new Set([...from, ...to].flat())].map((a) => mesh.axes[a].name)
            : step.axes.flat().map((a) => a.name);
      const axes = [...new Set(names)].map(place).sort((a, b) => a - b);
      const size = axes.reduce((n, a) => n * mesh.axes[a].size, 1);
      if (step.kind === 'all_slice') here /= size;
      else if (step.kind === 'all_gather') {
        here *= size;
        uses.push({ kind: 'all_gather', axes, bytesPerDevice: here });
      } else uses.push({ kind: step.kind, axes, bytesPerDevice: here });
    }
    return uses;
  }
}
