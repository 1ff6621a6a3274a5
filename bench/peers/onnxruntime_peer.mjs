/*
 * onnxruntime-node as a participant of `npm run bench`: `node bench/peers/onnxruntime_peer.mjs gemm <options as JSON>`.
 * Prints one JSON line when ready, then the time of one run in milliseconds for every line on standard input.
 * Needs `npm install --prefix bench/peers`.
 */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
const ort = require('onnxruntime-node');
const { version } = require('onnxruntime-node/package.json');
const { batch, m, n, k, transposeB } = JSON.parse(process.argv[3]);

/* A model of one MatMul (after a Transpose that ONNX Runtime folds in), written as protobuf by hand. */
const varint = (x) => (x < 128 ? [x] : [(x & 127) | 128, ...varint(Math.floor(x / 128))]);
const number = (field, x) => [...varint(field * 8), ...varint(x)];
const bytes = (field, content) => [...varint(field * 8 + 2), ...varint(content.length), ...content];
const text = (field, s) => bytes(field, [...Buffer.from(s)]);
const node = (inputs, output, op, ...attributes) =>
  bytes(1, [...inputs.flatMap((x) => text(1, x)), ...text(2, output), ...text(4, op), ...attributes]);
const tensor = (field, name, dims) => {
  const shape = bytes(
    2,
    dims.flatMap((d) => bytes(1, number(1, d))),
  );
  return bytes(field, [...text(1, name), ...bytes(2, bytes(1, [...number(1, 1), ...shape]))]);
};
const permutation = bytes(5, [...text(1, 'perm'), ...number(20, 7), ...[0, 2, 1].flatMap((d) => number(8, d))]);
const graph = [
  ...(transposeB ? node(['b'], 't', 'Transpose', ...permutation) : []),
  ...node(['a', transposeB ? 't' : 'b'], 'c', 'MatMul'),
  ...text(2, 'product'),
  ...tensor(11, 'a', [batch, m, k]),
  ...tensor(11, 'b', transposeB ? [batch, n, k] : [batch, k, n]),
  ...tensor(12, 'c', [batch, m, n]),
];
const model = Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, [...text(1, ''), ...number(2, 13)])]);

const cores = availableParallelism();
const session = await ort.InferenceSession.create(model, { intraOpNumThreads: cores, interOpNumThreads: 1 });
const filled = (size) => Float32Array.from({ length: size }, (_, i) => Math.sin(i));
const feeds = {
  a: new ort.Tensor('float32', filled(batch * m * k), [batch, m, k]),
  b: new ort.Tensor('float32', filled(batch * k * n), transposeB ? [batch, n, k] : [batch, k, n]),
};
const results = { c: new ort.Tensor('float32', new Float32Array(batch * m * n), [batch, m, n]) };
const started = performance.now();
await session.run(feeds, results);
console.log(
  JSON.stringify({ peer: `onnxruntime-node ${version}`, compileTimeMs: Math.round(performance.now() - started) }),
);
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === 'memory') {
    console.log(process.resourceUsage().maxRSS * 1024);
    continue;
  }
  const begin = performance.now();
  await session.run(feeds, results);
  console.log(performance.now() - begin);
}
