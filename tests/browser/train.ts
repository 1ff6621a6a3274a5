import { hostTensor, jit, np, random, setDefaultEngine, type Tensor, valueAndGrad } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import {
  adamw,
  initialize,
  type Params,
  startState,
  transformerConfig,
  transformerLoss,
  transformerParams,
  warmupDecay,
} from '../../src/nn/index.ts';
import { WasmEngine, type WasmEngineOptions } from '../../src/runtime/index.ts';

/** Trains a tiny Transformer for some steps on the wasm engine; gives the losses. The same code runs in Node and in a page. */
export async function trainTiny(steps: number, options: WasmEngineOptions): Promise<number[]> {
  const engine = new WasmEngine(options);
  setDefaultEngine(engine);
  const config = transformerConfig('tiny', {
    embedDim: 64,
    numLayers: 2,
    numHeads: 2,
    headDim: 32,
    mlpDim: 128,
    maxSeqLen: 64,
    vocabSize: 64,
  });
  const declarations = transformerParams(config);
  const optimizer = adamw({
    learningRate: warmupDecay({ peak: 1e-2, warmupSteps: 2, totalSteps: 100, finalFraction: 0.1 }),
    weightDecay: 0.1,
  });
  const step = jit(
    (p: Params, s: Params, t: Tensor, tokens: Tensor) => {
      const [loss, gradients] = valueAndGrad((q: Params) => transformerLoss(q, tokens, config))(p);
      const next = optimizer.update({ gradients, state: s, params: p, step: t, declared: declarations });
      return { params: next.params, state: next.state, t: np.add(t, 1), loss };
    },
    { donateArgnums: [0, 1, 2] },
  );
  let params = jit((key: Tensor) => initialize(key, declarations))(random.key(0));
  let state = jit(() => startState(optimizer, declarations))();
  let t = np.zeros([], 'i32');
  const size = 4 * (config.maxSeqLen + 1);
  const tokens = hostTensor(
    new HostArray(
      'i32',
      [4, config.maxSeqLen + 1],
      Int32Array.from({ length: size }, (_, i) => (i * 31) % 64),
    ),
  );
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const out = step(params, state, t, tokens);
    [params, state, t] = [out.params, out.state, out.t];
    losses.push(Number(await out.loss.item()));
  }
  await engine.close();
  return losses;
}
