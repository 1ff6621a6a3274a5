/*
 * Shardy's text tests: a module, the passes named in its RUN line, CHECK lines.
 */
import { readFileSync } from 'node:fs';
import { type Module, parseModule, printModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { exportCalls } from '../../src/partition/calls.ts';
import { addDataFlowEdges, sinkDataFlowEdges } from '../../src/partition/data-flow-edges.ts';
import { conservativeRule, RULE_ATTRIBUTE, ruleAttr, ruleOf } from '../../src/partition/index.ts';
import { insertExplicitReshards } from '../../src/partition/insert-explicit-reshards.ts';
import { exportPasses, importPasses } from '../../src/partition/pipeline.ts';
import {
  propagate,
  propagateAggressive,
  propagateBasic,
  propagateByOpPriority,
} from '../../src/partition/propagation-hierarchy.ts';
import { reshardToCollectives } from '../../src/partition/reshard-to-collectives.ts';
import { rewriteModule } from '../../src/partition/rewrite.ts';
import { checkAll, parseDirectives, sectionsOf } from './filecheck.ts';

export interface CaseResult {
  readonly name: string;
  readonly error: string | undefined;
}

type Run = (module: Module) => Module;

/** The passes of a RUN line. */
function passesOf(run: string): Run[] {
  const o = { registry };
  const out: Run[] = [];
  const flags = run.match(/--?sdy-[\w-]+(=(['"])[^'"]*\2|=\S+)?/g) ?? [];
  for (const flag of flags) {
    const name = flag.replace(/^--?/, '').split('=')[0];
    const has = (text: string): boolean => flag.includes(text);
    const conservative = has('conservative-propagation=true');
    switch (name) {
      case 'sdy-populate-op-sharding-rules':
        out.push((m) => showRules(m, conservative));
        break;
      case 'sdy-basic-propagate':
        out.push((m) => propagateBasic(m, { ...o, conservative }));
        break;
      case 'sdy-aggressive-propagate':
        out.push((m) => propagateAggressive(m, o));
        break;
      case 'sdy-op-priority-propagate':
        out.push((m) => propagateByOpPriority(m, o));
        break;
      case 'sdy-user-priority-propagate':
        out.push((m) => propagate(m, o));
        break;
      case 'sdy-add-data-flow-edges':
        out.push((m) => addDataFlowEdges(m, o));
        break;
      case 'sdy-sink-data-flow-edges':
        out.push((m) => sinkDataFlowEdges(m, o));
        break;
      case 'sdy-insert-explicit-reshards':
        out.push((m) => insertExplicitReshards(m, { ...o, full: !has('enable-full-version=false') }));
        break;
      case 'sdy-reshard-to-collectives':
        out.push((m) => reshardToCollectives(m, { ...o, keepRedundant: has('keep-redundant-reshards=true') }));
        break;
      case 'sdy-propagation-pipeline':
        out.push(...importPasses.map((p) => (m: Module) => p.run(m, registry)));
        out.push((m) => propagate(m, o));
        out.push(...exportPasses.map((p) => (m: Module) => p.run(m, registry)));
        out.push((m) => exportCalls(m, o));
        out.push((m) => insertExplicitReshards(m, { ...o, full: false }));
        break;
      default:
        throw new Error(`no pass for ${flag}`);
    }
  }
  return out;
}

/** Writes every op's rule into its attributes. */
function showRules(module: Module, conservative: boolean): Module {
  return rewriteModule(module, registry, (op, scope) => {
    const own = ruleOf(op);
    const rule = own && conservative ? conservativeRule(own) : own;
    const shows = rule && op.results.length > 0 && !op.name.startsWith('sdy.data');
    scope.copy(op, shows ? { discardable: { ...op.discardable, [RULE_ATTRIBUTE]: ruleAttr(rule) } } : {});
  });
}

/** Runs one file; one result per CHECK-LABEL. */
export function runTextFile(file: string): CaseResult[] {
  const text = readFileSync(file, 'utf8');
  const run = /^\/\/ RUN:(.*)$/m.exec(text)?.[1] ?? '';
  const passes = passesOf(run);
  const allowUnregistered = true;
  const results: CaseResult[] = [];
  let line = 0;
  const chunks = run.includes('-split-input-file') ? text.split(/^\/\/ -----.*$/m) : [text];
  for (const chunk of chunks) {
    const sections = sectionsOf(parseDirectives('\n'.repeat(line) + chunk));
    line += chunk.split('\n').length - 1;
    if (sections.length === 0) {
      const expected = /expected-error.*\{\{(.*)\}\}/.exec(chunk)?.[1];
      if (expected !== undefined) results.push({ name: expected, error: failsAsExpected(chunk, passes) });
      continue;
    }
    const names = sections.map((s) => s.label?.pattern ?? '(no label)');
    const process = (source: string): string => {
      let module = parseModule(source, registry, { fileName: file.split('/').pop()!, allowUnregistered });
      for (const pass of passes) module = pass(module);
      return printModule(module);
    };
    let output = '';
    try {
      output = process(chunk);
    } catch (error) {
      // One function at a time, so that one unsupported op fails only its own case.
      const pieces = splitFunctions(chunk);
      if (pieces.functions.length < 2) {
        for (const name of names) results.push({ name, error: short(error) });
        continue;
      }
      const errors = new Map<string, string>();
      for (const f of pieces.functions) {
        try {
          output += process(`${pieces.header}\n${f.text}`);
        } catch (inner) {
          errors.set(f.name, short(inner));
        }
      }
      checkAll(sections, output).forEach((e, i) => {
        const own = [...errors].find(([n]) => names[i].includes(`@${n}`));
        results.push({ name: names[i], error: own ? own[1] : e });
      });
      continue;
    }
    checkAll(sections, output).forEach((error, i) => {
      results.push({ name: names[i], error });
    });
  }
  return results;
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
