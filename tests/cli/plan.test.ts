import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { servingChoice } from '../../src/cli/serving-plan.ts';
import { characterTokenizer, randomModel } from '../model-files.ts';
import { runCli, startCli } from './cli.ts';

const work = mkdtempSync(join(tmpdir(), 'espalier-plan-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const instance = {
  problem: {
    name: 'three nodes',
    nodes: {
      intervals: [
        [0, 4],
        [2, 6],
        [5, 9],
      ],
      costs: [[1, 9], [3, 4], [5]],
      usages: [[8, 2], [6, 3], [4]],
    },
    edges: { nodes: [[0, 1]], costs: [[0, 7, 2, 1]] },
    usage_limit: 9,
  },
};

test('plan --instance solves an instance, and says what one that cannot fit needs', async () => {
  const file = join(work, 'small.json');
  writeFileSync(file, JSON.stringify(instance));
  const solved = await runCli(['plan', '--instance', file], work);
  expect(solved.stdout).toMatch(/objective +19\n/);
  expect(solved.code).toBe(0);
  writeFileSync(file, JSON.stringify({ problem: { ...instance.problem, usage_limit: 4 } }));
  const failed = await runCli(['plan', '--instance', file], work);
  expect(failed.stdout).toContain('needs at least 7 at time 5, the limit is 4');
  expect(failed.code).toBe(1);
  const nothing = await runCli(['plan', '--instance', join(work, 'none.json')], work);
  expect(nothing.stderr).toContain('could not be read');
});

const program = `func.func @main(%x: tensor<256x64xf32>, %w: tensor<64x256xf32>, %v: tensor<256x64xf32>) -> tensor<256x64xf32> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<256x64xf32>, tensor<64x256xf32>) -> tensor<256x256xf32>
  %1 = stablehlo.tanh %0 : tensor<256x256xf32>
  %2 = stablehlo.dot_general %1, %v, contracting_dims = [1] x [0] : (tensor<256x256xf32>, tensor<256x64xf32>) -> tensor<256x64xf32>
  return %2 : tensor<256x64xf32>
}
`;

test('plan chooses shardings of a program, writes them down, and the program with them runs on that many devices', async () => {
  const [file, json, sharded] = ['program.mlir', 'plan.json', 'sharded.mlir'].map((n) => join(work, n));
  writeFileSync(file, program);
  const where = ['--mesh', 'data=2,model=2', '--cluster', 'dgx-h100:1'];
  const made = await runCli(['plan', file, ...where, '--output', json, '--emit', sharded], work);
  expect(made.stderr).toBe('');
  expect(made.stdout).toMatch(/step +\S+ µs predicted: .* computing/);
  expect(made.stdout).toMatch(/runner-up +argument \d .* instead: .* % more/);
  const page = join(work, 'page.html');
  const other = join(work, 'other.json');
  const asked = ['--what-if', 'bandwidth=2x,batch=2x', '--html', page, '--output', other];
  const wider = await runCli(['plan', file, '--mesh', 'data=4', '--cluster', 'dgx-h100:1', ...asked], work);
  expect(wider.stdout).toMatch(/what if:\n.*\nbandwidth=2x +\S+ µs .* the same\nbatch=2x +– .*no batch to change/);
  expect(readFileSync(page, 'utf8')).toMatch(/Where the time goes.*Memory over time.*runners-up, and why they lose/s);
  const compared = await runCli(['plan', '--compare', json, other], work);
  expect(compared.stdout).toMatch(/is \S+ times as fast as .*: it saves|both take/);
  expect(compared.stdout).toMatch(/\nmesh +data=2,model=2 +data=4 *\n/);
  const late = await runCli(['plan', file, ...where, '--deadline', '0.001ms'], work);
  expect(late.stderr).toMatch(
    /does not keep the deadline: expected at most 0.000001 s, got .* No plan on this mesh takes/,
  );
  const plan = JSON.parse(readFileSync(json, 'utf8'));
  expect(plan.mesh).toEqual({ data: 2, model: 2 });
  expect(plan.predicted.stepS).toBeCloseTo(plan.predicted.computeS + plan.predicted.communicationS, 12);
  expect(plan.predicted.lowerBoundS).toBeLessThanOrEqual(plan.predicted.stepS);
  expect(plan.sdy).toBe(readFileSync(sharded, 'utf8'));
  const partitioned = await runCli(['partition', sharded], work);
  expect(partitioned.code).toBe(0);
  const tooLarge = await runCli(['plan', file, ...where, '--max-hbm', '0.00001'], work);
  expect(tooLarge.stderr).toMatch(
    /does not fit: expected at most 10000 bytes, got at least \d+ bytes at one time, of which/,
  );
  const [folder, nowhere] = await Promise.all(
    [work, join(work, 'none', 'plan.json')].map((at) => runCli(['plan', file, ...where, '--output', at], work)),
  );
  expect([folder.stdout, folder.stderr]).toEqual(['', expect.stringMatching(/--output .* is a folder/)]);
  expect([nowhere.stdout, nowhere.stderr]).toEqual(['', expect.stringMatching(/there is no folder .*none/)]);
  const noMesh = await runCli(['plan', file], work);
  expect(noMesh.stderr).toContain('a plan needs a mesh');
  const wrongMesh = await runCli(['plan', file, '--mesh', 'data=3', '--cluster', 'dgx-h100:1'], work);
  expect(wrongMesh.stderr).toContain('does not fit');
});

test('a plan of inference is served as it says, shown, and refused for what it is not for', async () => {
  const model = await randomModel(join(work, 'model'), {
    ...{ model_type: 'llama', hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 4, num_key_value_heads: 2 },
    ...{ intermediate_size: 64, vocab_size: 128, hidden_act: 'silu', max_position_embeddings: 64, rms_norm_eps: 1e-5 },
  });
  writeFileSync(join(model, 'tokenizer.json'), JSON.stringify(characterTokenizer()));
  const file = join(work, 'serving.json');
  const sizes = ['--chips', '2', '--batches', '3', '--context', '32', '--prompt', '16'];
  await runCli(['estimate', 'serve', '--model', model, '--cluster', 'cpu:2', ...sizes, '--output', file], work);
  const plan = JSON.parse(readFileSync(file, 'utf8'));
  expect(plan).toMatchObject({ mesh: { model: 2 }, serving: { prefill: '1d', maxBatch: 3, context: 32 } });
  const serve = ['serve', '--model', model, '--port', '0', '--one-process', '--plan'];
  const { child, finished } = startCli([...serve, file], work);
  child.stdout!.once('data', () => child.kill('SIGTERM'));
  expect((await finished).stdout).toMatch(/serving model at .* 3 texts at once/);
  const other = join(work, 'larger.json');
  writeFileSync(
    other,
    JSON.stringify({ ...plan, serving: { ...plan.serving, model: { ...plan.serving.model, layers: 2 } } }),
  );
  const huge = join(work, 'huge.json');
  writeFileSync(huge, JSON.stringify({ ...plan, serving: { ...plan.serving, cacheBytes: 1e15 } }));
  const [shown, twice] = await Promise.all([
    runCli(['inspect', '--plan', file, '--model', model], work),
    runCli([...serve, file, '--max-sequences', '2'], work),
  ]);
  expect(shown.stdout).toMatch(/texts +3 at once, 32 positions each\n.*devices +2 \(model=2\)/s);
  expect(twice.stderr).toMatch(/--max-sequences is part of the plan/);
  const choose = (plan: string) => () => servingChoice(plan, model);
  expect(choose(other)).toThrow(/larger\.json is for another model: expected 2 layers .*, got 1 layers/);
  expect(choose(huge)).toThrow(/huge\.json needs more memory than this machine has/);
  expect(choose(join(work, 'plan.json'))).toThrow(/plan\.json is not for serving, but for ".*program\.mlir"/);
});
