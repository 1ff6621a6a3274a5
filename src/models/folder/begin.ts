import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ArrayTarget, jit, random, type Tensor } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import type { TensorStore } from '../../data/index.ts';
import { initialize, type TensorsOf } from '../../nn/index.ts';
import { familyOf } from '../families/index.ts';
import { LoadedModel } from '../load-model.ts';
import { ConfigReader } from './config-reader.ts';
import { saveModel } from './save.ts';

/** Nothing to read: the weights are made. */
const empty = { tensors: new Map(), close: () => {} } as unknown as TensorStore;

/**
 * Writes a model folder of a configuration with weights as a first training begins: `config` is a `config.json` or a folder with one, whose tokenizer and templates
 * are taken along. The same seed gives the same weights. Throws `models/config`, `models/family`.
 */
export async function beginModel(
  config: string,
  dir: string,
  o: { readonly seed: number; readonly engine?: ArrayTarget['engine'] },
): Promise<void> {
  const file = statSync(config, { throwIfNoEntry: false })?.isDirectory() ? join(config, 'config.json') : config;
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new UserError('models/config', `cannot read ${file}`, {
      expected: 'config.json of a model, as on Hugging Face',
      given: (cause as NodeJS.ErrnoException).code ?? (cause as Error).message,
      cause,
    });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new UserError('models/config', `${file} is no JSON object`);
  const reader = new ConfigReader(json as Record<string, unknown>);
  const family = familyOf(reader.modelType);
  const parsed = family.config(reader);
  const declared = family.weights(parsed);
  const weights = jit(
    (key: Tensor) => initialize(key, declared),
    o.engine ? { engine: o.engine } : {},
  )(random.key(o.seed)) as TensorsOf<typeof declared>;
  const rules = family.names(parsed, reader);
  const folder = { dir: dirname(file), json: reader.json, family, config: parsed, declared, rules, store: empty };
  await saveModel(new LoadedModel(folder, weights, 'f32', {}), dir);
}
