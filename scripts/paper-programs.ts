import { range } from '../src/base/index.ts';
import {
  checkpoint,
  grad,
  inspectSharding,
  type JitOptions,
  type Jitted,
  jit,
  lax,
  Mesh,
  nn,
  np,
  P,
  type PartitionSpec,
  scan,
  shapeDtypeStruct,
  shard,
  type Tensor,
} from '../src/index.ts';
import {
  applyExperts,
  expertParallelRules,
  pipeline,
  type RouterConfig,
  route,
  routerLogits,
  routerPolicies,
} from '../src/nn/index.ts';

/*
 * Programs of the papers, written for one device and annotated as the papers say, with the collectives that the papers count.
 * `npm run papers` prints the table; tests/partition/papers.test.ts holds us to it.
 */

/** Collectives of one kind: how many, and the bytes of their tensors on one device taken together. */
export interface Communication {
  readonly kind: string;
  readonly count: number;
  readonly bytes: number;
}

export interface PaperProgram {
  readonly name: string;
  readonly source: string;
  /** What the paper says, in its words and symbols. */
  readonly claim: string;
  readonly mesh: Mesh;
  /** The paper's formula evaluated. Collectives below `ignoreBelow` bytes (losses, norms) are not part of the claim. */
  readonly expected: readonly Communication[];
  readonly ignoreBelow?: number;
  readonly run: AnyProgram;
}

/** A function with the shapes of its arguments and its annotations. */
export interface AnyProgram {
  readonly f: (...args: never[]) => unknown;
  readonly shapes: readonly unknown[];
  readonly options: JitOptions;
}

const f32 = 4;
const B = 8;
const L = 64;
const E = 128;
const F = 4 * E;
const H = 8;
const D = E / H;
/** Bytes of one whole activation: B·L·E. */
const BLE = B * L * E * f32;

const program = (f: AnyProgram['f'], shapes: readonly unknown[], options: JitOptions): AnyProgram => ({
  f,
  shapes,
  options,
});

/** The program compiled for its mesh, or for one device. */
export const jitted = ({ f, options }: AnyProgram, onMesh = true): Jitted<unknown[], unknown> =>
  jit(f as (...args: unknown[]) => unknown, onMesh ? options : {});

type Params = Readonly<Record<string, Tensor>>;
const blockShapes: Params = {
  wq: shapeDtypeStruct([E, H, D]),
  wk: shapeDtypeStruct([E, H, D]),
  wv: shapeDtypeStruct([E, H, D]),
  wo: shapeDtypeStruct([H, D, E]),
  up: shapeDtypeStruct([E, F]),
  down: shapeDtypeStruct([F, E]),
};
const megatron = {
  wq: P(null, 'model'),
  wk: P(null, 'model'),
  wv: P(null, 'model'),
  wo: P('model'),
  up: P(null, 'model'),
  down: P('model'),
};

/**
 * One Transformer block. `between` is applied to activations `[b, l, e]` outside attention and feed-forward, `within` to those
 * inside: `[b, h, l, d]` and `[b, l, f]` given their dimension of heads or features.
 */
function block(
  p: Params,
  x: Tensor,
  between: (h: Tensor) => Tensor = (h) => h,
  within: (h: Tensor, dim: number) => Tensor = (h) => h,
): Tensor {
  const h = between(normalized(x));
  const [q, k, v] = [p.wq, p.wk, p.wv].map((w) => within(np.einsum('ble,ehd->bhld', h, w), 1));
  const weights = nn.softmax(np.divide(np.einsum('bhqd,bhkd->bhqk', q, k), Math.sqrt(D)));
  const attended = within(np.einsum('bhqk,bhkd->bhqd', weights, v), 1);
  const y = np.add(x, between(np.einsum('bhld,hde->ble', attended, p.wo)));
  const hidden = within(nn.gelu(np.matmul(between(normalized(y)), p.up)), 2);
  return np.add(y, between(np.matmul(hidden, p.down)));
}
const sequenceParallel = (p: Params, a: Tensor): Tensor =>
  block(
    p,
    a,
    (h) => shard(h, P(null, 'model')),
    (h, dim) => shard(h, P(...range(dim).map(() => null), 'model')),
  );

