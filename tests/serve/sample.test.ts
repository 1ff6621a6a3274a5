import { beforeAll, describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/index.ts';
import { jit, random, setDefaultEngine, type Tensor, tree } from '../../src/index.ts';
import { initialize, transformerConfig, transformerParams } from '../../src/nn/index.ts';
import { type SampleOptions, TextSampler } from '../../src/serve/index.ts';

setDefaultEngine('reference');

const config = transformerConfig('tiny', {
  maxSeqLen: 8,
  numLayers: 1,
  embedDim: 16,
  numHeads: 2,
  headDim: 8,
  mlpDim: 16,
});
const weights = new Map<string, HostArray>();
beforeAll(async () => {
  // Large weights, so that what follows depends on all that came before.
  const params = jit(() => initialize(random.key(5), transformerParams(config)))();
  for (const [path, t] of tree.entries(params)) weights.set(path, await (t as Tensor).toHost());
});

async function sample(prompt: string, o: Partial<SampleOptions> = {}): Promise<number[]> {
  const out: number[] = [];
  const options = { maxTokens: 6, temperature: 1, seed: 1, ...o };
  for await (const byte of new TextSampler(config, weights).sample(Buffer.from(prompt), options)) out.push(byte);
  return out;
}

describe('a text sampler', () => {
  it('writes the same bytes for the same seed, others for another', async () => {
    const first = await sample('to be');
    expect(first).toHaveLength(6);
    expect(first.every((b) => Number.isInteger(b) && b >= 0 && b < 256)).toBe(true);
    expect(await sample('to be')).toEqual(first);
    expect(await sample('to be', { seed: 2 })).not.toEqual(first);
    expect(await sample('to be', { maxTokens: 3 })).toEqual(first.slice(0, 3));
  });
  it('takes the likeliest byte at temperature 0, whatever the seed, and nearly always at a low one', async () => {
    const greedy = await sample('to be', { temperature: 0 });
    expect(await sample('to be', { temperature: 0, seed: 2 })).toEqual(greedy);
    expect(await sample('to be', { temperature: 1e-5 })).toEqual(greedy);
  });
  it('sees the last bytes that fit', async () => {
    expect(await sample('xxxxx12345678', { temperature: 0 })).toEqual(await sample('12345678', { temperature: 0 }));
  });
  it('refuses an empty prompt and weights of another model', async () => {
    await expect(sample('')).rejects.toMatchObject({ code: 'serve/prompt' });
    expect(() => new TextSampler({ ...config, mlpDim: 32 }, weights)).toThrow(
      expect.objectContaining({ code: 'serve/other-model' }),
    );
  });
});
