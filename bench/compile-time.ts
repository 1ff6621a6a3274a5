import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * Time until a training step can run, each time in a new process that runs the built package (`npm run build` first): with a cache
 * that holds only the support library (cold), and with what such a process left there (warm). Medians in ms; prints JSON.
 *   npx tsx bench/compile-time.ts [preset] [batchSize]
 */
const [preset = 'base', batchText = '4'] = process.argv.slice(2);
const built = new URL('../dist/node/', import.meta.url);
if (!existsSync(fileURLToPath(new URL('outer/train.js', built)))) throw new Error('dist/ is missing: npm run build');
const cache = mkdtempSync(join(tmpdir(), 'espalier-compile-'));

/** Times of one process, in ms. */
interface Times {
  /** From the start of the process until its first line runs: Node itself. */
  readonly nodeTimeMs: number;
  /** Loading Espalier's modules. */
  readonly loadTimeMs: number;
  /** From the first line of the traced function until the program can run. */
  readonly readyTimeMs: number;
  /** From the start of the process until the program can run. */
  readonly processTimeMs: number;
  readonly fromCache: boolean;
}

const script = `
const nodeTimeMs = performance.now();
const [{ shapeDtypeStruct }, { transformerConfig }, { createEngine }, { trainPrograms }] = await Promise.all(
  ['inner/api', 'outer/nn', 'inner/runtime', 'outer/train'].map((name) => import('${built.href}' + name + '.js')),
);
const loadTimeMs = performance.now() - nodeTimeMs;
const [preset, batchSize] = process.argv.slice(1);
const config = transformerConfig(preset);
const engine = createEngine('cpu');
const { step, declarations } = trainPrograms({ config, engine, learningRate: 1e-3, weightDecay: 0.1 }, 1000);
const shapes = (d) =>
  d.shape ? shapeDtypeStruct(d.shape, 'f32') : Object.fromEntries(Object.entries(d).map(([k, v]) => [k, shapes(v)]));
const params = shapes(declarations);
const state = { params, mu: params, nu: params, step: shapeDtypeStruct([], 'i32') };
const start = performance.now();
const { stats } = await step.compile(state, shapeDtypeStruct([Number(batchSize), config.maxSeqLen + 1], 'i32'));
const processTimeMs = performance.now();
const { fromCache } = stats;
console.log(JSON.stringify({ nodeTimeMs, loadTimeMs, readyTimeMs: processTimeMs - start, processTimeMs, fromCache }));
process.exit();
`;

function once(what: string): Times {
  const args = ['--input-type=module', '-e', script, what, batchText];
  const env = { ...process.env, ESPALIER_CACHE: cache };
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env })) as Times;
}

/** Everything but the support library and what is known of the compiler. */
function forgetPrograms(): void {
  for (const file of readdirSync(cache)) if (!/^(support|compiler)-/.test(file)) rmSync(join(cache, file));
}

const names = ['nodeTimeMs', 'loadTimeMs', 'readyTimeMs', 'processTimeMs'] as const;
function medians(all: readonly Times[], fromCache: boolean): object {
  if (all.some((t) => t.fromCache !== fromCache)) throw new Error('the cache did not do what is measured here');
  const middle = (values: number[]): number => Math.round(values.sort((a, b) => a - b)[values.length >> 1]);
  return Object.fromEntries(names.map((name) => [name, middle(all.map((t) => t[name]))]));
}

try {
  once('tiny');
  const cold = [1, 2, 3].map(() => {
    forgetPrograms();
    return once(preset);
  });
  const warm = [1, 2, 3, 4, 5, 6, 7].map(() => once(preset));
  const result = { benchmark: 'compile-time', preset, cold: medians(cold, false), warm: medians(warm, true) };
  console.log(JSON.stringify(result));
} finally {
  rmSync(cache, { recursive: true, force: true });
}