function normalized(x: Tensor): Tensor {
  const scale = lax.rsqrt(np.add(np.mean(np.multiply(x, x), { axis: -1, keepdims: true }), 1e-6));
  return np.multiply(x, scale);
}

const x = shapeDtypeStruct([B, L, E]);
const model4 = new Mesh({ model: 4 });

const lossOf = (y: Tensor): Tensor => np.sum(np.multiply(y, y));
const both = (f: (p: Params, a: Tensor) => Tensor) =>
  grad((p: Params, a: Tensor) => lossOf(f(p, a)), { argnums: [0, 1] });

const tensorParallel: readonly PaperProgram[] = [
  {
    name: 'Megatron tensor parallelism, forward',
    source: 'Shoeybi et al. 2019, §3',
    claim: 'two all-reduces of B·L·E per layer',
    mesh: model4,
    expected: [{ kind: 'all_reduce', count: 2, bytes: 2 * BLE }],
    run: program((p: Params, a: Tensor) => block(p, a), [blockShapes, x], {
      mesh: model4,
      inShardings: [megatron, null],
      outShardings: null,
    }),
  },
  {
    name: 'Megatron tensor parallelism, forward and backward',
    source: 'Shoeybi et al. 2019, §3',
    claim: 'four all-reduces of B·L·E per layer: two forward, two backward',
    mesh: model4,
    expected: [{ kind: 'all_reduce', count: 4, bytes: 4 * BLE }],
    ignoreBelow: 1024,
    run: program(both(block), [blockShapes, x], {
      mesh: model4,
      inShardings: [megatron, null],
      outShardings: [megatron, null],
    }),
  },
  {
    name: 'Sequence parallelism, forward',
    source: 'Korthikanti et al. 2022, §4.2',
    claim: 'an all-gather and a reduce-scatter of B·L·E in place of each all-reduce',
    mesh: model4,
    expected: [
      { kind: 'all_gather', count: 2, bytes: 2 * BLE },
      { kind: 'reduce_scatter', count: 2, bytes: 2 * BLE },
    ],
    run: program(sequenceParallel, [blockShapes, x], {
      mesh: model4,
      inShardings: [megatron, P(null, 'model')],
      outShardings: P(null, 'model'),
    }),
  },
  {
    name: 'Sequence parallelism, forward and backward',
    source: 'Korthikanti et al. 2022, §4.2',
    claim: 'four all-gathers and four reduce-scatters of B·L·E per layer',
    mesh: model4,
    expected: [
      { kind: 'all_gather', count: 4, bytes: 4 * BLE },
      { kind: 'reduce_scatter', count: 4, bytes: 4 * BLE },
    ],
    ignoreBelow: 1024,
    run: program(both(sequenceParallel), [blockShapes, x], {
      mesh: model4,
      inShardings: [megatron, P(null, 'model')],
      outShardings: [megatron, P(null, 'model')],
    }),
  },
];

const data4 = new Mesh({ data: 4 });
const layers = 3;
const stackShapes: Params = { up: shapeDtypeStruct([layers, E, F]), down: shapeDtypeStruct([layers, F, E]) };
const weights = 2 * layers * E * F * f32;

