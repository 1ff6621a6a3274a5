import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, test, vi } from 'vitest';
import { estimatesText } from '../../scripts/estimates.ts';
import { shapeOfDecoder } from '../../src/cli/planned-model.ts';
import { runCli } from '../../src/cli/program.ts';
import { type DecoderConfig, familyOf, readConfig } from '../../src/models/index.ts';
import { countElements } from '../../src/nn/index.ts';
import {
  clusterNamed,
  constantsOf,
  megatronH100,
  numChips,
  numParams,
  searchTrainingLayouts,
  sensitivities,
} from '../../src/plan/index.ts';

const work = mkdtempSync(join(tmpdir(), 'espalier-estimate-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

const llama = {
  hidden_size: 8192,
  num_hidden_layers: 80,
  num_attention_heads: 64,
  num_key_value_heads: 8,
  intermediate_size: 28672,
  vocab_size: 128256,
  hidden_act: 'silu',
  tie_word_embeddings: false,
  max_position_embeddings: 8192,
  rms_norm_eps: 1e-5,
};
const small = {
  hidden_size: 64,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 128,
  vocab_size: 320,
  hidden_act: 'silu',
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
};
const configs: Readonly<Record<string, object>> = {
  llama70: { model_type: 'llama', ...llama },
  llama: { model_type: 'llama', ...small },
  qwen2: { model_type: 'qwen2', ...small, tie_word_embeddings: true },
  qwen3: { model_type: 'qwen3', ...small, head_dim: 16 },
  mixtral: { model_type: 'mixtral', ...small, num_local_experts: 4, num_experts_per_tok: 2 },
  gpt2: { model_type: 'gpt2', n_embd: 64, n_layer: 4, n_head: 4, vocab_size: 320, n_positions: 64 },
};
const folderOf = (name: string): string => {
  const dir = join(work, name);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'config.json'), JSON.stringify(configs[name]));
  return dir;
};

async function estimate(...args: readonly string[]): Promise<{ code: number; out: string; error: string }> {
  const written = { out: '', error: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.error += String(text);
    return true;
  });
  const before = process.exitCode;
  const returned = await runCli(['node', 'espalier', 'estimate', ...args]);
  const code = returned || Number(process.exitCode ?? 0);
  process.exitCode = before;
  vi.restoreAllMocks();
  return { code, ...written };
}

test.each(Object.keys(configs))('the sizes of %s count as many parameters as its family declares', (name) => {
  const config = readConfig(folderOf(name));
  const family = familyOf(config.modelType);
  const decoder = family.config(config) as DecoderConfig;
  expect(numParams(shapeOfDecoder(decoder))).toBe(countElements(family.weights(decoder)));
});

describe('layouts', () => {
  const problem = (hosts: number, batch = 64) => {
    const cluster = clusterNamed(`dgx-h100:${hosts}`);
    const model = { layers: 32, width: 4096, heads: 32, kvHeads: 8, mlpWidth: 14336, vocab: 128256, gated: true };
    return {
      model,
      seqLen: 4096,
      batch,
      cluster,
      constants: { ...constantsOf(cluster, 'bf16', megatronH100), gradients: 'overlapped' as const },
    };
  };

  it('use all chips, fit, and come fastest first', () => {
    const p = problem(2);
    const { plans } = searchTrainingLayouts(p);
    expect(plans.length).toBeGreaterThan(5);
    plans.forEach((plan, i) => {
      const { data, tensor, pipeline } = plan.layout;
      expect(data * tensor * pipeline).toBe(numChips(p.cluster));
      expect(plan.fits).toBe(true);
      if (i > 0) expect(plan.time.stepUs).toBeGreaterThanOrEqual(plans[i - 1].time.stepUs);
    });
    // More of anything never slows the same layout.
    for (const { speedup } of sensitivities(p, plans[0])) expect(speedup).toBeGreaterThanOrEqual(1 - 1e-9);
  });

  it('need recomputation or more cutting where memory is short, and are none where it is too short', () => {
    const [wide, narrow] = [
      searchTrainingLayouts(problem(1)),
      searchTrainingLayouts({ ...problem(1), memoryBytes: 25e9 }),
    ];
    expect(narrow.plans[0].time.stepUs).toBeGreaterThan(wide.plans[0].time.stepUs);
    expect(Math.max(...narrow.plans.map((p) => p.peakBytes))).toBeLessThanOrEqual(25e9);
    const none = searchTrainingLayouts({ ...problem(1), memoryBytes: 5e9 });
    expect(none.plans).toEqual([]);
    expect(none.smallest.peakBytes).toBeGreaterThan(5e9);
  });
});

