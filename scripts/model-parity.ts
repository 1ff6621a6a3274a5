import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Mesh } from '../src/api/index.ts';
import { type DType, textTable, UserError } from '../src/base/index.ts';
import { openSafetensors } from '../src/data/index.ts';
import { defaultRules } from '../src/nn/index.ts';
import { createEngine, type Engine } from '../src/runtime/index.ts';
import {
  dependsOnBatch,
  gradientDifference,
  greedyAgreement,
  logitsDifference,
  modelsIn,
  openParity,
  oracleModels,
  type Parity,
} from '../tests/models/parity.ts';

/*
 * Runs every model of folders of models (config.json, weights, expected.safetensors, expected.json each) and prints how far it is from what is
 * expected: logits (of padded batches, where the inputs are), gradients, greedy tokens with a cache (a batch of unequal prompts, and each alone). Fails if
 * one is too far.
 *   npm run models -- [--root DIR,DIR] [--engine cpu] [--mesh data=2,model=2] [--dtype bf16] [--scan] [--only a,b] [--skip greedy,gradient]
 * `--table`: on every engine, on a mesh and with weights kept in bf16, each in a process of its own; then one table of all.
 * All gradients, and logits of weights in bf16, are compared where there are files of them (`tests/oracles/hf_models.py` writes them; `--gradients DIR`: those of
 * models of others).
 */

const { values: o } = parseArgs({
  options: {
    root: { type: 'string' },
    gradients: { type: 'string' },
    engine: { type: 'string', default: 'cpu' },
    mesh: { type: 'string' },
    dtype: { type: 'string' },
    scan: { type: 'boolean', default: false },
    only: { type: 'string' },
    skip: { type: 'string', default: '' },
    table: { type: 'boolean', default: false },
    /** Prints a line of JSON for each model: what `--table` reads. */
    json: { type: 'boolean', default: false },
  },
});

/** What was found of a model; differences of logits in units of max(1, their deviation), of losses and gradients relative. */
interface Found {
  readonly model: string;
  readonly seconds: number;
  readonly logits?: number;
  readonly loss?: number;
  /** The recorded gradient, and the worst of all. */
  readonly gradient?: number;
  readonly worst?: { readonly name: string; readonly difference: number; readonly numCompared: number };
  /** Greedy tokens as expected, of how many: all rows at once, one by one. */
  readonly greedy?: readonly [number, number];
  readonly alone?: readonly [number, number];
  /** What was not compared, and why. */
  readonly skipped: readonly string[];
  readonly failed: readonly string[];
}

const columns: Readonly<Record<string, readonly string[]>> = {
  reference: ['--engine', 'reference'],
  cpu: ['--engine', 'cpu'],
  wasm: ['--engine', 'wasm'],
  'cpu data=2,model=2': ['--engine', 'cpu', '--mesh', 'data=2,model=2'],
  xla: ['--engine', 'xla'],
  'cpu, weights in bf16': ['--engine', 'cpu', '--dtype', 'bf16'],
};

const roots = o.root?.split(',').map((r) => resolve(r)) ?? [oracleModels()].filter((r) => r !== undefined);
if (roots.length === 0) {
  console.error('no folder of models: give one with --root');
  process.exit(1);
}
const only = o.only?.split(',');
const dirs = roots.flatMap((root) => modelsIn(root).map((name) => join(root, name)));
const chosen = dirs.filter((dir) => !only || only.includes(basename(dir)));
process.exit((await (o.table ? table() : one())) ? 0 : 1);

/** One engine: a line per model. */
async function one(): Promise<boolean> {
  const engine = createEngine(o.engine);
  const all: Found[] = [];
  for (const dir of chosen) {
    const found = await run(dir, engine);
    all.push(found);
    console.log(o.json ? JSON.stringify(found) : textOf(found));
  }
  const failures = all.flatMap((f) => f.failed).length;
  if (!o.json) console.log(failures === 0 ? 'all as expected' : `${failures} checks failed`);
  await engine.close();
  return failures === 0;
}

