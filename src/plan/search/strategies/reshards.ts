import type { Mesh } from '../../../ir/index.ts';
import { collectiveSteps } from '../../../partition/index.ts';
import type { CollectiveUse } from './costs.ts';
import { axesOf, type Layout, layoutKey, numShards } from './layouts.ts';

/** The collectives by which the partitioner turns one layout of a tensor into another. */
export class Reshards {
  readonly #mesh: Mesh;
  readonly #known = new Map<string, readonly CollectiveUse[]>();

  constructor(mesh: Mesh) {
    this.#mesh = mesh;
  }

  between(from: Layout, to: Layout, shape: readonly number[], bytes: number): readonly CollectiveUse[] {
    const key = `${shape.join('x')},${bytes}:${layoutKey(from)}>${layoutKey(to)}`;
    const known = this.#known.get(key);
    if (known) return known;
    const made = this.#make(from, to, shape, bytes);
    this.#known.set(key, made);
    return made;
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
