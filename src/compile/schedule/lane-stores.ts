import { addScaled, affineEquals, coefficientOf, constantIndex, type LoopVar } from '../kernels/affine.ts';
import type { Store } from '../kernels/kernel-ir.ts';

/** What lanes store together: neighbours, or with `next` two values that take turns. */
export interface LaneStore {
  readonly store: Store;
  readonly next?: Store;
}

/** How stores of a nest run in lanes; undefined when one of them cannot. */
export function laneStores(stores: readonly Store[], lane: LoopVar): LaneStore[] | undefined {
  const rest = [...stores];
  const out: LaneStore[] = [];
  for (let store = rest.shift(); store; store = rest.shift()) {
    const step = coefficientOf(store.index, lane);
    if (step === 1) {
      out.push({ store });
      continue;
    }
    const behind = addScaled(store.index, constantIndex(1), 1);
    const { buffer } = store;
    const at = rest.findIndex((s) => s.buffer === buffer && s.dtype === 'f32' && affineEquals(s.index, behind));
    if (step !== 2 || store.dtype !== 'f32' || at < 0) return undefined;
    out.push({ store, next: rest.splice(at, 1)[0] });
  }
  return out;
}
