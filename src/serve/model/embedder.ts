import { jit, np, type Tensor } from '../../api/index.ts';
import { HostArray } from '../../base/index.ts';
import { bucketOf, forNumerics, type LoadedModel, type ModelInputs } from '../../models/index.ts';

/**
 * What a model makes of texts: of each the vector behind the last norm at its last token, `[embed]`. One text after the other, since their lengths
 * differ.
 */
export function embedder(model: LoadedModel): (prompts: readonly (readonly number[])[]) => Promise<Float32Array[]> {
  const { family, config } = model.folder;
  const { numerics, plan, options } = model;
  const vector = jit(
    (stored: LoadedModel['weights'], inputs: ModelInputs): Tensor => {
      const { hidden } = family.apply(forNumerics(stored, numerics), config, inputs, { numerics, plan });
      return np.astype(np.index(np.slice(hidden, 1, hidden.shape[1] - 1), 0, 0), 'f32');
    },
    { ...(options.mesh ? { mesh: options.mesh } : {}), ...(options.engine ? { engine: options.engine } : {}) },
  );
  return async (prompts) => {
    const vectors: Float32Array[] = [];
    for (const p of prompts) {
      const columns = bucketOf(p.length);
      const tokens = HostArray.zeros('i32', [1, columns]);
      const positions = HostArray.full('i32', [1, columns], -1);
      (tokens.data as Int32Array).set(p, columns - p.length);
      for (let i = 0; i < p.length; i++) (positions.data as Int32Array)[columns - p.length + i] = i;
      const made = vector(model.weights, { tokens: np.array(tokens), positions: np.array(positions) });
      vectors.push(new Float32Array((await made.data()) as Float32Array));
    }
    return vectors;
  };
}
