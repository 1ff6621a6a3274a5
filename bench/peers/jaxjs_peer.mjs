/*
 * jax-js on WebAssembly as a participant of `npm run bench`: `node bench/peers/jaxjs_peer.mjs gemm|block <options as JSON>`.
 * Needs `npm install --prefix bench/peers`.
 */
import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { filled, serve } from './serve.mjs';

const [task, json] = process.argv.slice(2);
const o = JSON.parse(json);
await init('wasm');
defaultDevice('wasm');
const array = (...shape) => np.array(filled(shape.reduce((n, d) => n * d, 1))).reshape(shape);

function gemm() {
  const { batch, m, n, k, transposeB } = o;
  const a = batch > 1 ? array(batch, m, k) : array(m, k);
  const b = batch > 1 ? (transposeB ? array(batch, n, k) : array(batch, k, n)) : transposeB ? array(n, k) : array(k, n);
  const last = batch > 1 ? [0, 2, 1] : [1, 0];
  return async () => {
    const c = np.matmul(a.ref, transposeB ? b.ref.transpose(last) : b.ref);
    await blockUntilReady(c);
    c.dispose();
  };
}

/** One Transformer block as in bench/participants/espalier.ts, forward and backward. */
function block() {
  const { batchSize: B, seqLen: S, embedDim: D, numHeads: H } = o;
  const K = D / H;
  const normed = (x) => {
    const mean = np.mean(np.square(x.ref), -1, { keepdims: true });
    return x.mul(lax.rsqrt ? lax.rsqrt(mean.add(1e-6)) : np.reciprocal(np.sqrt(mean.add(1e-6))));
  };
  const heads = (x) => x.reshape([B, S, H, K]).transpose([0, 2, 1, 3]);
  const loss = (p, x) => {
    const h = normed(x.ref);
    const q = heads(np.matmul(h.ref, p.wq));
    const k = heads(np.matmul(h.ref, p.wk));
    const v = heads(np.matmul(h, p.wv));
    const scores = np.matmul(q, k.transpose([0, 1, 3, 2])).mul(K ** -0.5);
    const causal = np
      .tril(np.ones([S, S]))
      .sub(1)
      .mul(1e9);
    const weights = nn.softmax(scores.add(causal), -1);
    const mixed = np.matmul(weights, v).transpose([0, 2, 1, 3]).reshape([B, S, D]);
    const y = x.add(np.matmul(mixed, p.wo));
    const hidden = np.tanh(np.matmul(normed(y.ref), p.w1));
    const out = y.add(np.matmul(hidden, p.w2));
    return np.mean(np.square(out));
  };
  const weight = (m, n) => array(m, n).mul(m ** -0.5);
  const p = {
    wq: weight(D, D),
    wk: weight(D, D),
    wv: weight(D, D),
    wo: weight(D, D),
    w1: weight(D, 4 * D),
    w2: weight(4 * D, D),
  };
  const x = array(B, S, D);
  const step = jit(valueAndGrad(loss));
  return async () => {
    const own = Object.fromEntries(Object.entries(p).map(([name, w]) => [name, w.ref]));
    const [value, grads] = step(own, x.ref);
    await blockUntilReady(grads);
    await value.data();
    for (const g of Object.values(grads)) g.dispose();
  };
}

await serve('jax-js', { gemm, block }[task]());
