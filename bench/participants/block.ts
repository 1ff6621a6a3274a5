import { jit, lax, nn, np, type Tensor, valueAndGrad } from '../../src/api/index.ts';

export interface BlockOptions {
  readonly batchSize: number;
  readonly seqLen: number;
  readonly embedDim: number;
  readonly numHeads: number;
}

/** One Transformer block, forward and backward, as in bench/peers/jaxjs_peer.mjs; `filled` makes its numbers. */
export function block(o: BlockOptions, filled: (...shape: number[]) => Tensor): () => Promise<unknown> {
  const { batchSize: batch, seqLen: length, embedDim: dim, numHeads: heads } = o;
  const size = dim / heads;
  const normed = (x: Tensor): Tensor =>
    np.multiply(x, lax.rsqrt(np.add(np.mean(np.square(x), { axis: -1, keepdims: true }), 1e-6)));
  const split = (x: Tensor): Tensor => np.transpose(np.reshape(x, [batch, length, heads, size]), [0, 2, 1, 3]);
  const loss = (p: Record<string, Tensor>, x: Tensor): Tensor => {
    const h = normed(x);
    const [q, k, v] = [p.wq, p.wk, p.wv].map((w) => split(np.matmul(h, w)));
    const scores = np.multiply(np.matmul(q, np.transpose(k, [0, 1, 3, 2])), size ** -0.5);
    const causal = np.multiply(np.subtract(np.tril(np.ones([length, length])), 1), 1e9);
    const mixed = np.matmul(nn.softmax(np.add(scores, causal)), v);
    const y = np.add(x, np.matmul(np.reshape(np.transpose(mixed, [0, 2, 1, 3]), [batch, length, dim]), p.wo));
    const out = np.add(y, np.matmul(np.tanh(np.matmul(normed(y), p.w1)), p.w2));
    return np.mean(np.square(out));
  };
  // Made by a program, weights and input lie where the engine has them, as a training loop's would.
  const weight = (m: number, n: number): Tensor => jit((w: Tensor) => np.multiply(w, m ** -0.5))(filled(m, n));
  const p = {
    wq: weight(dim, dim),
    wk: weight(dim, dim),
    wv: weight(dim, dim),
    wo: weight(dim, dim),
    w1: weight(dim, 4 * dim),
    w2: weight(4 * dim, dim),
  };
  const x = jit((t: Tensor) => np.add(t, 0))(filled(batch, length, dim));
  const step = jit(valueAndGrad(loss));
  return async () => {
    const [value, grads] = step(p, x);
    await value.item();
    for (const g of Object.values(grads)) g.dispose();
  };
}
