/*
 * TensorFlow.js on WebAssembly (XNNPACK) as a participant of `npm run bench`: `node bench/peers/tfjs_peer.mjs gemm <options as
 * JSON>`. Needs `npm install --prefix bench/peers`. It has no gradient of every op of a block on this backend.
 */

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { filled, serve } from './serve.mjs';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs-core');
const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm');
const [task, json] = process.argv.slice(2);
if (task !== 'gemm') throw new Error(`cannot run ${task}`);
const { batch, m, n, k, transposeB } = JSON.parse(json);
setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
await tf.setBackend('wasm');
await tf.ready();
const tensor = (...shape) => tf.tensor(filled(shape.reduce((x, d) => x * d, 1)), shape);
const a = tensor(batch, m, k);
const b = transposeB ? tensor(batch, n, k) : tensor(batch, k, n);
await serve('tfjs-wasm', async () => {
  tf.matMul(a, b, false, Boolean(transposeB)).dispose();
});