async function run(dir: string, engine: Engine): Promise<Found> {
  const start = performance.now();
  const found: { -readonly [K in keyof Found]: Found[K] } = {
    model: basename(dir),
    seconds: 0,
    skipped: [],
    failed: [],
  };
  const fail = (text: string): void => {
    found.failed = [...found.failed, text];
  };
  const atMost = (label: string, value: number, limit: number): number => {
    if (!(value <= limit)) fail(`${label} ${value.toExponential(1)} > ${limit}`);
    return value;
  };
  const equal = (label: string, { equal: n, all }: { equal: number; all: number }): [number, number] => {
    if (n !== all) fail(`${label} ${n}/${all}`);
    return [n, all];
  };
  try {
    const { parity: p, whole } = open(dir, engine);
    found.skipped = [...notCompared(p, dir), ...whole];
    const skips = (what: string): boolean => found.skipped.some((s) => s.startsWith(what));
    if (!skips('logits')) {
      const rounded = o.dtype === undefined ? undefined : openSafetensors(join(moreOf(dir), 'rounded.safetensors'));
      found.logits = atMost('logits', await logitsDifference(p, rounded), rounded ? 3e-2 : 2e-4);
    }
    if (!skips('gradients')) {
      const { loss, gradient, worst } = await gradientDifference(p, dir, moreOf(dir));
      found.loss = atMost('loss', loss, 1e-5);
      found.gradient = atMost('gradient', gradient, 1e-3);
      if (worst) {
        found.worst = worst;
        atMost(`gradient of ${worst.name}`, worst.difference, 1e-3);
      } else found.skipped = [...found.skipped, 'all gradients but one: no gradients.safetensors'];
    }
    if (!skips('tokens')) {
      found.greedy = equal('greedy', await greedyAgreement(p, true));
      if (!skips('alone')) found.alone = equal('alone', await greedyAgreement(p, false));
    }
  } catch (error) {
    fail((error as Error).message.split('\n')[0].slice(0, 200));
  }
  return { ...found, seconds: Number(((performance.now() - start) / 1000).toFixed(1)) };
}

/** On a mesh that does not divide the heads of a model, they stay whole, and the rest is cut. */
function open(dir: string, engine: Engine): { readonly parity: Parity; readonly whole: readonly string[] } {
  const options = {
    engine,
    ...(o.mesh ? { mesh: Mesh.parse(o.mesh) } : {}),
    ...(o.dtype ? { dtype: o.dtype as DType } : {}),
    scan: o.scan,
  };
  try {
    return { parity: openParity(dir, options), whole: [] };
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'nn/divisibility') throw error;
    const reason = `heads are whole: ${error.message.split('. ')[0].replace(/ of .*/, '')}`;
    return { parity: openParity(dir, { ...options, rules: [...defaultRules, ['heads', null]] }), whole: [reason] };
  }
}

/** What of a model is not compared here, with the reason. */
function notCompared(p: Parity, dir: string): string[] {
  const skip = o.skip.split(',');
  const out: string[] = [];
  const rounded = o.dtype && `expected of weights in f32, not in ${o.dtype}`;
  if (o.dtype && (o.dtype !== 'bf16' || !existsSync(join(moreOf(dir), 'rounded.safetensors'))))
    out.push('logits: no rounded.safetensors');
  if (rounded || skip.includes('gradient')) out.push(`gradients: ${rounded ?? '--skip'}`);
  if (!p.expected.tensors.has('greedy')) out.push('tokens: none expected');
  else if (rounded || skip.includes('greedy')) out.push(`tokens: ${rounded ?? '--skip'}`);
  else if (dependsOnBatch(p)) out.push('alone: the rotation of a text depends on the longest of its batch');
  return out;
}

/** Where all gradients of a model lie, and logits of its weights in bf16. */
function moreOf(dir: string): string {
  const other = o.gradients === undefined ? undefined : join(resolve(o.gradients), basename(dir));
  return other !== undefined && existsSync(other) ? other : dir;
}

function share([n, all]: readonly [number, number]): string {
  return `${n}/${all}`;
}

function textOf(f: Found): string {
  const figures = Object.entries({ logits: f.logits, loss: f.loss, gradient: f.gradient }).flatMap(([label, value]) =>
    value === undefined ? [] : [`${label} ${value.toExponential(1)}`],
  );
  if (f.worst) {
    const { name, difference, numCompared } = f.worst;
    figures.push(`worst of ${numCompared} ${difference.toExponential(1)} (${name})`);
  }
  if (f.greedy) figures.push(`greedy ${share(f.greedy)}`);
  if (f.alone) figures.push(`alone ${share(f.alone)}`);
  const rest = [...f.failed.map((t) => `FAILED: ${t}`), ...f.skipped.map((t) => `[not compared: ${t}]`)];
  return `${f.model.padEnd(16)} ${[...figures, ...rest].join('  ')}  ${f.seconds} s`;
}