/** Feed-forward layers in a loop, each computed again in the backward pass. */
function stack(p: Params, a: Tensor): Tensor {
  const layer = checkpoint((h: Tensor, up: Tensor, down: Tensor) =>
    np.add(h, np.matmul(nn.gelu(np.matmul(normalized(h), up)), down)),
  );
  return scan(
    (h: Tensor, w: Params) => [layer(h, w.up, w.down), null] as const,
    a,
    p as { up: Tensor; down: Tensor },
  )[0];
}
const sgd = (p: Params, a: Tensor): Params => {
  const g = grad((q: Params) => lossOf(stack(q, a)))(p);
  return Object.fromEntries(Object.keys(p).map((k) => [k, np.subtract(p[k], np.multiply(g[k], 1e-3))]));
};
/** Momentum cut over `data`: the update happens on shards (Xu et al. 2020). */
const momentum = (p: Params, m: Params, a: Tensor): [Params, Params] => {
  const g = grad((q: Params) => lossOf(stack(q, a)))(p);
  const next = Object.fromEntries(
    Object.keys(p).map((k) => [k, shard(np.add(np.multiply(m[k], 0.9), g[k]), P(null, 'data'))]),
  );
  return [Object.fromEntries(Object.keys(p).map((k) => [k, np.subtract(p[k], np.multiply(next[k], 1e-3))])), next];
};
const cutWeights = { up: P(null, 'data'), down: P(null, 'data') };
const whole = { up: P(), down: P() };

const dataParallel: readonly PaperProgram[] = [
  {
    name: 'Data parallelism',
    source: 'Rajbhandari et al. 2020, §7.1',
    claim: 'one all-reduce of the gradients, Ψ',
    mesh: data4,
    expected: [{ kind: 'all_reduce', count: 2 * layers, bytes: weights }],
    ignoreBelow: 1024,
    run: program(sgd, [stackShapes, x], {
      mesh: data4,
      inShardings: [whole, P('data')],
      outShardings: whole,
    }),
  },
  {
    name: 'Sharded weight update (ZeRO-1 and 2)',
    source: 'Xu et al. 2020, §4; Rajbhandari et al. 2020, §7.2',
    claim: 'a reduce-scatter of the gradients and an all-gather of the new weights, Ψ each',
    mesh: data4,
    expected: [
      { kind: 'reduce_scatter', count: 2 * layers, bytes: weights },
      { kind: 'all_gather', count: 2, bytes: weights },
    ],
    ignoreBelow: 1024,
    run: program(momentum, [stackShapes, stackShapes, x], {
      mesh: data4,
      inShardings: [whole, cutWeights, P('data')],
      outShardings: [whole, cutWeights],
    }),
  },
  {
    name: 'Fully sharded weights (ZeRO-3, FSDP)',
    source: 'Rajbhandari et al. 2020, §7.2.2',
    claim: 'weights gathered forward and again backward, gradients reduce-scattered: 3Ψ',
    mesh: data4,
    expected: [
      { kind: 'all_gather', count: 4 * layers, bytes: 2 * weights },
      { kind: 'reduce_scatter', count: 2 * layers, bytes: weights },
    ],
    ignoreBelow: 1024,
    run: program(sgd, [stackShapes, x], {
      mesh: data4,
      inShardings: [cutWeights, P('data')],
      outShardings: cutWeights,
    }),
  },
];

const n = 16;
const line16 = new Mesh({ yz: n });
/** X = √n / 2 and YZ = 2√n make both dimensions of the weights (F = 4E) equally long on a chip. */
const grid16 = new Mesh({ x: Math.sqrt(n) / 2, yz: 2 * Math.sqrt(n) });
/** A step of generation: few tokens, so that weights are what matters. */
const tokens = 64;
const tokensE = tokens * E * f32;
const weightShapes = { up: shapeDtypeStruct([E, F]), down: shapeDtypeStruct([F, E]) };
const decodeShapes = [weightShapes, shapeDtypeStruct([tokens, 1, E])] as const;
/** A batch of prompts: many tokens, so that moving weights costs less than moving activations. */
const prefillShapes = [weightShapes, x] as const;

/** A feed-forward layer whose activations are held as the specs say. */
function feedForward(input: PartitionSpec, hidden: PartitionSpec, partial?: PartitionSpec) {
  return (p: Params, a: Tensor): Tensor => {
    const summed = np.matmul(shard(a, input), p.up);
    const h = shard(nn.gelu(partial ? shard(summed, partial) : summed), hidden);
    return np.matmul(h, p.down);
  };
}

