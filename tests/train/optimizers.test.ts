import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/index.ts';
import { ByteBatches, readSafetensors, writeSafetensors } from '../../src/data/index.ts';
import { hostTensor, Mesh, random } from '../../src/index.ts';
import { type OptimizerName, transformerConfig } from '../../src/nn/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { type TrainEvent, train, trainPrograms } from '../../src/train/index.ts';

const engine = createEngine('reference');
const dir = mkdtempSync(join(tmpdir(), 'espalier-optimizers-'));
afterAll(async () => {
  await engine.close();
  rmSync(dir, { recursive: true, force: true });
});
const bytes = new TextEncoder().encode('What is planted in a frame grows where the frame leads it. '.repeat(40));
const config = transformerConfig('tiny', {
  ...{ embedDim: 16, numLayers: 1, numHeads: 4, headDim: 4, mlpDim: 32, maxSeqLen: 8 },
});

async function lossesOf(o: {
  optimizer: OptimizerName;
  out: string;
  steps: number;
  stopAt?: number;
  resume?: boolean;
}) {
  const losses: number[] = [];
  const stop = { aborted: false };
  await train({
    ...{ config, engine, text: { train: bytes, validation: bytes.slice(0, 200) }, outDir: join(dir, o.out) },
    ...{ resume: o.resume ?? false, steps: o.steps, batchSize: 4, seed: 3, learningRate: 1e-2, weightDecay: 0.1 },
    ...{ evalEvery: 0, evalBatches: 1, checkpointEvery: 0, optimizer: o.optimizer, signal: stop as never },
    onEvent(event: TrainEvent) {
      if (event.kind !== 'step') return;
      losses.push(event.loss);
      if (event.step + 1 === o.stopAt) stop.aborted = true;
    },
  });
  return losses;
}

describe('a run by another optimizer', () => {
  it.each(['muon', 'adafactor', 'shampoo'] as const)('%s goes on bit for bit', async (optimizer) => {
    const whole = await lossesOf({ optimizer, out: `${optimizer}-whole`, steps: 4 });
    const first = await lossesOf({ optimizer, out: `${optimizer}-cut`, steps: 4, stopAt: 2 });
    const rest = await lossesOf({ optimizer, out: `${optimizer}-cut`, steps: 4, resume: true });
    expect([...first, ...rest]).toEqual(whole);
    expect(whole[3]).toBeLessThan(whole[0]);
  });
  it('is not gone on with by a different one', async () => {
    await lossesOf({ optimizer: 'lion', out: 'lion', steps: 6, stopAt: 2 });
    await expect(lossesOf({ optimizer: 'sgd', out: 'lion', steps: 6, resume: true })).rejects.toThrow(
      /optimizer lion → sgd/,
    );
  });
});

it('a checkpoint of before there were several optimizers goes on bit for bit', async () => {
  const whole = await lossesOf({ optimizer: 'adamw', out: 'new', steps: 5 });
  const first = await lossesOf({ optimizer: 'adamw', out: 'old', steps: 5, stopAt: 2 });
  const file = join(dir, 'old/checkpoints/step-00000002/optimizer.safetensors');
  const renamed = new Map<string, HostArray>();
  for (const [name, x] of readSafetensors(file).tensors)
    renamed.set(name.replace(/^adam\.(.*)\.(mu|nu)$/, '$2.$1'), x.clone());
  expect([...renamed.keys()].every((name) => /^(mu|nu)\./.test(name))).toBe(true);
  writeSafetensors(file, renamed);
  const manifest = join(dir, 'old/checkpoints/step-00000002/checkpoint.json');
  const { tensors: _, ...info } = JSON.parse(readFileSync(manifest, 'utf8')) as { step: number; tensors: unknown };
  expect(info.step).toBe(2);
  writeFileSync(manifest, JSON.stringify({ ...info, formatVersion: 1 }));
  const rest = await lossesOf({ optimizer: 'adamw', out: 'old', steps: 5, resume: true });
  expect([...first, ...rest]).toEqual(whole);
});

// Rows, columns and sides of matrices are cut with the weights, or over the data axis.
it.each(['muon', 'adafactor', 'shampoo'] as const)('%s loses the same on a mesh', async (optimizer) => {
  const run = async (mesh: Mesh | undefined, shardUpdate: boolean): Promise<number[]> => {
    const o = { config, engine, learningRate: 1e-2, weightDecay: 0.1, optimizer, shardUpdate };
    const programs = trainPrograms({ ...o, mesh }, 6);
    const batches = new ByteBatches(bytes, { batchSize: 4, seqLen: 8, seed: 5 });
    let state = programs.init(random.key(1));
    const losses: number[] = [];
    for (let i = 0; i < 3; i++) {
      const [next, { loss }] = programs.step(state, hostTensor(batches.at(i)));
      state = next;
      losses.push(Number(await loss.item()));
    }
    return losses;
  };
  const [alone, cut] = [await run(undefined, false), await run(Mesh.parse('data=2,model=2'), true)];
  const worst = Math.max(...cut.map((x, i) => Math.abs(x / alone[i] - 1)));
  expect(worst).toBeLessThan(1e-4);
});
