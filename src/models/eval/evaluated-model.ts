import { jit, np, type Tensor } from '../../api/index.ts';
import { HostArray, UserError } from '../../base/index.ts';
import type { Tokenizer } from '../../data/index.ts';
import type { DeclaredTree, TensorsOf } from '../../nn/index.ts';
import { readGenerationConfig } from '../folder/generation-config.ts';
import { type LoadedModel, limitsOf } from '../load-model.ts';
import { nextTokenLogits } from './loss.ts';

/** How likely a text is. */
export interface TextScore {
  /** Σ log p of its tokens, in nats. */
  readonly logLikelihood: number;
  /** Each of its tokens is the likeliest one. */
  readonly isGreedy: boolean;
}

/** What an evaluation asks of a model. */
export interface EvaluatedModel {
  /** How likely each continuation is behind its context. */
  logLikelihoods(pairs: readonly (readonly [context: string, continuation: string])[]): Promise<TextScore[]>;
  /** Σ log p of whole texts, however long. */
  rollingLogLikelihoods(texts: readonly string[]): Promise<number[]>;
  /** What it writes to each prompt, up to the first of the texts `until`. */
  generate(prompts: readonly string[], options: WritingRequest): Promise<string[]>;
}

export interface WritingRequest {
  readonly until: readonly string[];
  readonly maxNewTokens: number;
  /** Default 0: the likeliest tokens. */
  readonly temperature?: number;
}

export interface EvaluatedModelOptions {
  /** Sequences that are computed together. Default 8. */
  readonly batchSize?: number;
  /** The most tokens that are read at once. Default: what the model was made for, up to 2048. */
  readonly maxLength?: number;
  readonly onProgress?: (done: number, all: number) => void;
}

/** Tokens of which the last `numTargets` count. */
interface ScoredTokens {
  readonly tokens: readonly number[];
  readonly numTargets: number;
}

/** Lengths that programs are compiled for: powers of two. */
const roomFor = (length: number, most: number): number =>
  Math.min(most, Math.max(16, 2 ** Math.ceil(Math.log2(Math.max(1, length)))));

/**
 * A model as evaluations ask it. Texts are cut into tokens as lm-eval's `hf` model does: context and continuation together, spaces at the end of a context
 * belonging to the continuation; what is too long loses its beginning. Throws `models/evaluated`.
 */
