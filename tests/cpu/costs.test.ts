import { afterAll, describe, expect, it } from 'vitest';
import { grad, jit, Mesh, np, random, type Tensor } from '../../src/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { transformerConfig } from '../../src/nn/index.ts';
import { communicationOf, type ProgramCost, programCost, registry } from '../../src/ops/index.ts';
import { createEngine, type Executable } from '../../src/runtime/index.ts';
import { trainPrograms } from '../../src/train/index.ts';

/* What the definitions of ops say a program costs, against what `espalier profile` counts for the kernels it becomes. */

const engine = createEngine('cpu', { profile: true });
afterAll(() => engine.close());

/** Sums over all kernels that one run executed on device 0. */
function countedOn0(executable: Executable): { productFlops: number; vectorFlops: number; bytes: number } {
  const events = engine.profiler!.takeEvents(executable).filter((e) => e.device === 0);
  const sum = (of: 'productFlops' | 'vectorFlops' | 'bytes'): number => events.reduce((n, e) => n + e.point[of], 0);
  return { productFlops: sum('productFlops'), vectorFlops: sum('vectorFlops'), bytes: sum('bytes') };
}

async function trainingStep(mesh: Mesh | undefined, scanLayers: boolean, seqLen = 16) {
  const config = transformerConfig('tiny', { numLayers: 3, embedDim: 32, mlpDim: 64, maxSeqLen: seqLen, scanLayers });
  const { init, step } = trainPrograms({ config, mesh, engine, learningRate: 1e-3, weightDecay: 0.1 }, 1000);
  const state = init(random.key(0));
  const tokens = np.ones([4, seqLen + 1], 'i32');
  const executable = await step.compile(state, tokens);
  const cost = programCost(step.lower(state, tokens).perDevice);
  await step(state, tokens)[1].loss.item();
  return { cost, counted: countedOn0(executable), lowered: step.lower(state, tokens) };
}

