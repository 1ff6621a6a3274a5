/*
 * Shardy's text tests: a module, the passes named in its RUN line, CHECK lines.
 */
import { readFileSync } from 'node:fs';
import { type Module, type Op, parseModule, printModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { reshardToCollectives } from '../../src/partition/collectives/reshard-to-collectives.ts';
import { exportPasses, importPasses, partitionPasses } from '../../src/partition/passes.ts';
import { populateShardingRules } from '../../src/partition/propagate/populate-sharding-rules.ts';
import { propagate } from '../../src/partition/propagate/propagate.ts';
import { propagateAggressive } from '../../src/partition/propagate/propagate-aggressive.ts';
import { propagateBasic } from '../../src/partition/propagate/propagate-basic.ts';
import { propagateByOpPriority } from '../../src/partition/propagate/propagate-by-op-priority.ts';
import type { PropagationOptions } from '../../src/partition/propagate/propagation-levels.ts';
import { insertReshards } from '../../src/partition/reshard/insert-explicit-reshards.ts';
import { rewriteModule } from '../../src/partition/rewrite.ts';
import { Shardings } from '../../src/partition/shardings.ts';
import { type PassContext, passContext } from '../../src/transform/index.ts';
import { checkAll, parseDirectives, type Section, sectionsOf } from './filecheck.ts';
import { partsOf, type RunLine, runLines } from './run-lines.ts';

export interface CaseResult {
  readonly name: string;
  readonly error: string | undefined;
}

type Run = (module: Module) => Module;

/** Passes that Shardy names otherwise. */
const namedPasses: Readonly<Record<string, string>> = {
  'add-data-flow-edges': 'add-data-flow-edges',
  'add-func-data-flow-edges': 'add-func-data-flow-edges',
  'apply-sharding-constraints': 'apply-sharding-constraints',
  'close-shardings': 'close-shardings',
  'drop-sharding-rules': 'drop-sharding-rules',
  'explicit-gather-scatter-batching': 'explicit-batching',
  'export-named-computations': 'export-calls',
  'import-func-calls': 'import-calls',
  'lift-inlined-meshes': 'lift-inlined-meshes',
  'manual-axes-cleanup': 'clean-manual-axes',
  'remove-sharding-groups': 'remove-sharding-groups',
  'remove-size-one-axes': 'remove-size-one-axes',
  'sharding-constraint-to-reshard': 'constraints-to-reshards',
  'sharding-group-import': 'import-sharding-groups',
  'sink-data-flow-edges': 'sink-data-flow-edges',
  'sink-func-data-flow-edges': 'sink-func-data-flow-edges',
};
const ctx = passContext({ registry });
const passNamed = (name: string): Run => {
  const pass = partitionPasses.find((p) => p.name === name)!;
  return (m) => pass.run(m, ctx);
};
const propagations: Readonly<Record<string, (m: Module, ctx: PassContext, o: PropagationOptions) => Module>> = {
  'basic-propagate': propagateBasic,
  'aggressive-propagate': propagateAggressive,
  'op-priority-propagate': propagateByOpPriority,
  'user-priority-propagate': propagate,
};

/** Without ops that nobody uses and that do nothing else, as MLIR's canonicalizer leaves a module; calls may do something. */
function withoutDeadOps(module: Module): Module {
  const { program } = new Shardings(module);
  const isDead = (op: Op): boolean => {
    const { traits } = op.definition;
    const hasEffect = (op.attributes as { hasSideEffect?: boolean }).hasSideEffect ?? traits.sideEffect;
    const isKept = op.results.length === 0 || traits.terminator || traits.call || traits.collective || hasEffect;
    return !isKept && op.regions.length === 0 && op.results.every((r) => program.usesOf(r).length === 0);
  };
  if (!program.ops.some(isDead)) return module;
  return withoutDeadOps(
    rewriteModule(module, registry, (op, rewriter) => {
      if (!isDead(op)) rewriter.copy(op);
    }),
  );
}

/** The passes of a flag: `-sdy-basic-propagate=conservative-propagation=true keep-sharding-rules=true`; none for mlir-opt's own. */
function passesOf(flag: string): Run[] {
  const [, name, text = ''] = /^--?sdy-([\w-]+)(?:=(.*))?$/.exec(flag) ?? [];
  if (name === undefined) return [];
  const given = new Map(text.split(/\s+/).map((o) => o.split('=') as [string, string]));
  const is = (option: string): boolean => given.get(option) === 'true';
  const conservative = is('conservative-propagation');
  if (propagations[name]) {
    const strategy = given.get('propagation-strategy') as PropagationOptions['strategy'];
    return [
      (m) =>
        propagations[name](m, ctx, {
          conservative,
          keepShardingRules: is('keep-sharding-rules'),
          runOpPriority: given.get('run-op-priority-propagation') !== 'false',
          ...(strategy && { strategy }),
        }),
    ];
  }
  if (namedPasses[name]) return [passNamed(namedPasses[name])];
  switch (name) {
    case 'populate-op-sharding-rules':
      return [(m) => populateShardingRules(m, ctx, { conservative })];
    case 'insert-explicit-reshards':
      return [(m) => insertReshards(m, ctx, { full: is('enable-full-version') })];
    case 'reshard-to-collectives':
      return [(m) => reshardToCollectives(m, ctx, { keepRedundant: is('keep-redundant-reshards') })];
    case 'propagation-pipeline': {
      const shared = is('dedup-functions-fully');
      // Shardy's pipeline reads no GSPMD annotations, and names the batch dimensions of indices on request only.
      const others = ['import-gspmd', 'explicit-batching', ...(shared ? ['import-calls'] : [])];
      const imports = importPasses.filter((p) => !others.includes(p.name)).map((p) => passNamed(p.name));
      const calls = shared
        ? ['add-func-data-flow-edges', 'propagate', 'sink-func-data-flow-edges']
        : ['propagate', 'sink-data-flow-edges', 'export-calls'];
      return [
        ...imports,
        ...calls.map(passNamed),
        ...exportPasses.map((p) => passNamed(p.name)),
        (m) => insertReshards(m, ctx, { full: false }),
        // It ends with MLIR's canonicalizer.
        withoutDeadOps,
        passNamed('drop-sharding-rules'),
      ];
    }
    default:
      throw new Error(`no pass for ${flag}`);
  }
}

/** Runs one file; one result per CHECK-LABEL of each command in its RUN lines. */
export function runTextFile(file: string): CaseResult[] {
  const text = readFileSync(file, 'utf8');
  const lines = runLines(text);
  const parts = partsOf(text);
  return lines.flatMap((line, i) => {
    const results = runLine(file, line, parts.get(line.input ?? '') ?? text, parts.get(line.checks ?? '') ?? text);
    return lines.length === 1 ? results : results.map((r) => ({ ...r, name: `${r.name} (RUN ${i + 1})` }));
  });
}

function runLine(file: string, line: RunLine, input: string, checks: string): CaseResult[] {
  const splits = line.flags.some((f) => /^--?split-input-file/.test(f));
  const chunksOf = (text: string): string[] => (splits ? text.split(/^\/\/ -----.*$/m) : [text]);
  const passes = line.flags.flatMap(passesOf);
  const withChecks = chunksOf(checks);
  let at = 0;
  return chunksOf(input).flatMap((chunk, i) => {
    const lines = '\n'.repeat(at);
    at += chunk.split('\n').length - 1;
    // Checks of another part of the file are those of its chunk of the same number.
    const source = checks === input ? lines + chunk : (withChecks[i] ?? '');
    const directives = line.prefixes.flatMap((p) => parseDirectives(source, p)).sort((x, y) => x.line - y.line);
    return runChunk(file, chunk, sectionsOf(directives), passes);
  });
}

function runChunk(file: string, chunk: string, sections: readonly Section[], passes: readonly Run[]): CaseResult[] {
  if (sections.length === 0) {
    const expected = /expected-error.*\{\{(.*)\}\}/.exec(chunk)?.[1];
    return expected === undefined ? [] : [{ name: expected, error: failsAsExpected(chunk, passes) }];
  }
  const names = sections.map((s) => s.label?.pattern ?? '(no label)');
  const process = (source: string): string => {
    let module = parseModule(source, registry, { fileName: file.split('/').pop()!, allowUnregistered: true });
    for (const pass of passes) module = pass(module);
    return printModule(module);
  };
  try {
    const output = process(chunk);
    return checkAll(sections, output).map((error, i) => ({ name: names[i], error }));
  } catch (error) {
    // One function at a time, so that one unsupported op fails only its own case.
    const pieces = splitFunctions(chunk);
    if (pieces.functions.length < 2) return names.map((name) => ({ name, error: short(error) }));
    let output = '';
    const errors = new Map<string, string>();
    for (const f of pieces.functions) {
      try {
        output += process(`${pieces.header}\n${f.text}`);
      } catch (inner) {
        errors.set(f.name, short(inner));
      }
    }
    return checkAll(sections, output).map((e, i) => {
      const own = [...errors].find(([n]) => names[i].includes(`@${n}`));
      return { name: names[i], error: own ? own[1] : e };
    });
  }
}

/** For cases that must be refused: undefined when they are. */
function failsAsExpected(text: string, passes: readonly Run[]): string | undefined {
  try {
    let module = parseModule(text, registry, { allowUnregistered: true });
    for (const pass of passes) module = pass(module);
    return 'an error was expected';
  } catch {
    return undefined;
  }
}

const short = (error: unknown): string =>
  error instanceof Error
    ? `${error.message}${error.name === 'EspalierError' ? '' : `\n${error.stack}`}`
    : String(error);

function splitFunctions(text: string): { header: string; functions: { name: string; text: string }[] } {
  const starts = [...text.matchAll(/^func\.func .*$/gm)].map((m) => m.index);
  return {
    header: (text.match(/^sdy\.mesh .*$/gm) ?? []).join('\n'),
    functions: starts.map((s, i) => {
      const piece = text.slice(s, starts[i + 1]);
      return { name: /@([\w.]+)/.exec(piece)?.[1] ?? '', text: piece };
    }),
  };
}
