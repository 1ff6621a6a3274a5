import { devicePut, hostTensor, type Jitted, jit, np, random, type Tensor, tree } from '../api/index.ts';
import { HostArray, UserError } from '../base/index.ts';
import { type Params, type TransformerConfig, transformerLogits, transformerParams } from '../nn/index.ts';

export interface SampleOptions {
  /** Bytes to write. */
  readonly maxTokens: number;
  /** 0 = always the likeliest byte. */
  readonly temperature: number;
  readonly seed: number;
}

/** A byte-level language model ready to write text. */
export class TextSampler {
  readonly #config: TransformerConfig;
  readonly #params: Params;
  readonly #next: Jitted<[Params, Tensor, Tensor, Tensor, Tensor], Tensor>;

  /** `tensors`: parameter path → tensor, as in a checkpoint's `model.safetensors`. Throws `serve/other-model`. */
  constructor(config: TransformerConfig, tensors: ReadonlyMap<string, HostArray>) {
    this.#config = config;
    const flat = tree.flatten(transformerParams(config));
    this.#params = tree.unflatten(
      flat.treedef,
      flat.paths.map((path, i) => {
        const t = tensors.get(path);
        const { shape } = flat.leaves[i] as { shape: readonly number[] };
        if (!t || t.shape.join() !== shape.join())
          throw new UserError('serve/other-model', `the weights do not fit the configuration at ${path}`, {
            expected: `[${shape.join(',')}]`,
            given: t ? `[${t.shape.join(',')}]` : 'nothing',
          });
        return devicePut(hostTensor(t));
      }),
    ) as Params;
    this.#next = jit(function nextByte(
      params: Params,
      window: Tensor,
      last: Tensor,
      temperature: Tensor,
      key: Tensor,
    ): Tensor {
      const logits = transformerLogits(params, window, config);
      const row = np.sum(
        np.multiply(
          np.index(logits, 0, 0),
          np.astype(np.equal(np.expandDims(np.arange(config.maxSeqLen), 1), last), 'f32'),
        ),
        { axis: 0 },
      );
      const greedy = np.argmax(row, 0);
      const drawn = random.categorical(key, np.divide(row, np.maximum(temperature, 1e-6)));
      return np.where(np.greater(temperature, 0), drawn, greedy);
    });
  }

  /** Continues a prompt, byte by byte. The model sees the last `maxSeqLen` bytes. */
  async *sample(prompt: Uint8Array, o: SampleOptions): AsyncGenerator<number> {
    if (prompt.length === 0)
      throw new UserError('serve/prompt', 'the prompt is empty', {
        advice: 'give at least one character with --prompt',
      });
    const text = [...prompt];
    const key = random.key(o.seed);
    const temperature = np.full([], o.temperature);
    for (let i = 0; i < o.maxTokens; i++) {
      const context = text.slice(-this.#config.maxSeqLen);
      const window = new Int32Array(this.#config.maxSeqLen);
      window.set(context);
      const next = this.#next(
        this.#params,
        hostTensor(new HostArray('i32', [1, window.length], window)),
        np.full([], context.length - 1, 'i32'),
        temperature,
        random.foldIn(key, i),
      );
      const byte = Number(await next.item());
      text.push(byte);
      yield byte;
    }
  }
}