export function evaluatedModel(
  model: LoadedModel,
  tokenizer: Tokenizer,
  { batchSize = 8, maxLength, onProgress }: EvaluatedModelOptions = {},
): EvaluatedModel {
  const most = maxLength ?? Math.min(2048, limitsOf(model.folder)?.maxPositions ?? 2048);
  const { bos, eos } = tokenizer.special;
  const { engine, mesh } = model.options;
  const score = jit(
    (w: TensorsOf<DeclaredTree>, tokens: Tensor, positions: Tensor, isTarget: Tensor) => {
      const logits = np.astype(nextTokenLogits(model, w, tokens, positions), 'f32');
      const targets = np.slice(tokens, 1, 1);
      const chosen = np.squeeze(np.takeAlongAxis(logits, np.expandDims(targets, -1), -1), -1);
      const counts = np.slice(isTarget, 1, 1);
      const logs = np.multiply(np.subtract(chosen, np.logsumexp(logits, { axis: -1 })), counts);
      const misses = np.multiply(np.astype(np.notEqual(np.argmax(logits, -1), targets), 'f32'), counts);
      return { logs: np.sum(logs, { axis: -1 }), misses: np.sum(misses, { axis: -1 }) };
    },
    { ...(engine ? { engine } : {}), ...(mesh ? { mesh } : {}) },
  );

  const encode = (text: string): number[] => Array.from(tokenizer.encode(text));
  const prefix = (): number => {
    const token = bos ?? eos;
    if (token !== undefined) return token;
    throw new UserError('models/evaluated', 'nothing can stand before the first word', {
      expected: 'a tokenizer with a token that begins or ends texts',
      advice: 'give every document a context',
    });
  };

  function scoredTokens([context, continuation]: readonly [string, string]): ScoredTokens {
    if (context === '') {
      const own = Array.from(tokenizer.encode(continuation, { addSpecialTokens: false }));
      // A text that begins with that token already has its context.
      return own[0] === prefix() && own.length > 1
        ? { tokens: own, numTargets: own.length - 1 }
        : { tokens: [prefix(), ...own], numTargets: own.length };
    }
    const end = context.trimEnd().length;
    const [before, whole] = [encode(context.slice(0, end)), encode(context + continuation)];
    return { tokens: whole, numTargets: Math.max(0, whole.length - before.length) };
  }

  async function scoresOf(all: readonly ScoredTokens[]): Promise<TextScore[]> {
    const out: TextScore[] = all.map(() => ({ logLikelihood: 0, isGreedy: true }));
    for (const { numTargets } of all)
      if (numTargets > most)
        throw new UserError('models/evaluated', 'a continuation is longer than what is read at once', {
          expected: `at most ${most} tokens`,
          given: `${numTargets}`,
        });
    // Of about the same length together: less padding.
    const order = [...all.keys()].sort((a, b) => all[b].tokens.length - all[a].tokens.length);
    for (let at = 0; at < order.length; at += batchSize) {
      const rows = order.slice(at, at + batchSize);
      const cut = rows.map((i) => all[i].tokens.slice(-(most + 1)));
      const length = roomFor(cut[0].length, most + 1);
      const arrays = {
        tokens: HostArray.zeros('i32', [batchSize, length]),
        positions: HostArray.full('i32', [batchSize, length], -1),
        isTarget: HostArray.zeros('f32', [batchSize, length]),
      };
      for (const [row, tokens] of cut.entries())
        for (const [i, token] of tokens.entries()) {
          arrays.tokens.set(row * length + i, token);
          arrays.positions.set(row * length + i, i);
          if (i >= Math.max(1, tokens.length - all[rows[row]].numTargets)) arrays.isTarget.set(row * length + i, 1);
        }
      const result = score(
        model.weights,
        np.array(arrays.tokens),
        np.array(arrays.positions),
        np.array(arrays.isTarget),
      );
      const [logs, misses] = [(await result.logs.toHost()).toNumbers(), (await result.misses.toHost()).toNumbers()];
      for (const [row, i] of rows.entries()) out[i] = { logLikelihood: logs[row], isGreedy: misses[row] === 0 };
      onProgress?.(Math.min(at + batchSize, order.length), order.length);
    }
    return out;
  }

  return {
    logLikelihoods: (pairs) => scoresOf(pairs.map(scoredTokens)),

    async rollingLogLikelihoods(texts) {
      const windows = texts.flatMap((text, t) => disjointWindows(encode(text), prefix(), most).map((w) => ({ t, w })));
      const scores = await scoresOf(windows.map(({ w }) => w));
      const sums = texts.map(() => 0);
      for (const [i, { t }] of windows.entries()) sums[t] += scores[i].logLikelihood;
      return sums;
    },

    async generate(prompts, { until, maxNewTokens, temperature = 0 }) {
      const { stopTokens } = readGenerationConfig(model.folder.dir, model.folder.json);
      const ends = new Set([...stopTokens, ...(eos === undefined ? [] : [eos])]);
      const room = most - maxNewTokens;
      if (room < 1)
        throw new UserError('models/evaluated', 'no room is left for a prompt', {
          expected: `fewer than ${most} new tokens`,
          given: `${maxNewTokens}`,
        });
      const out: string[] = [];
      for (let at = 0; at < prompts.length; at += batchSize) {
        const own = prompts.slice(at, at + batchSize).map((p) => (p === '' ? [prefix()] : encode(p)).slice(-room));
        const written = await model.generate(own, { maxNewTokens, temperature, stopTokens: ends });
        for (const ids of written) out.push(upTo(tokenizer.decode(ids, { skipSpecialTokens: true }), until));
        onProgress?.(Math.min(at + batchSize, prompts.length), prompts.length);
      }
      return out;
    },
  };
}

/** The text before the first of some others. */
const upTo = (text: string, until: readonly string[]): string =>
  until.filter((u) => u !== '').reduce((rest, u) => rest.split(u)[0], text);

/**
 * A text in windows one after the other, each with a token of context; the last one, which is shorter, with as much as there is room for.
 * Source: lm-eval, `get_rolling_token_windows` with `make_disjoint_window`.
 */
function disjointWindows(tokens: readonly number[], prefix: number, length: number): ScoredTokens[] {
  const out: ScoredTokens[] = [];
  for (let at = 0; at < tokens.length; at += length) {
    const end = Math.min(tokens.length, at + length);
    const read = at === 0 ? [prefix, ...tokens.slice(0, end)] : tokens.slice(end - length - 1, end);
    out.push({ tokens: read, numTargets: end - at });
  }
  return out;
}
