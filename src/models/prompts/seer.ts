import { jit, np } from '../../api/index.ts';
import { chosenAdapters, weightsFor } from '../adapter-choice.ts';
import type { ModelInputs } from '../families/index.ts';
import type { LoadedModel } from '../load-model.ts';
import { forNumerics } from '../stack/stack.ts';
import { imagePlacesOf, pixelsOf } from './images.ts';

/**
 * What a model sees in images, each the bytes of a file: of the whole image, and of its parts where the model's processor makes some, the vectors that take
 * the places of tokens, `f32[tokens, embed]`. Undefined for models that see nothing. Throws `data/image` for bytes that are no image.
 */
export function seer(model: LoadedModel): ((images: readonly Uint8Array[]) => Promise<Float32Array[][]>) | undefined {
  const { family, config } = model.folder;
  const { numerics, plan, options } = model;
  const context = imagePlacesOf(model.folder) && family.writing?.context;
  if (!context) return undefined;
  const vectors = jit(
    function seen(stored: LoadedModel['weights'], inputs: ModelInputs) {
      const { images } = context(forNumerics(stored, numerics), config, inputs, { numerics, plan });
      return np.astype(images!, 'f32');
    },
    { ...(options.mesh ? { mesh: options.mesh } : {}), ...(options.engine ? { engine: options.engine } : {}) },
  );
  return async (images) => {
    const all: Float32Array[][] = [];
    const weights = weightsFor(model.weights, chosenAdapters(model.adapterNames, [undefined]));
    for (const image of images) {
      const made = vectors(weights, { pixels: await pixelsOf(model.folder, [image]) });
      const data = (await made.data()) as Float32Array;
      const size = data.length / made.shape[0];
      all.push(Array.from({ length: made.shape[0] }, (_, i) => data.slice(i * size, (i + 1) * size)));
    }
    return all;
  };
}