const inference: readonly PaperProgram[] = [
  {
    name: 'Inference, 1-D weight-stationary',
    source: 'Pope et al. 2022, §3.2.1',
    claim: '2·B·L·E: an all-gather and a reduce-scatter of B·L·E',
    mesh: line16,
    expected: [
      { kind: 'all_gather', count: 1, bytes: tokensE },
      { kind: 'reduce_scatter', count: 1, bytes: tokensE },
    ],
    run: program(feedForward(P(), P(null, null, 'yz')), decodeShapes, {
      mesh: line16,
      inShardings: [{ up: P(null, 'yz'), down: P('yz') }, P(null, null, 'yz')],
      outShardings: P(null, null, 'yz'),
    }),
  },
  {
    name: 'Inference, 2-D weight-stationary',
    source: 'Pope et al. 2022, §3.2.2',
    claim: '8·B·L·E/√n: two all-gathers and two reduce-scatters of 2·B·L·E/√n',
    mesh: grid16,
    expected: [
      { kind: 'all_gather', count: 2, bytes: (4 * tokensE) / Math.sqrt(n) },
      { kind: 'reduce_scatter', count: 2, bytes: (4 * tokensE) / Math.sqrt(n) },
    ],
    run: program(feedForward(P(null, null, 'x'), P(null, null, 'yz'), P(null, null, ['yz', 'x'])), decodeShapes, {
      mesh: grid16,
      inShardings: [{ up: P('x', 'yz'), down: P('yz', 'x') }, P(null, null, ['x', 'yz'])],
      outShardings: P(null, null, ['x', 'yz']),
    }),
  },
  {
    name: 'Inference, weight-gathered (XYZ)',
    source: 'Pope et al. 2022, §3.2.3',
    claim:
      '2·E·F: both weights gathered onto every chip (along one dimension, then the other), activations stay cut by batch',
    mesh: grid16,
    expected: [
      { kind: 'all_gather', count: 4, bytes: E * F * f32 * (2 + 1 / grid16.axisSize('x') + 1 / grid16.axisSize('yz')) },
    ],
    run: program(feedForward(P(null, ['x', 'yz']), P(null, ['x', 'yz'])), prefillShapes, {
      mesh: grid16,
      inShardings: [{ up: P('x', 'yz'), down: P('yz', 'x') }, P(null, ['x', 'yz'])],
      outShardings: P(null, ['x', 'yz']),
    }),
  },
  {
    name: 'Inference, weight-gathered over X only',
    source: 'Pope et al. 2022, §3.2.3',
    claim: '2·E·F·N/n + 2·B·L·E/N with N = X: weights gathered over x, activations over yz',
    mesh: grid16,
    expected: [
      { kind: 'all_gather', count: 3, bytes: (2 * E * F * f32) / grid16.axisSize('yz') + BLE / grid16.axisSize('x') },
      { kind: 'reduce_scatter', count: 1, bytes: BLE / grid16.axisSize('x') },
    ],
    run: program(feedForward(P('x'), P('x', null, 'yz')), prefillShapes, {
      mesh: grid16,
      inShardings: [{ up: P('x', 'yz'), down: P('yz', 'x') }, P('x', null, 'yz')],
      outShardings: P('x', null, 'yz'),
    }),
  },
];

const experts = new Mesh({ expert: 4 });
const G = 8;
const numExperts = 8;
const C = (2 * L) / numExperts;
const moeShapes = [
  {
    router: shapeDtypeStruct([numExperts, E]),
    up: shapeDtypeStruct([numExperts, F, E]),
    down: shapeDtypeStruct([numExperts, E, F]),
  },
  shapeDtypeStruct([G, L, E]),
] as const;

