import { EspalierError } from '../../src/base/index.ts';
import { parseModule, printModule, verifyModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { mutate, randomFrom } from './mutate.ts';

export interface Finding {
  readonly kind: 'exception' | 'slow' | 'memory' | 'unpositioned' | 'code';
  readonly message: string;
  readonly text: string;
}
export interface FuzzReport {
  readonly seed: number;
  readonly executions: number;
  readonly modules: number;
  readonly parseErrors: number;
  readonly verifyErrors: number;
  readonly slowestMs: number;
  readonly findings: readonly Finding[];
}

const LIMIT_MS = 2000;
const LIMIT_BYTES = 512 * 1024 * 1024;

/** What reading one text must lead to: a module, or an error of ours with its place. */
export function judge(text: string): { outcome: 'module' | 'parse' | 'verify'; finding?: Omit<Finding, 'text'> } {
  try {
    const module = parseModule(text, registry);
    verifyModule(module);
    printModule(module);
    return { outcome: 'module' };
  } catch (error) {
    if (!(error instanceof EspalierError)) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { outcome: 'parse', finding: { kind: 'exception', message } };
    }
    const outcome = error.code === 'ir/verify' ? 'verify' : 'parse';
    const bad = (kind: Finding['kind']) =>
      ({ outcome, finding: { kind, message: `${error.code}: ${error.stack}` } }) as const;
    if (!/^(ir|base)\//.test(error.code) || error.code === 'base/internal') return bad('code');
    const { line, column } = error.fields;
    if (error.code === 'ir/parse' && !(Number(line) >= 1 && Number(column) >= 1)) return bad('unpositioned');
    return { outcome };
  }
}

/** Mutates texts of the corpus for a time, or for a number of executions; stops after 20 different findings. */
export function fuzz(
  corpus: readonly string[],
  seed: number,
  limit: { seconds: number; executions?: number },
): FuzzReport {
  const random = randomFrom(seed);
  const end = performance.now() + limit.seconds * 1000;
  const findings = new Map<string, Finding>();
  const counts = { module: 0, parse: 0, verify: 0 };
  let executions = 0;
  let slowestMs = 0;
  while (performance.now() < end && executions < (limit.executions ?? Number.POSITIVE_INFINITY) && findings.size < 20) {
    const text = mutate(random, corpus[random(corpus.length)], corpus[random(corpus.length)]);
    const bytes = process.memoryUsage.rss();
    const start = performance.now();
    const { outcome, finding } = judge(text);
    const ms = performance.now() - start;
    executions++;
    counts[outcome]++;
    slowestMs = Math.max(slowestMs, ms);
    const grown = process.memoryUsage.rss() - bytes;
    const found: Omit<Finding, 'text'> | undefined =
      finding ??
      (ms > LIMIT_MS
        ? { kind: 'slow', message: `${ms.toFixed(0)} ms` }
        : grown > LIMIT_BYTES
          ? { kind: 'memory', message: `${(grown / 2 ** 20).toFixed(0)} MiB` }
          : undefined);
    if (found) findings.set(placeOf(found), { ...found, text });
  }
  return {
    seed,
    executions,
    modules: counts.module,
    parseErrors: counts.parse,
    verifyErrors: counts.verify,
    slowestMs,
    findings: [...findings.values()],
  };
}

/** Findings with one cause: same kind and first frames of the stack. */
function placeOf(f: Omit<Finding, 'text'>): string {
  const frames = f.message.split('\n').filter((l) => l.trim().startsWith('at '));
  return [f.kind, ...frames.slice(0, 2)].join('|') || f.kind;
}