test('a report says that it fits, where the time goes, and what else there is', async () => {
  const { code, out } = await estimate(
    'train',
    '--model',
    folderOf('llama70'),
    '--cluster',
    'dgx-h100:8',
    '--batch',
    '256',
    '--seq-len',
    '8192',
    '--tokens',
    '1e12',
  );
  expect(code).toBe(0);
  expect(out).toMatch(/70\.55 billion parameters.*on 64 × H100-SXM/);
  expect(out).toMatch(/fits: .* tokens\/s/);
  const shares = [
    ...out.matchAll(
      /^(?:products|elementwise|tensor collectives|between stages|bubble|gradient sums|weight gathering|update) .* (\d+\.\d) % +\w+$/gm,
    ),
  ];
  expect(shares.reduce((sum, m) => sum + Number(m[1]), 0)).toBeCloseTo(100, 0);
  for (const part of ['memory ', 'twice the peak', 'other layouts:', 'MWh', 'assumed: ']) expect(out).toContain(part);
  const plans = JSON.parse(
    (await estimate('train', '--model', folderOf('llama70'), '--cluster', 'dgx-h100:8', '--batch', '256', '--json'))
      .out,
  );
  expect(plans.plans[0].layout.data * plans.plans[0].layout.tensor * plans.plans[0].layout.pipeline).toBe(64);
});

test('what does not fit says by how much, and leaves with 1', async () => {
  const { code, out } = await estimate(
    'train',
    '--model',
    folderOf('llama70'),
    '--cluster',
    'dgx-h100:1',
    '--batch',
    '8',
  );
  expect(code).toBe(1);
  expect(out).toMatch(/does not fit: the smallest of \d+ layouts needs \d+\.\d GB of 73\.6 GB/);
});

test('hard limits say what they break, and how many chips would keep them', async () => {
  const model = folderOf('llama70');
  const limited = (...limits: readonly string[]) =>
    estimate('train', '--model', model, '--cluster', 'dgx-h100:8', '--batch', '256', '--tokens', '1e12', ...limits);
  const late = await limited('--deadline', '60d');
  expect(late.code).toBe(1);
  const [, days, chips, within] =
    /run takes (\S+) days, the deadline is 60\.0 days\n.*would fit: (\d+) chips, .* (\S+) days/
      .exec(late.out)!
      .map(Number);
  expect([days > 60, chips > 64, within <= 60]).toEqual([true, true, true]);
  const dear = await limited('--budget', '1000', '--usd-per-chip-hour', '2');
  expect(dear.out).toMatch(/the run costs \$[\d,]+, the budget is \$1,000\n +nothing fits/);
  const inTime = await limited('--deadline', '900d', '--budget', '1e9', '--usd-per-chip-hour', '2');
  expect([inTime.code, inTime.out.includes('fits: ')]).toEqual([0, true]);
});

