import { jit, np, shapeDtypeStruct, type Tensor, vjp } from '../../../src/index.ts';
import type { Module } from '../../../src/ir/index.ts';
import type { LayerProgram } from '../../../src/plan/index.ts';

/* Layers of a GPT as programs of one micro-batch, traced from functions, for searches over pipelines. Weights are float16. */

export interface GptSizes {
  readonly width: number;
  readonly heads: number;
  readonly vocab: number;
  readonly seqLen: number;
  /** Sequences of one micro-batch. */
  readonly sequences: number;
}

const zeros = (...shape: number[]): Tensor => shapeDtypeStruct(shape, 'f16');

/** Over the last dimension, with scale and bias. */
function norm(x: Tensor, scale: Tensor, bias: Tensor): Tensor {
  const centred = np.subtract(x, np.mean(x, { axis: -1, keepdims: true }));
  const variance = np.mean(np.multiply(centred, centred), { axis: -1, keepdims: true });
  return np.add(np.multiply(np.divide(centred, np.sqrt(np.add(variance, 1e-5))), scale), bias);
}

/** x: [sequences, seqLen, width] → the same */
function block({ width, heads, seqLen, sequences }: GptSizes): (w: Tensor[], x: Tensor) => Tensor {
  const split = (y: Tensor): Tensor =>
    np.transpose(np.reshape(y, [sequences, seqLen, heads, width / heads]), [0, 2, 1, 3]);
  return ([s1, b1, wq, wk, wv, wo, bo, s2, b2, up, bUp, down, bDown], x) => {
    const h = norm(x, s1, b1);
    const [q, k, v] = [wq, wk, wv].map((w) => split(np.matmul(h, w)));
    const e = np.exp(np.matmul(q, np.transpose(k, [0, 1, 3, 2])));
    const mixed = np.matmul(np.divide(e, np.sum(e, { axis: -1, keepdims: true })), v);
    const joined = np.reshape(np.transpose(mixed, [0, 2, 1, 3]), [sequences, seqLen, width]);
    const y = np.add(x, np.add(np.matmul(joined, wo), bo));
    const hidden = np.tanh(np.add(np.matmul(norm(y, s2, b2), up), bUp));
    return np.add(y, np.add(np.matmul(hidden, down), bDown));
  };
}

/** x: [sequences, seqLen, width] → the mean of a loss over all logits */
function head(_: GptSizes): (w: Tensor[], x: Tensor) => Tensor {
  return ([scale, bias, embedding], x) => {
    const logits = np.matmul(norm(x, scale, bias), embedding);
    const peak = np.max(logits, { axis: -1, keepdims: true });
    const total = np.sum(np.exp(np.subtract(logits, peak)), { axis: -1, keepdims: true });
    return np.mean(np.subtract(np.log(total), np.subtract(logits, peak)));
  };
}

function traced(
  name: string,
  f: (w: Tensor[], x: Tensor) => Tensor,
  weights: Tensor[],
  x: Tensor,
  isLast: boolean,
): LayerProgram {
  const lowered = (g: (...args: never[]) => unknown, ...args: unknown[]): Module =>
    jit(g as (...a: unknown[]) => unknown)
      .lower(...args)
      .stages.get('optimized')!;
  const n = weights.length;
  const indices = weights.map((_, i) => i);
  // Results: gradients of the weights, that of the input, and what the layer gives.
  const training = isLast
    ? lowered(
        (w: Tensor[], y: Tensor) => {
          const [out, back] = vjp((a: Tensor[], b: Tensor) => f(a, b), w, y);
          const [dw, dx] = back(np.ones([], 'f16')) as [Tensor[], Tensor];
          return [...dw, dx, out];
        },
        weights,
        x,
      )
    : lowered(
        (w: Tensor[], y: Tensor, dy: Tensor) => {
          const [out, back] = vjp((a: Tensor[], b: Tensor) => f(a, b), w, y);
          const [dw, dx] = back(dy) as [Tensor[], Tensor];
          return [...dw, dx, out];
        },
        weights,
        x,
        x,
      );
  return {
    name,
    training,
    weights: indices,
    gradients: indices,
    // The input is cut as the output of the layer before, its gradient as that which the layer after gives.
    chained: isLast
      ? [[n, n]]
      : [
          [n, n + 1],
          [n + 1, n],
        ],
    input: n,
  };
}

/** All layers of a GPT, the head (with the embedding's table) last. */
export function gptLayers(sizes: GptSizes, numLayers: number): LayerProgram[] {
  const { width: h, vocab, seqLen, sequences } = sizes;
  const x = zeros(sequences, seqLen, h);
  const vector = (): Tensor => zeros(h);
  const square = (): Tensor => zeros(h, h);
  const weights = [vector(), vector(), square(), square(), square(), square(), vector(), vector(), vector()];
  const mlp = [zeros(h, 4 * h), zeros(4 * h), zeros(4 * h, h), vector()];
  const layer = traced('block', block(sizes), [...weights, ...mlp], x, false);
  const last = traced('head', head(sizes), [vector(), vector(), zeros(h, vocab)], x, true);
  return [...Array.from({ length: numLayers }, () => layer), last];
}
