import { createInterface } from 'node:readline';
import { hostTensor, jit, Mesh, np, random, setDefaultEngine, type Tensor, valueAndGrad } from '../../src/api/index.ts';
import { type DType, HostArray } from '../../src/base/index.ts';
import {
  adamw,
  Declared,
  initialize,
  type Params,
  startState,
  transformerConfig,
  warmupDecay,
} from '../../src/nn/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { trainPrograms } from '../../src/train/index.ts';
import { type BlockOptions, block } from './block.ts';
import { type KernelOptions, kernelRun } from './kernels.ts';

/*
 * Ourselves as a participant of `npm run bench`: `tsx bench/participants/espalier.ts <task> <options as JSON>`.
 * Prints one JSON line when ready, then the time of one run in milliseconds for every line on standard input.
 */

interface Options {
  readonly batchSize: number;
  readonly mesh?: string;
  readonly [size: string]: unknown;
}
const task = process.argv[2];
const o = JSON.parse(process.argv[3]) as Options;
const engine = createEngine(process.env.ESPALIER_ENGINE ?? 'cpu');
setDefaultEngine(engine);
const num = (name: string): number => o[name] as number;

function filled(...shape: number[]): Tensor {
  let state = 1;
  const size = shape.reduce((n, d) => n * d, 1);
  const data = Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return hostTensor(new HostArray('f32', shape, data));
}

type Run = () => Promise<unknown>;

/** A chain of products inside one program would measure the compiler; one product per call is what peers do. */
function gemm(): Run {
  const [batch, m, n, k] = [num('batch'), num('m'), num('n'), num('k')];
  const a = filled(batch, m, k);
  const b = o.transposeB ? filled(batch, n, k) : filled(batch, k, n);
  const f = jit((x: Tensor, y: Tensor) => np.einsum(o.transposeB ? 'bmk,bnk->bmn' : 'bmk,bkn->bmn', x, y));
  const dtype = (o.dtype ?? 'f32') as DType;
  const place = jit(
    (x: Tensor, y: Tensor) => [np.astype(np.add(x, 0), dtype), np.astype(np.add(y, 0), dtype)] as const,
  );
  const [pa, pb] = place(a, b);
  return async () => {
    const out = f(pa, pb);
    await out.ready();
    out.dispose();
  };
}

function mlp(): Run {
  const sizes = [num('inputDim'), ...new Array<number>(num('numLayers')).fill(num('hiddenDim')), num('outputDim')];
  const declarations = Object.fromEntries(
    sizes
      .slice(1)
      .map((n, i) => [`w${i}`, new Declared([sizes[i], n], ['embed', 'mlp'], { init: { normal: sizes[i] ** -0.5 } })]),
  );
  const optimizer = adamw({
    learningRate: warmupDecay({ peak: 1e-3, warmupSteps: 10, totalSteps: 1000, finalFraction: 0.1 }),
    weightDecay: 0.1,
  });
  const loss = (p: Params, x: Tensor, y: Tensor): Tensor => {
    const last = sizes.length - 2;
    let h = x;
    for (let i = 0; i < last; i++) h = np.maximum(np.matmul(h, p[`w${i}`] as Tensor), 0);
    return np.mean(np.square(np.subtract(np.matmul(h, p[`w${last}`] as Tensor), y)));
  };
  const step = jit(
    (p: Params, s: Params, t: Tensor, x: Tensor, y: Tensor) => {
      const [value, gradients] = valueAndGrad(loss)(p, x, y);
      const next = optimizer.update({ gradients, state: s, params: p, step: t, declared: declarations });
      return { params: next.params, state: next.state, t: np.add(t, 1), value };
    },
    { donateArgnums: [0, 1, 2] },
  );
  let params: Params = jit((key: Tensor) => initialize(key, declarations))(random.key(0));
  let state = jit(() => startState(optimizer, declarations))();
  let t = np.zeros([], 'i32');
  const [x, y] = [filled(o.batchSize, sizes[0]), filled(o.batchSize, sizes[sizes.length - 1])];
  return async () => {
    const out = step(params, state, t, x, y);
    params = out.params;
    state = out.state;
    t = out.t;
    await out.value.item();
  };
}

function transformer(): Run {
  const { batchSize, mesh: meshText, task: _task, ...sizes } = o;
  const config = transformerConfig('tiny', sizes);
  const mesh = meshText ? Mesh.parse(meshText) : undefined;
  const programs = trainPrograms({ config, mesh, engine, learningRate: 1e-3, weightDecay: 0.1 }, 1000);
  let state = programs.init(random.key(0));
  const size = batchSize * (config.maxSeqLen + 1);
  const data = Int32Array.from({ length: size }, (_, i) => (i * 31) % 128);
  const tokens = hostTensor(new HostArray('i32', [batchSize, config.maxSeqLen + 1], data));
  return async () => {
    const [next, out] = programs.step(state, tokens);
    state = next;
    await out.loss.item();
  };
}

const kernel = (): Run => kernelRun(o as unknown as KernelOptions, filled);

const tasks: Readonly<Record<string, () => Run>> = {
  gemm,
  mlp,
  transformer,
  kernel,
  block: () => block(o as unknown as BlockOptions, filled),
};
const run = tasks[task]();
const started = performance.now();
await run();
console.log(JSON.stringify({ peer: 'espalier', compileTimeMs: Math.round(performance.now() - started) }));
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === 'memory') {
    console.log(process.resourceUsage().maxRSS * 1024);
    continue;
  }
  const begin = performance.now();
  await run();
  console.log(performance.now() - begin);
}
await engine.close();
