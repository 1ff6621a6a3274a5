import { UserError } from '../base/index.ts';
import type { Tokenizer } from '../data/index.ts';
import { loadModelTokenizer } from '../models/index.ts';
import {
  type EngineCommand,
  hostModel,
  localBackend,
  type ModelBackend,
  RewardScorer,
  type Scorer,
} from '../serve/index.ts';
import { type ModelOptions, openFor } from './model-options.ts';
import type { ModelSpec } from './served-models.ts';
import { openSpeculation, type SpeculationCommandOptions } from './speculation.ts';

/* Models of `espalier serve`, each in a process of its own: this command line again, told so by its environment. */

/** What computing a model depends on, of the options of `serve`. */
export interface ServeEngineOptions extends Omit<ModelOptions, 'model'>, SpeculationCommandOptions {
  readonly maxSequences: number;
  readonly maxStepTokens: number;
  readonly cacheMemory: number;
  readonly scorer?: readonly string[];
}

const INSIDE = 'ESPALIER_ENGINE_PROCESS';

/** How a process for a model is started: with the options of this one. */
export function engineCommand(): EngineCommand {
  const { ESPALIER_API_KEY: _, ...env } = process.env;
  return {
    file: process.execPath,
    args: [...process.execArgv, ...process.argv.slice(1)],
    env: { ...env, [INSIDE]: '1' },
  };
}

/** Whether this process is to compute a model for a server. */
export const isEngineProcess = (): boolean => process.env[INSIDE] !== undefined;

/** Computes a model until the server goes, which a signal to all processes of the command is left to. */
export async function runEngineProcess(o: ServeEngineOptions): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  const load = async (spec: unknown): Promise<ModelBackend> => (await openBackend(o, spec as ModelSpec)).backend;
  hostModel(process, load, (code) => process.exit(code));
  await new Promise(() => {});
}

export const cacheBytesOf = (o: Pick<ServeEngineOptions, 'cacheMemory'>, spec: ModelSpec): number =>
  (spec.cacheMiB ?? o.cacheMemory) * 2 ** 20;

/** Loads a model, with those that guess and score for it. */
export async function openBackend(
  o: ServeEngineOptions,
  spec: ModelSpec,
): Promise<{ readonly backend: ModelBackend; close(): void }> {
  const loadOptions: ModelOptions = {
    ...o,
    model: spec.path,
    quantize: spec.quantize ?? o.quantize,
    activations: spec.activations ?? o.activations,
    adapter: spec.adapters,
  };
  const scored = o.scorer ?? [];
  const [tokens, weights, guessing] = await Promise.allSettled([
    loadModelTokenizer(spec.path),
    openFor(loadOptions, true),
    openSpeculation(o),
  ]);
  const scoring: (() => void)[] = [];
  const close = (): void => {
    if (guessing.status === 'fulfilled') guessing.value?.close();
    for (const end of scoring) end();
    if (weights.status === 'fulfilled') weights.value.dispose();
    if (tokens.status === 'fulfilled') tokens.value.close();
  };
  try {
    if (weights.status === 'rejected') throw weights.reason;
    if (tokens.status === 'rejected') throw tokens.reason;
    if (guessing.status === 'rejected') throw guessing.reason;
    const scorers = new Map<string, Scorer>();
    for (const text of scored) {
      const { name, scorer, close: end } = await openScorer(o, text, tokens.value);
      scoring.push(end);
      scorers.set(name, scorer);
    }
    const decoder = {
      cacheBytes: cacheBytesOf(o, spec),
      maxSequences: o.maxSequences,
      maxTokensPerStep: o.maxStepTokens,
    };
    const options = { tokenizer: tokens.value, decoder, speculation: guessing.value, scorers };
    return { backend: localBackend(weights.value, options), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** A reward model that a command names. Throws `cli/scorer`, `serve/scorer`, and what loading it throws. */
async function openScorer(
  o: ServeEngineOptions,
  text: string,
  tokenizer: Tokenizer,
): Promise<{ readonly name: string; readonly scorer: Scorer; close(): void }> {
  const [, name, path] = /^([\w.-]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined)
    throw new UserError('cli/scorer', 'a scorer has no name', { expected: 'name=DIR', given: text });
  const own = await loadModelTokenizer(path);
  try {
    const model = await openFor({ ...o, model: path, adapter: undefined });
    try {
      return { name, scorer: new RewardScorer(model, own, tokenizer), close: () => model.dispose() };
    } catch (error) {
      model.dispose();
      throw error;
    }
  } finally {
    own.close();
  }
}
