/*
 * Shardy's executable tests: part 1 is partitioned, part 2 runs it on simulated devices and compares with the sequential program.
 */
import { readFileSync } from 'node:fs';
import { type AttrDict, type Func, type Module, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { explicitBatching } from '../../src/partition/import/explicit-batching.ts';
import { convertGlobalToLocal } from '../../src/partition/local/convert-global-to-local.ts';
import { collectivePasses } from '../../src/partition/passes.ts';
import { rewriteModule } from '../../src/partition/rewrite.ts';
import { evaluateModule } from '../../src/runtime/index.ts';
import { passContext } from '../../src/transform/index.ts';
import { entriesOf, startingAt } from './entries.ts';
import { partsOf } from './run-lines.ts';
import type { CaseResult } from './text-suites.ts';

const SHARDING = 'sdy.sharding';
const ctx = passContext({ registry });

/** The program without shardings: one device. */
function sequential(module: Module): Module {
  const drop = ({ [SHARDING]: _, ...rest }: AttrDict): AttrDict => rest;
  const plain = rewriteModule(
    module,
    registry,
    (op, rewriter) => {
      if (op.name.startsWith('sdy.') && op.results.length > 0)
        rewriter.map.set(op.results[0], rewriter.get(op.operands[0]));
      else rewriter.copy(op, { discardable: drop(op.discardable) });
    },
    (f) => ({
      argAttributes: f.argAttributes.map((d) => drop(d)),
      resultAttributes: f.resultAttributes.map((d) => drop(d)),
    }),
  );
  return plain.with({
    symbols: [],
    funcs: plain.funcs.map((f) => f.with({ name: f.name.replaceAll('parallel_', 'sequential_') })),
  });
}

type Preparation = 'batching' | 'pipeline' | 'local';

/** What a test prepares its functions by: its folder says so, or else what is in it. */
function preparationOf(file: string, text: string): Preparation {
  if (file.includes('executable_explicit_gather_scatter_batching') || text.includes('@transformed_')) return 'batching';
  if (file.includes('executable_convert_global_to_local')) return 'local';
  if (file.includes('executable_partitioner_pipeline')) return 'pipeline';
  return /sdy\.(all_|collective_|reduce_scatter|replicated_to|sharded_to)/.test(text) ? 'local' : 'pipeline';
}

/** The functions of a test's first parts, as its last part calls them. */
function prepared(given: Module, how: Preparation, text: string): readonly Func[] {
  if (how === 'batching') {
    const originals = given.funcs.map((f) => f.with({ name: f.name.replace('transformed_', 'original_') }));
    return [...explicitBatching(given, ctx).funcs, ...originals];
  }
  let local = given;
  if (how === 'pipeline') for (const p of collectivePasses) local = p.run(local, ctx);
  const areReplicas = /--replica_count=(?!1\b)\d+/.test(text);
  local = convertGlobalToLocal(local, ctx, { devices: areReplicas ? 'replicas' : 'partitions' });
  const isComplete = !text.includes('@parallel_') || /func\.func[^\n]*@sequential_/.test(text);
  return isComplete ? local.funcs : [...local.funcs, ...sequential(given).funcs];
}

/** Runs one file; one result per function that is run. */
export function runExecuteFile(file: string): CaseResult[] {
  const name = file.split('/').pop()!;
  const tried = (label: string, run: () => void): CaseResult => {
    try {
      run();
      return { name: label, error: undefined };
    } catch (error) {
      const isError = error instanceof Error;
      const where = isError ? error.stack?.split('\n').slice(1, 6).join('\n') : '';
      return { name: label, error: isError ? `${error.message}\n${where}` : String(error) };
    }
  };
  let funcs: readonly Func[] = [];
  let mains: Module | undefined;
  const read = tried(name, () => {
    const text = readFileSync(file, 'utf8');
    const parts = [...partsOf(text).values()];
    if (parts.length < 2) throw new Error('the file does not have two parts');
    const options = { allowUnregistered: true, fileName: name };
    const how = preparationOf(file, text);
    funcs = parts.slice(0, -1).flatMap((part) => prepared(parseModule(part, registry, options), how, text));
    mains = parseModule(parts[parts.length - 1], registry, { ...options, verify: false });
  });
  if (!mains) return [read];
  const last = mains;
  let entries: readonly Func[] = [];
  const found = tried(name, () => {
    entries = entriesOf(last);
  });
  if (found.error !== undefined) return [found];
  return entries.map((entry) =>
    tried(entries.length === 1 ? name : `${name} @${entry.name}`, () => {
      evaluateModule(startingAt(last.with({ funcs: [...last.funcs, ...funcs] }), entry), []);
    }),
  );
}