/** The library's layer of experts: with GShard's top-2 gating, its Algorithms 1 and 2. */
const mixtureOfExperts =
  (policy: RouterConfig) =>
  (p: Params, a: Tensor): Tensor => {
    const routing = route(routerLogits(a, p.router), policy);
    return applyExperts(a, routing, { up: p.up, down: p.down }, { activation: nn.relu, rules: expertParallelRules });
  };
const top2 = mixtureOfExperts(routerPolicies.gshard({ numExperts }));
const top1 = mixtureOfExperts({ ...routerPolicies.switch({ numExperts }), capacity: { rows: C } });
const moeSpecs = { router: P(), up: P('expert'), down: P('expert') };
/** Tokens a device sends to experts: x·g·c·e over the devices. */
const dispatched = (numExperts * G * C * E * f32) / 4;
const besideData = new Mesh({ data: 2, expert: 4 });

const mixture: readonly PaperProgram[] = [
  {
    name: 'GShard top-2 mixture of experts, forward',
    source: 'Lepikhin et al. 2020, §3.3',
    claim: 'an all-to-all of the dispatched tokens and one back',
    mesh: experts,
    expected: [{ kind: 'all_to_all', count: 2, bytes: 2 * dispatched }],
    run: program(top2, moeShapes, {
      mesh: experts,
      inShardings: [moeSpecs, P('expert')],
      outShardings: P('expert'),
    }),
  },
  {
    name: 'GShard top-2 mixture of experts, forward and backward',
    source: 'Lepikhin et al. 2020, §3.3',
    claim: 'two all-to-alls each way; of the weights only the gate is reduced over devices',
    mesh: experts,
    expected: [
      { kind: 'all_reduce', count: 1, bytes: E * numExperts * f32 },
      { kind: 'all_to_all', count: 4, bytes: 4 * dispatched },
    ],
    ignoreBelow: 1024,
    run: program(both(top2), moeShapes, {
      mesh: experts,
      inShardings: [moeSpecs, P('expert')],
      outShardings: [moeSpecs, P('expert')],
    }),
  },
  {
    name: 'Switch experts beside data parallelism, forward and backward',
    source: 'Fedus et al. 2021, §5.4',
    claim:
      'two all-to-alls each way among the devices of a replica; gradients of experts reduced between replicas only',
    mesh: besideData,
    expected: [
      { kind: 'all_reduce', count: 3, bytes: (2 * numExperts * E * F * f32) / 4 + E * numExperts * f32 },
      { kind: 'all_to_all', count: 4, bytes: (4 * dispatched) / 2 },
    ],
    ignoreBelow: 1024,
    run: program(both(top1), moeShapes, {
      mesh: besideData,
      inShardings: [moeSpecs, P(['data', 'expert'])],
      outShardings: [moeSpecs, P(['data', 'expert'])],
    }),
  },
];

const rows = new Mesh({ rows: 4 });
const [height, width, channels, filters] = [32, 16, 8, 16];
const image = shapeDtypeStruct([B, height, width, channels]);
const kernel = shapeDtypeStruct([3, 3, channels, filters]);
/** One row of an image, of its result, and the kernel. */
const [inRow, outRow, kernelBytes] = [
  B * width * channels * f32,
  B * width * filters * f32,
  9 * channels * filters * f32,
];
const convolve = (a: Tensor, k: Tensor): Tensor =>
  lax.convGeneralDilated(a, k, [1, 1], 'SAME', { dimensionNumbers: ['NHWC', 'HWIO', 'NHWC'] });