describe('the cost of a program', () => {
  for (const [name, mesh, scanLayers] of [
    ['one device, unrolled', undefined, false],
    ['one device, as a loop', undefined, true],
    ['data=2,model=2, unrolled', new Mesh({ data: 2, model: 2 }), false],
    ['data=2,model=2, as a loop', new Mesh({ data: 2, model: 2 }), true],
  ] as const)
    it(`counts the products of a Transformer's step as the kernels do: ${name}`, async () => {
      const { cost, counted } = await trainingStep(mesh, scanLayers);
      expect(cost.numOpenLoops).toBe(0);
      expect(cost.productFlops).toBeGreaterThan(1e6);
      expect(counted.productFlops).toBe(cost.productFlops);
      // Fusion keeps values in registers and computes some of them twice; the definitions charge a transcendental its expansion.
      expect(counted.bytes).toBeLessThan(cost.bytes);
      expect(counted.vectorFlops).toBeGreaterThan(cost.vectorFlops / 8);
      expect(counted.vectorFlops).toBeLessThan(cost.vectorFlops * 2);
    });

  it("counts an MLP's gradient: three products of each layer but the first, which needs no gradient of its input", async () => {
    const [batch, width, layers] = [8, 16, 4];
    const loss = (ws: readonly Tensor[], x: Tensor): Tensor => np.sum(ws.reduce((h, w) => np.tanh(np.matmul(h, w)), x));
    const step = jit(grad(loss), { engine });
    const ws = Array.from({ length: layers }, (_, i) => random.normal(random.key(i), [width, width]));
    const x = np.ones([batch, width]);
    const executable = await step.compile(ws, x);
    const cost = programCost(step.lower(ws, x).perDevice);
    await step(ws, x)[0].data();
    expect(cost.productFlops).toBe((3 * layers - 1) * 2 * batch * width * width);
    expect(countedOn0(executable).productFlops).toBe(cost.productFlops);
  });

  it('adds up what collectives send, rounds of loops included', async () => {
    const totals = async (scanLayers: boolean) => {
      const { cost, lowered } = await trainingStep(new Mesh({ data: 2, model: 2 }), scanLayers);
      const records = lowered.report!.collectives;
      for (const [kind, total] of cost.communication) {
        const own = records.filter((c) => c.kind === kind);
        expect(total.executions).toBe(own.reduce((n, c) => n + c.executions!, 0));
        expect(total.bytesPerDevice).toBe(own.reduce((n, c) => n + c.executions! * c.bytes, 0));
      }
      expect([...cost.communication.keys()].sort()).toEqual([...new Set(records.map((c) => c.kind))].sort());
      return cost.communication.get('all_reduce')!;
    };
    expect((await totals(true)).executions).toBeGreaterThan(10);
    expect((await totals(false)).sentBytesPerDevice).toBeGreaterThan(1e4);
  });

  it('takes the dearest branch, called functions in their place, and says which loops have no known number of rounds', () => {
    const cost = (body: string, rest = ''): ProgramCost =>
      programCost(
        parseModule(
          `func.func @main(%a: tensor<4x4xf32>, %p: tensor<i1>) -> tensor<4x4xf32> {\n${body}\n}\n${rest}`,
          registry,
        ),
      );
    const dot = (r: string, x: string): string =>
      `${r} = stablehlo.dot_general ${x}, ${x}, contracting_dims = [1] x [0] : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>`;
    const product = 2 * 4 ** 3;
    const branches = cost(`%r = "stablehlo.if"(%p) ({
      ${dot('%x', '%a')}
      ${dot('%y', '%x')}
      stablehlo.return %y : tensor<4x4xf32>
    }, {
      ${dot('%x', '%a')}
      stablehlo.return %x : tensor<4x4xf32>
    }) : (tensor<i1>) -> tensor<4x4xf32>
    return %r : tensor<4x4xf32>`);
    expect(branches.productFlops).toBe(2 * product);
    const calls = cost(
      `%x = func.call @f(%a) : (tensor<4x4xf32>) -> tensor<4x4xf32>
       %y = func.call @f(%x) : (tensor<4x4xf32>) -> tensor<4x4xf32>
       return %y : tensor<4x4xf32>`,
      `func.func private @f(%b: tensor<4x4xf32>) -> tensor<4x4xf32> {
       ${dot('%x', '%b')}
       return %x : tensor<4x4xf32>
       }`,
    );
    expect(calls.productFlops).toBe(2 * product);
    const open = cost(`%r:2 = stablehlo.while(%x = %a, %q = %p) : tensor<4x4xf32>, tensor<i1>
      cond { stablehlo.return %q : tensor<i1> }
      do {
        ${dot('%y', '%x')}
        stablehlo.return %y, %q : tensor<4x4xf32>, tensor<i1>
      }
    return %r#0 : tensor<4x4xf32>`);
    expect(open).toMatchObject({ productFlops: product, numOpenLoops: 1 });
  });

  it('says of every collective op of a sample what it sends', () => {
    const ring = parseModule(
      `func.func @main(%a: tensor<8xf32>) -> tensor<32xf32> {
  %0 = "stablehlo.all_reduce"(%a) <{channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, replica_groups = dense<[[0, 1, 2, 3]]> : tensor<1x4xi64>, use_global_device_ids}> ({
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %s = stablehlo.add %x, %y : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<8xf32>) -> tensor<8xf32>
  %1 = "stablehlo.collective_permute"(%0) <{channel_handle = #stablehlo.channel_handle<handle = 2, type = 1>, source_target_pairs = dense<[[0, 0], [1, 2]]> : tensor<2x2xi64>}> : (tensor<8xf32>) -> tensor<8xf32>
  %2 = "stablehlo.all_gather"(%1) <{all_gather_dim = 0 : i64, channel_handle = #stablehlo.channel_handle<handle = 3, type = 1>, replica_groups = dense<[[0, 1, 2, 3]]> : tensor<1x4xi64>, use_global_device_ids}> : (tensor<8xf32>) -> tensor<32xf32>
  return %2 : tensor<32xf32>
}`,
      registry,
    );
    expect(ring.main.body.ops.flatMap((op) => communicationOf(op) ?? [])).toEqual([
      { kind: 'all_reduce', groups: [[0, 1, 2, 3]], groupSize: 4, bytesPerDevice: 32, sentBytesPerDevice: 48 },
      { kind: 'collective_permute', groups: [[1, 2]], groupSize: 2, bytesPerDevice: 32, sentBytesPerDevice: 32 },
      { kind: 'all_gather', groups: [[0, 1, 2, 3]], groupSize: 4, bytesPerDevice: 128, sentBytesPerDevice: 96 },
    ]);
  });
});
