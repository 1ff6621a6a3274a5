import type { JitOptions, Mesh, Tensor } from '../../api/index.ts';
import type { DeclaredTree, TensorsOf } from '../../nn/index.ts';
import type { Writing } from '../families/family.ts';
import type { DecoderConfig } from '../stack/config.ts';
import { arePlain, layoutFor } from '../stack/layout.ts';
import type { ExecutionPlan, Numerics } from '../stack/stack.ts';
import { layerWeights } from '../stack/weights.ts';

/** A model that writes, with its weights. */
export interface Writer {
  readonly config: unknown;
  readonly decoder: DecoderConfig;
  readonly writing: Writing<unknown, DeclaredTree>;
  readonly weights: TensorsOf<DeclaredTree>;
  readonly adapterNames: readonly string[];
  readonly numerics: Numerics;
  readonly mesh?: Mesh | undefined;
  readonly plan: ExecutionPlan;
  readonly engine?: JitOptions['engine'];
}

/** How programs of a model are built that compute `tokens: i32[batch, columns]`: those that write have one column. */
export function planOf(model: Writer): (tokens: Tensor) => ExecutionPlan {
  const { plan, mesh, decoder, writing } = model;
  const { layouts } = plan;
  if (!layouts || !mesh) return () => plan;
  const { layers } = writing.weights(model.weights);
  const canGather = decoder.layers.every((l, i) => arePlain(layers[i], layerWeights(l, decoder, i)));
  return ({ shape: [rows, columns] }) => {
    const isPrefill = columns > 1;
    return {
      ...plan,
      ...layoutFor(layouts, mesh, { isPrefill, numTokens: rows * columns, stack: decoder, canGather }),
    };
  };
}
