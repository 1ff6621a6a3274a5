import { describe, expect, it } from 'vitest';
import { jit, np, random, type Tensor } from '../../src/api/index.ts';
import type { DType } from '../../src/base/index.ts';
import { loadModel } from '../../src/models/index.ts';
import { type DecoderState, decoderState } from '../../src/models/stack/cache.ts';
import { decoderLogits } from '../../src/models/stack/decoder.ts';
import { initialize } from '../../src/nn/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { oracleModels } from './parity.ts';

/* What a decoder remembers may be kept in half the bytes; columns that were not written yet are not looked at. */

const root = oracleModels();

describe.skipIf(!root)('caches', () => {
  const engine = createEngine('cpu');

  /** Logits of the last token of a text, read but for that token, then written on; `soil` goes into every column of the empty state, whose emptiness `isFirst` tells of. */
  async function lastLogits(name: string, cache: DType, soil = 0, isFirst = false): Promise<Float32Array> {
    const { weights, folder } = loadModel(`${root}/${name}`, { engine });
    const decoder = folder.family.decoder!(folder.config);
    const writing = folder.family.writing!;
    const tokens = [7, 3, 70, 12, 33, 9];
    const empty = jit(() => initialize(random.key(0), decoderState(decoder, { batch: 1, length: 16, dtype: cache })), {
      engine,
    })() as unknown as DecoderState;
    const layers = empty.layers.map((l) =>
      Object.fromEntries(Object.entries(l).map(([k, t]) => [k, np.astype(np.add(np.astype(t, 'f32'), soil), cache)])),
    );
    const write = jit(
      (w: typeof weights, state: DecoderState, ids: Tensor, positions: Tensor) => {
        const input = { tokens: ids, positions, context: {} };
        const out = writing.write(w, folder.config, input, { state, isFirst: isFirst && ids.shape[1] > 1 });
        const last = np.slice(out.hidden, 1, ids.shape[1] - 1);
        return { state: out.state!, logits: decoderLogits(writing.weights(w), decoder, last) };
      },
      { engine },
    );
    const of = (from: number, to: number): [Tensor, Tensor] => [
      np.array([tokens.slice(from, to)], 'i32'),
      np.array([tokens.map((_, i) => i).slice(from, to)], 'i32'),
    ];
    const read = write(weights, { ...empty, layers }, ...of(0, 5));
    for (const t of Object.values(read.state.layers[0])) expect(t.dtype).toBe(cache);
    return (await write(weights, read.state, ...of(5, 6)).logits.data()) as Float32Array;
  }
  const furthest = (a: Float32Array, b: Float32Array): number =>
    a.reduce((worst, x, i) => Math.max(worst, Math.abs(x - b[i])), 0);

  it.each(['llama', 'gemma3'])('%s: float16 loses little, bfloat16 more', async (name) => {
    const exact = await lastLogits(name, 'f32');
    const [half, brain] = [await lastLogits(name, 'f16'), await lastLogits(name, 'bf16')].map((y) =>
      furthest(y, exact),
    );
    const scale = exact.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    expect(half).toBeLessThan(2e-3 * scale);
    expect(brain).toBeLessThan(2e-2 * scale);
    expect(half).toBeLessThan(brain);
  });

  it.each(['gemma3', 'deepseek_v3'])('%s: who knows that a state is empty reads nothing of it', async (name) => {
    const [known, unknown] = [await lastLogits(name, 'f32', 0, true), await lastLogits(name, 'f32')];
    expect(furthest(known, unknown)).toBeLessThan(1e-5);
    expect(furthest(await lastLogits(name, 'f32', 1, true), known)).toBe(0);
  });

  it('what lies in columns that were not written changes no bit', async () => {
    expect(await lastLogits('llama', 'f32', 1e20)).toEqual(await lastLogits('llama', 'f32'));
  });
});