const spatial: readonly PaperProgram[] = [
  {
    name: 'Spatially partitioned convolution 3×3, forward',
    source: 'Xu et al. 2021 (GSPMD), §4.3',
    claim: 'a halo of one row from either neighbour',
    mesh: rows,
    expected: [{ kind: 'collective_permute', count: 2, bytes: 2 * inRow }],
    run: program(convolve, [image, kernel], {
      mesh: rows,
      inShardings: [P(null, 'rows'), P()],
      outShardings: P(null, 'rows'),
    }),
  },
  {
    name: 'Spatially partitioned convolution 3×3, forward and backward',
    source: 'Xu et al. 2021 (GSPMD), §4.3',
    claim:
      'halos of one row: of the image forward and again for the kernel gradient, of the cotangent; one all-reduce of the kernel gradient',
    mesh: rows,
    expected: [
      { kind: 'all_reduce', count: 1, bytes: kernelBytes },
      { kind: 'collective_permute', count: 6, bytes: 4 * inRow + 2 * outRow },
    ],
    ignoreBelow: 64,
    run: program(
      grad((a: Tensor, k: Tensor) => lossOf(convolve(a, k)), { argnums: [0, 1] }),
      [image, kernel],
      { mesh: rows, inShardings: [P(null, 'rows'), P()], outShardings: [P(null, 'rows'), P()] },
    ),
  },
];

const stages = new Mesh({ stage: 4 });
const [numStages, numMicroBatches, microBatch] = [4, 8, 16];
const ticks = numMicroBatches + numStages - 1;
const microBatchBytes = microBatch * E * f32;
const stageShapes = [
  { up: shapeDtypeStruct([numStages, E, F]), down: shapeDtypeStruct([numStages, F, E]) },
  shapeDtypeStruct([numMicroBatches, microBatch, E]),
] as const;
const stageSpecs = { up: P('stage'), down: P('stage') };
const pipelined = pipeline(
  (p: Params, h: Tensor) => np.add(h, np.matmul(nn.gelu(np.matmul(normalized(h), p.up)), p.down)),
  { axis: 'stage' },
);

const pipelining: readonly PaperProgram[] = [
  {
    name: 'Pipelined stages, forward',
    source: 'Xu et al. 2021 (GSPMD), §3.3',
    claim: 'one microbatch to the next stage per tick, microbatches + stages − 1 ticks; the results once',
    mesh: stages,
    expected: [
      { kind: 'all_reduce', count: 1, bytes: numMicroBatches * microBatchBytes },
      { kind: 'collective_permute', count: ticks, bytes: ticks * microBatchBytes },
    ],
    run: program(pipelined, stageShapes, { mesh: stages, inShardings: [stageSpecs, P()], outShardings: P() }),
  },
  {
    name: 'Pipelined stages, forward and backward',
    source: 'Xu et al. 2021 (GSPMD), §3.3',
    claim: 'the same in the other direction; weights and their gradients stay where they are',
    mesh: stages,
    expected: [
      { kind: 'all_reduce', count: 1, bytes: numMicroBatches * microBatchBytes },
      { kind: 'collective_permute', count: 2 * ticks, bytes: 2 * ticks * microBatchBytes },
    ],
    ignoreBelow: 64,
    run: program(
      grad((p: Params, a: Tensor) => lossOf(pipelined(p, a))),
      stageShapes,
      {
        mesh: stages,
        inShardings: [stageSpecs, P()],
        outShardings: stageSpecs,
      },
    ),
  },
];

export const paperPrograms: readonly PaperProgram[] = [
  ...tensorParallel,
  ...dataParallel,
  ...mixture,
  ...spatial,
  ...pipelining,
  ...inference,
];

/** The collectives of a program by kind. */
export function communicationOf(p: PaperProgram): Communication[] {
  const byKind = new Map<string, { count: number; bytes: number }>();
  for (const c of inspectSharding(jitted(p.run).lower(...p.run.shapes)).collectives) {
    const executions = c.executions ?? Number.NaN;
    if (c.bytes < (p.ignoreBelow ?? 0)) continue;
    const known = byKind.get(c.kind) ?? { count: 0, bytes: 0 };
    byKind.set(c.kind, { count: known.count + executions, bytes: known.bytes + executions * c.bytes });
  }
  return [...byKind].map(([kind, v]) => ({ kind, ...v })).sort((a, b) => (a.kind < b.kind ? -1 : 1));
}
