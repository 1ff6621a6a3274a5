import { hostTensor, jit, lax, type Tensor } from '../../api/index.ts';
import { HostArray } from '../../base/index.ts';
import { type LoadedModel, nextTokenLogits } from '../../models/index.ts';
import { ExampleBatches } from '../fine-tune/example-batches.ts';
import type { Example } from '../fine-tune/examples.ts';
import type { TrainingBatches, Weights } from './objective.ts';

/** What a teacher says of one example: its k likeliest next tokens at every place. */
export interface TeacherTokens {
  readonly k: number;
  /** `i32[length − 1, k]` */
  readonly ids: Int32Array;
  /** Logits of them: `f32[length − 1, k]`. */
  readonly logits: Float32Array;
}

/**
 * What a teacher expects of examples, before a training, so that it need not be there while it lasts: the `k` likeliest tokens of every place with their logits, 8 · k bytes per
 * token.
 */
export async function teacherTokens(
  teacher: LoadedModel,
  examples: readonly Example[],
  k: number,
): Promise<TeacherTokens[]> {
  const { engine, mesh } = teacher.options;
  const top = jit(
    (weights: Weights, tokens: Tensor, positions: Tensor) =>
      lax.topK(nextTokenLogits(teacher, weights, tokens, positions), k),
    { ...(engine ? { engine } : {}), ...(mesh ? { mesh } : {}) },
  );
  const out: TeacherTokens[] = [];
  const each = new ExampleBatches(examples, { batchSize: 1, seed: 0, shuffle: false });
  for (const [i, e] of examples.entries()) {
    const { tokens, positions } = each.at(i);
    const [logits, ids] = top(teacher.weights, hostTensor(tokens), hostTensor(positions));
    const size = (e.tokens.length - 1) * k;
    const [values, indices] = await Promise.all([logits.toHost(), ids.toHost()]);
    out.push({
      k,
      ids: Int32Array.from(indices.toNumbers().slice(0, size)),
      logits: Float32Array.from(values.toNumbers().slice(0, size)),
    });
  }
  return out;
}

/** Batches of examples with what a teacher said of them (`offlineDistillation`). */
export function taughtBatches(
  examples: readonly Example[],
  taught: readonly TeacherTokens[],
  o: { readonly batchSize: number; readonly seed: number },
): TrainingBatches {
  const own = new ExampleBatches(examples, o);
  const taughtOf = new Map(examples.map((e, i) => [e, taught[i]] as const));
  return {
    fingerprint: `taught ${own.fingerprint}`,
    at(step) {
      const { tokens, positions, isTarget, numTargets } = own.at(step);
      const [batch, length] = tokens.shape;
      const said = own.examplesAt(step).map((e) => taughtOf.get(e)!);
      const [{ k }] = said;
      const shape = [batch, length - 1, k];
      const [ids, logits] = [HostArray.zeros('i32', shape), HostArray.zeros('f32', shape)];
      for (const [row, top] of said.entries()) {
        (ids.data as Int32Array).set(top.ids, row * (length - 1) * k);
        (logits.data as Float32Array).set(top.logits, row * (length - 1) * k);
      }
      return { arrays: { tokens, positions, isTarget, teacherIds: ids, teacherLogits: logits }, numTargets };
    },
  };
}