test('what-if plans anew: more bandwidth is never slower, the same question twice changes nothing', async () => {
  const asked = 'bandwidth=2x,peak=1x,batch=0.5x,memory=10GB,chips=2x+batch=2x';
  const page = join(work, 'page.html');
  const args = ['--model', folderOf('llama70'), '--cluster', 'dgx-h100:8', '--batch', '256', '--seq-len', '8192'];
  const { out } = await estimate('train', ...args, '--what-if', asked, '--html', page);
  const rows = out.slice(out.indexOf('what if:')).split('\n').slice(2, 7);
  expect(rows.map((r) => r.split(/ {2,}/)[0])).toEqual(asked.split(','));
  const changes = rows.map((r) => r.split(/ {2,}/));
  expect(changes[0][2]).toMatch(/^−/);
  expect(changes[1].slice(2)).toEqual(['+0.0 %', '+0.0 %', 'the same']);
  expect(changes[3].at(-1)).toMatch(/does not fit: at least/);
  // The page stands alone, and says what the terminal says.
  const html = readFileSync(page, 'utf8');
  expect(html).not.toMatch(/<script|https?:|src=|@import|url\(/);
  expect(html.match(/<svg/g)?.length).toBe(3);
  for (const part of [
    'exposed communication',
    'Memory over time',
    'Bottleneck',
    'why they lose',
    'Shardings',
    'What if',
  ])
    expect(html).toContain(part);
  expect(html).toContain(changes[0].at(-1));
});

test('serving shows both frontiers, with electricity, carbon and price per token', async () => {
  const priced = ['--usd-per-chip-hour', '3.6', '--kg-per-kwh', '0.4', '--chips', '64', '--batches', '64'];
  const { out } = await estimate('serve', '--model', folderOf('llama70'), '--cluster', 'tpu-v4:4x4x4', ...priced);
  const row = /^64 .*weights gathered .* % +(\S+) +\S+ GB +(\S+) +(\S+) +(\S+)$/m.exec(out)!;
  const [chipSecondsPerThousand, joules, grams, usd] = row.slice(1).map(Number);
  // 353 W a chip and a PUE of 1.1; a chip-second costs a tenth of a cent.
  expect(joules / ((chipSecondsPerThousand / 1e3) * 353 * 1.1)).toBeCloseTo(1, 1);
  expect(grams / ((joules / 3.6) * 400)).toBeCloseTo(1, 1);
  expect(usd / chipSecondsPerThousand).toBeCloseTo(1, 1);
  expect(out).toContain('prefill, no other');
  expect(out).toContain('2-D weight-stationary');
});

test('bad input is one line', async () => {
  const model = folderOf('llama');
  for (const [args, message] of [
    [['train', '--model', model, '--cluster', 'dgx-h200', '--batch', '8'], 'Perhaps "dgx-h100" is meant'],
    [
      ['train', '--model', model, '--cluster', 'dgx-h100:1', '--batch', '7', '--tensor', '7'],
      'no layout of 7 tensor ways: expected a divisor of 8 chips and of 4 heads',
    ],
    [
      ['train', '--model', model, '--cluster', 'dgx-h100:1', '--batch', '7', '--tensor', '1', '--pipeline', '1'],
      'no layout divides the batch',
    ],
    [
      ['train', '--model', model, '--cluster', 'dgx-h100:1', '--batch', '8', '--what-if', 'bandwith=2x'],
      'erhaps "bandwidth" is meant',
    ],
    [
      ['train', '--model', model, '--cluster', 'dgx-h100:1', '--batch', '8', '--what-if', 'memory=2'],
      'expected 2x or 2GB or 2GiB',
    ],
    [
      ['train', '--model', model, '--cluster', 'dgx-h100:1', '--batch', '8', '--budget', '5'],
      'a budget needs a run and a price',
    ],
    [['train', '--model', join(work, 'none'), '--cluster', 'dgx-h100:1', '--batch', '8'], 'config.json'],
    [['serve', '--model', model, '--cluster', 'cpu:4', '--chips', '8'], 'has no 8 chips'],
  ] as const) {
    const { code, error } = await estimate(...args);
    expect(code).toBe(1);
    expect(error.trim().split('\n').length).toBe(1);
    expect(error).toContain(message);
  }
});

test('the estimates in the documents are those of today', async () => {
  expect(readFileSync(new URL('../../docs/estimates.md', import.meta.url), 'utf8')).toBe(await estimatesText());
});
