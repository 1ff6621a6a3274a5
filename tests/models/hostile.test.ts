import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { np } from '../../src/api/index.ts';
import { UserError } from '../../src/base/index.ts';
import { type GenerateOptions, type LoadedModel, loadModel, openModel } from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { logitsDifference, modelsIn, openParity, oracleModels } from './parity.ts';

/* Folders and requests that cannot be: one clear error, or a model that runs; never a crash, a hang, or memory for what is not there. */

const root = oracleModels();
const names = root ? modelsIn(root) : [];
if (!root) console.log('hostile folders and prompts: skipped, shared/oracles does not lie beside this project');
const work = mkdtempSync(join(tmpdir(), 'espalier-hostile-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let made = 0;

/** A copy of a model that a test may spoil. */
function copyOf(name: string): string {
  const dir = join(work, String(made++));
  mkdirSync(dir);
  for (const file of readdirSync(join(root!, name))) cpSync(join(root!, name, file), join(dir, file));
  return dir;
}

type Config = { [key: string]: unknown };
const configOf = (dir: string): Config => JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')) as Config;

function writeConfig(dir: string, config: unknown): void {
  rmSync(join(dir, 'config.json'));
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
}

/** Paths of all fields, nested ones too. */
function fieldsOf(c: Config, at: readonly string[] = []): string[][] {
  return Object.entries(c).flatMap(([key, value]) => {
    const own = [...at, key];
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return [own, ...(isObject ? fieldsOf(value as Config, own) : [])];
  });
}

function withField(c: Config, path: readonly string[], value: unknown): Config {
  const copy = structuredClone(c);
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Config;
  const last = path[path.length - 1];
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

const hostile = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, false, '', 'x', 'gelu', [], {}, [[]], { rope_type: 'yarn' }),
  fc.constantFrom(-1, 0, 1, 2, 3, 1.5, 1e-300, 4097, 1e9, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 1e300),
  fc.array(fc.constantFrom<unknown>(0, -1, 1, 2.5, 1e9, 'sliding_attention', null), { maxLength: 4 }),
  fc.jsonValue({ maxDepth: 2 }),
);

describe.skipIf(!root)('config.json with fields that are not what they should be', () => {
  const engine = createEngine('reference');
  const dirs = new Map<string, string>();

  it('gives a model or a clear error', async () => {
    let numRun = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(fc.tuple(fc.nat(), hostile), { minLength: 1, maxLength: 2 }),
        async (name, changes) => {
          const dir = dirs.get(name) ?? copyOf(name);
          dirs.set(name, dir);
          const before = JSON.parse(readFileSync(join(root!, name, 'config.json'), 'utf8')) as Config;
          let config = before;
          for (const [k, value] of changes) {
            const fields = fieldsOf(config);
            if (fields.length > 0) config = withField(config, fields[k % fields.length], value);
          }
          writeConfig(dir, config);
          try {
            const folder = openModel(dir);
            folder.store.close();
            if (JSON.stringify(folder.config) === JSON.stringify(openedConfig(name))) return;
            // It may compute something else, but it has to compute.
            numRun++;
            expect(await logitsDifference(openParity(dir, { engine }))).not.toBe(undefined);
          } catch (error) {
            if (error instanceof UserError) expect(error.message).not.toMatch(/\n/);
            else throw error;
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(numRun).toBeGreaterThan(0);
  });

  const opened = new Map<string, unknown>();
  const openedConfig = (name: string): unknown => {
    if (!opened.has(name)) {
      const folder = openModel(join(root!, name));
      folder.store.close();
      opened.set(name, folder.config);
    }
    return opened.get(name);
  };

  it.each([
    ['llama', { num_hidden_layers: 2_000_000_000 }],
    ['mixtral', { num_local_experts: 2_000_000_000 }],
    ['conformer', { conv_dim: Array(100_000).fill(1) }],
    ['conformer', { conv_stride: [0, 2] }],
    ['gpt2', { n_head: 5 }],
    ['whisper', { decoder_attention_heads: 3 }],
    ['deepseek_v3', { n_group: 3 }],
    ['mixtral', { num_experts_per_tok: 9 }],
    ['llama', { num_hidden_layers: 0 }],
    ['llama', { hidden_size: '32' }],
    ['gemma3_vision', { text_config: 7 }],
    ['t5', { feed_forward_proj: 'gated' }],
  ])('%s with %j is refused before weights are read', (name, change) => {
    const dir = copyOf(name);
    writeConfig(dir, { ...configOf(dir), ...change });
    const start = performance.now();
    expect(() => openModel(dir)).toThrow(UserError);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it.each(['', '[]', '{', '{"model_type": 3}', '"llama"', `${'['.repeat(20_000)}`])('config.json %.20j', (text) => {
    const dir = copyOf('llama');
    rmSync(join(dir, 'config.json'));
    writeFileSync(join(dir, 'config.json'), text);
    expect(() => openModel(dir)).toThrow(UserError);
  });
});

describe.skipIf(!root)('weights that are not whole', () => {
  const shardsOf = (dir: string): string[] =>
    readdirSync(dir).filter((f) => f.endsWith('.safetensors') && f !== 'expected.safetensors');

  it('a shard that is missing', () => {
    const dir = copyOf('llama');
    const shards = shardsOf(dir);
    expect(shards.length).toBeGreaterThan(1);
    rmSync(join(dir, shards[0]));
    expect(() => openModel(dir)).toThrow(UserError);
  });

  it('files cut anywhere', () => {
    const dir = copyOf('gpt2');
    const file = join(dir, 'model.safetensors');
    const whole = readFileSync(file);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (size) => {
        writeFileSync(file, whole);
        truncateSync(file, size);
        expect(() => openModel(dir)).toThrow(UserError);
      }),
      { numRuns: 60 },
    );
  });

  it('an index that names tensors and files that are not there', () => {
    const dir = copyOf('llama');
    const index = join(dir, 'model.safetensors.index.json');
    const json = JSON.parse(readFileSync(index, 'utf8')) as { weight_map: Record<string, string> };
    for (const target of ['../../etc/passwd', 'none.safetensors', 7, null]) {
      rmSync(index);
      writeFileSync(index, JSON.stringify({ weight_map: { ...json.weight_map, 'model.norm.weight': target } }));
      expect(() => openModel(dir)).toThrow(UserError);
    }
  });
});

describe.skipIf(!root)('requests', () => {
  const engine = createEngine('reference');
  const models = new Map<string, LoadedModel>();
  const modelOf = (name: string): LoadedModel => {
    if (!models.has(name)) models.set(name, loadModel(join(root!, name), { engine }));
    return models.get(name)!;
  };

  it.each<[string, number[][], GenerateOptions]>([
    ['no prompt', [], { maxNewTokens: 2 }],
    ['an empty prompt', [[]], { maxNewTokens: 2 }],
    ['a token beyond the vocabulary', [[5, 96]], { maxNewTokens: 2 }],
    ['a negative token', [[5, -1]], { maxNewTokens: 2 }],
    ['half a token', [[5, 1.5]], { maxNewTokens: 2 }],
    ['no number', [[5, Number.NaN]], { maxNewTokens: 2 }],
    ['a prompt beyond the last position', [Array<number>(64).fill(7)], { maxNewTokens: 1 }],
    ['more new tokens than positions', [[7]], { maxNewTokens: 1_000_000_000 }],
    ['no new tokens', [[7]], { maxNewTokens: 0 }],
    ['half a new token', [[7]], { maxNewTokens: 1.5 }],
    ['a temperature below zero', [[7]], { maxNewTokens: 2, temperature: -1 }],
  ])('%s', async (_, prompts, options) => {
    await expect(modelOf('llama').generate(prompts, options)).rejects.toThrow(UserError);
  });

  it('options for fewer or more prompts than there are', async () => {
    const one = { maxNewTokens: 1 };
    for (const options of [[], [one], [one, one, one]])
      await expect(modelOf('llama').generate([[7], [8]], options)).rejects.toThrow(/not as many options as prompts.*2/);
  });

  it('a model that writes nothing says so, and one that needs more says what', async () => {
    await expect(modelOf('vit').generate([[1]], { maxNewTokens: 1 })).rejects.toThrow(/do not write/);
    expect(() => modelOf('whisper').apply({})).toThrow(/needs features and decoderTokens/);
    await expect(modelOf('whisper').generate([[]], { maxNewTokens: 1 })).rejects.toThrow(/needs features/);
    const features = np.zeros([3, 16, 40]);
    await expect(modelOf('whisper').generate([[], []], { maxNewTokens: 1 }, { features })).rejects.toThrow(UserError);
  });

  it.each([
    ['llama', {}],
    ['gemma3', { temperature: 0.9, topP: 0.95, topK: 20 }],
    ['deepseek_v2', { temperature: 1.2 }],
  ])('%s: texts of a batch are those that they would be alone, with %j', async (name, chance) => {
    const prompts = [[9], Array.from({ length: 19 }, (_, i) => (i * 7 + 3) % 90)];
    const of = (seed: number): GenerateOptions => ({ maxNewTokens: 6, ...chance, seed });
    const together = await modelOf(name).generate(
      prompts,
      prompts.map((_, i) => of(i + 1)),
    );
    for (const [i, prompt] of prompts.entries())
      expect((await modelOf(name).generate([prompt], of(i + 1)))[0], `prompt ${i}`).toEqual(together[i]);
  });

  it('a text ends at any stop token, which belongs to it, and others go on', async () => {
    const prompts = [[9, 8], [7], [30, 31, 32]];
    const free = await modelOf('llama').generate(prompts, { maxNewTokens: 12 });
    const stop = new Set([free[0][4], free[1][7]]);
    const stopped = await modelOf('llama').generate(prompts, { maxNewTokens: 12, stopTokens: stop });
    for (const [i, row] of free.entries()) {
      const end = row.findIndex((t) => stop.has(t));
      expect(stopped[i]).toEqual(end < 0 ? row : row.slice(0, end + 1));
    }
  });
});