/** Logits, the worst gradient, tokens together and alone. */
function cellOf(f: Found | undefined): string {
  if (!f) return 'not run';
  const number = (x: number | undefined): string => x?.toExponential(0) ?? '–';
  const tokens = [f.greedy, f.alone].map((t) => (t ? share(t) : '–')).join(' ');
  const gradient = Math.max(f.gradient ?? -1, f.worst?.difference ?? -1);
  const cell = `${number(f.logits)} ${number(gradient < 0 ? undefined : gradient)} ${tokens}`;
  return f.failed.length > 0 ? `${cell} FAILED` : cell;
}

/** Every column in a process of its own, two at a time; then the table, what was not compared, and what is the worst of every column. */
async function table(): Promise<boolean> {
  const results = new Map<string, Found[]>();
  const remarks = new Map<string, string[]>();
  const remark = (text: string, where: string): void => void remarks.set(text, [...(remarks.get(text) ?? []), where]);
  const waiting = Object.keys(columns);
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const found: Found[] = [];
      results.set(name, found);
      const status = await child(name, (f) => {
        found.push(f);
        process.stderr.write(`${name}: ${textOf(f)}\n`);
        for (const text of f.failed) remark(`FAILED: ${text}`, `${f.model} on ${name}`);
        for (const text of f.skipped) remark(`not compared: ${text}`, `${f.model} on ${name}`);
      });
      if (found.length < chosen.length) remark(`FAILED: ended with ${status} before all models were run`, name);
    }
  };
  await Promise.all([work(), work()]);
  const names = Object.keys(columns).filter((name) => (results.get(name) ?? []).length > 0);
  const of = (name: string, model: string): Found | undefined => results.get(name)!.find((f) => f.model === model);
  console.log('logits, worst gradient, greedy tokens of a batch and of each text alone\n');
  console.log(
    textTable(
      ['model', ...names],
      chosen.map((dir) => [basename(dir), ...names.map((name) => cellOf(of(name, basename(dir))))]),
    ),
  );
  console.log();
  for (const name of names) {
    const all = results.get(name)!;
    const most = (f: (x: Found) => number | undefined): string =>
      Math.max(...all.map((x) => f(x) ?? 0)).toExponential(1);
    const sum = (f: (x: Found) => readonly [number, number] | undefined): string =>
      share(all.reduce<[number, number]>(([n, a], x) => [n + (f(x)?.[0] ?? 0), a + (f(x)?.[1] ?? 0)], [0, 0]));
    const numGradients = all.reduce((n, f) => n + (f.worst?.numCompared ?? (f.gradient === undefined ? 0 : 1)), 0);
    console.log(
      `${name}: ${all.filter((f) => f.failed.length === 0).length} of ${chosen.length} models as expected; at most: logits ${most((f) => f.logits)}, loss ${most((f) => f.loss)}, recorded gradient ${most((f) => f.gradient)}, any of ${numGradients} gradients ${most((f) => f.worst?.difference)}; greedy tokens ${sum((f) => f.greedy)}, alone ${sum((f) => f.alone)}`,
    );
  }
  console.log();
  for (const [text, where] of remarks) {
    const shown = where.length > 6 ? `${where.slice(0, 6).join(', ')} and ${where.length - 6} more` : where.join(', ');
    console.log(`${text}: ${shown}`);
  }
  return ![...remarks.keys()].some((text) => text.startsWith('FAILED'));
}

/** Runs this file for one column; its exit status. */
async function child(column: string, onFound: (f: Found) => void): Promise<number | null> {
  const own = Object.entries({ root: roots.join(','), gradients: o.gradients, only: o.only, skip: o.skip }).flatMap(
    ([name, value]) => (value ? [`--${name}`, value] : []),
  );
  const args = [...process.execArgv, fileURLToPath(import.meta.url), '--json', ...columns[column], ...own];
  const p = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: p.stdout }))
    if (line.startsWith('{')) onFound(JSON.parse(line) as Found);
  return p.exitCode ?? new Promise((done) => p.once('exit', done));
}
