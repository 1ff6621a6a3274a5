import { describe, expect, it } from 'vitest';
import { hostTensor, type LoweredProgram, Mesh, random } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import { printModule, verifyModule } from '../../src/ir/index.ts';
import { transformerConfig } from '../../src/nn/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { trainPrograms } from '../../src/train/index.ts';
import { requireStable } from '../golden.ts';

function trainStep(meshText: string): LoweredProgram {
  const config = transformerConfig('tiny', { maxSeqLen: 16 });
  const mesh = Mesh.parse(meshText);
  const engine = createEngine('reference');
  const programs = trainPrograms({ config, mesh, engine, learningRate: 1e-3, weightDecay: 0.1 }, 10);
  return programs.step.lower(programs.init.evalShape(random.key(0)), hostTensor(HostArray.zeros('i32', [4, 17])));
}

describe.each(['data=2,model=2', 'data=4', 'model=2'])('the training step on %s', (meshText) => {
  const program = trainStep(meshText);
  it.each(['traced', 'optimized', 'partitioned'])('prints as MLIR that reads back the same: %s', (stage) => {
    const module = program.stages.get(stage)!;
    verifyModule(module);
    expect(printModule(module)).toMatch(/stablehlo\.dot_general/);
    requireStable(module, registry);
  });
});

describe('collectives of the training step', () => {
  const count = (p: LoweredProgram): Record<string, number> => {
    const out: Record<string, number> = {};
    for (const c of p.report!.collectives) {
      const key = `${c.kind} ${c.axes}${c.bytes <= 4 ? ' scalar' : ''}`;
      out[key] = (out[key] ?? 0) + 1;
    }
    return out;
  };
  it('are those of Megatron: two all-reduces forward, two backward, one gradient reduction per weight', () => {
    expect(count(trainStep('data=2,model=2'))).toEqual({
      'all_reduce {"model"}': 4,
      // query, key, value, out, gate, up, down, the two norms of a layer; embedding and final norm outside the loop
      'all_reduce {"data"}': 11,
      // the loss, and the norm of the gradients
      'all_reduce {"data"} scalar': 1,
      'all_reduce {"model"} scalar': 1,
    });
  });
  it('reduce gradients only on a data mesh, activations only on a model mesh', () => {
    expect(count(trainStep('data=4'))).toEqual({ 'all_reduce {"data"}': 11, 'all_reduce {"data"} scalar': 1 });
    expect(count(trainStep('model=2'))).toEqual({ 'all_reduce {"model"}': 4, 'all_reduce {"model"} scalar': 1 });
  });
});
