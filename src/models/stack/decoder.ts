import { np, type Tensor } from '../../api/index.ts';
import type { DType } from '../../base/index.ts';
import { narrowed, project, rowsOf } from '../../nn/index.ts';
import type { DecoderState } from './cache.ts';
import type { DecoderConfig } from './config.ts';
import { type CacheState, runStack, type StackInput, type StackOptions } from './stack.ts';
import type { DecoderTensors } from './weights.ts';

export interface DecoderInput extends StackInput {
  /** `i32[batch, seq]` */
  readonly tokens: Tensor;
  /** In place of the vectors of some tokens (images): `vectors: [batch, seq, embed]` where `where: bool[batch, seq]`. */
  readonly inserted?: { readonly vectors: Tensor; readonly where: Tensor } | undefined;
}

/**
 * What a decoder makes of tokens: `hidden: [batch, seq, embed]` behind the final norm, and the state after them where one was given.
 */
export function decode<S extends CacheState = DecoderState>(
  w: DecoderTensors,
  c: DecoderConfig,
  input: DecoderInput,
  o: StackOptions<S> = {},
): { readonly hidden: Tensor; readonly state: S | undefined } {
  return runStack(w, c, embed(w, c, input, o.numerics?.compute ?? 'f32'), input, o);
}

function embed(w: DecoderTensors, c: DecoderConfig, input: DecoderInput, compute: DType): Tensor {
  let x = np.astype(rowsOf(w.embedding, input.tokens), compute);
  // The factor has the type of activations, as published: √3072 is 55.5 in bf16.
  if (c.embeddingScale !== undefined) x = np.multiply(x, np.full([], c.embeddingScale, compute));
  if (input.inserted)
    x = np.where(np.expandDims(input.inserted.where, -1), np.astype(input.inserted.vectors, compute), x);
  if (!w.positions) return x;
  return np.add(x, np.astype(np.take(w.positions, np.maximum(input.positions, 0), 0), compute));
}

/** Logits of what comes next: `hidden: [batch, seq, embed]` → `f32[batch, seq, vocab]`. */
export function decoderLogits(w: DecoderTensors, c: DecoderConfig, hidden: Tensor): Tensor {
  const scaled = c.outputScale === undefined ? hidden : np.multiply(hidden, c.outputScale);
  // Products of narrow values, kept in float32: logits rounded to eight bits would make a poor loss.
  const table = w.head ?? w.embedding;
  let logits = project(np.astype(scaled, 'f32'), narrowed(table, hidden.dtype));
  if (w.headBias) logits = np.add(logits, np.astype(w.headBias, 'f32'));
  if (c.logitSoftcap === undefined) return logits;
  return np.multiply(np.tanh(np.divide(logits, c.logitSoftcap)), c.logitSoftcap);
}
