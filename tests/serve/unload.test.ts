import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tokenizerFromJson } from '../../src/data/index.ts';
import { foretoldBytes, loadModel, openModel } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { serveModel } from '../../src/serve/index.ts';
import { characterTokenizer } from '../model-files.ts';
import { oracleModels } from '../models/parity.ts';

const root = oracleModels();
if (!root) console.log('unloading: skipped, shared/oracles does not lie beside this project');

test.skipIf(!root)('a model that is unloaded gives back the memory of the device', async () => {
  const engine = createEngine('cpu');
  await engine.open();
  const inUse = (): number => engine.devices().reduce((n, d) => n + d.bytesInUse, 0);
  const tokenizer = await tokenizerFromJson(characterTokenizer(), { backend: 'javascript' });
  const cacheBytes = 2 ** 20;
  const path = join(root!, 'llama');
  for (const quantize of [undefined, 'q8'] as const) {
    const model = loadModel(path, { engine, quantize });
    const served = await serveModel(model, {
      name: 'llama',
      tokenizer,
      decoder: { cacheBytes, maxSequences: 2, maxTokensPerStep: 16 },
    });
    const call = { prompt: [...tokenizer.encode('a prompt')], maxTokens: 3, seed: 1, sampling: {} };
    for await (const _ of served.engine.generate(call));
    const [folder, whole] = [openModel(path), inUse()];
    folder.store.close();
    // Foretold to within a few tensors that are not in few bits.
    expect(foretoldBytes(folder, { quantize }) / model.bytes).toBeGreaterThan(quantize ? 0.7 : 0.99);
    expect(foretoldBytes(folder, { quantize }) / model.bytes).toBeLessThan(1.01);
    await served.engine.close();
    model.dispose();
    // What stays is what programs share, and arguments of steps until they are collected.
    expect(whole - inUse()).toBeGreaterThanOrEqual(model.bytes + cacheBytes);
  }
  tokenizer.close();
});
