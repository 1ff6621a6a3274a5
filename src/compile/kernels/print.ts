import { type Affine, COUNT_UNIT, type Term } from './affine.ts';
import type { ElementFunctionName } from './element-functions.ts';
import type {
  Buffer,
  Epilogue,
  Expr,
  KernelProgram,
  LoopStep,
  ProductView,
  Span,
  Statement,
  Step,
  StepBlock,
  Storage,
} from './kernel-ir.ts';
import type { MemoryPlan } from './plans.ts';

/* The kernel list as text, for dumps and tests. */

/** One line per step, indented by nesting. */
export function printKernels(program: KernelProgram): string {
  return [
    `kernels @${program.name}(${program.args.map(bufferText).join(', ')}) -> (${program.results.map(bufferText).join(', ')})`,
    ...blockLines(program.body, '  '),
  ].join('\n');
}

/** The kernel list and what passes found out about it. */
export function printProgram(program: KernelProgram): string {
  const { kept, memory } = program;
  return [
    printKernels(program),
    ...(kept?.operands ?? []).map(
      (k) => `kept packed: argument ${k.arg} as ${k.product.operand}, matrices ${k.matrices}, in ${k.key}`,
    ),
    ...(memory ? [printMemory(program, memory)] : []),
  ].join('\n');
}

/** Where every buffer lives: one line each, those of the arena in order of their offset. */
export function printMemory(program: KernelProgram, plan: MemoryPlan): string {
  const lines = [`arena ${plan.arenaBytes} bytes, constants ${program.constants.length} bytes`];
  for (const [b, offset] of [...plan.offsets].sort((x, y) => x[1] - y[1] || x[0].id - y[0].id))
    lines.push(`  ${offset} … ${offset + b.bytes}: ${bufferText(b)}`);
  for (const [arg, result] of plan.aliases) lines.push(`result ${result} in the memory of argument ${arg}`);
  return lines.join('\n');
}

export function bufferText(b: Buffer): string {
  const name = { temp: 't', local: 'l', scratch: 's', arg: 'arg', result: 'res', constant: 'const' }[b.place.kind];
  return `${name}${b.id}:${b.dtype}[${b.elements}]`;
}
const short = (b: Buffer): string => bufferText(b).split(':')[0];
const storage = (s: Storage): string => (s.offset === 0 ? short(s.buffer) : `${short(s.buffer)}+${s.offset}`);

function termText(t: Term): string {
  return t.kind === 'loop' ? `i${t.id}` : `n${t.id}`;
}
export function affineText(a: Affine, nameOf: (t: Term) => string = termText): string {
  const parts = [...a.terms].map(([t, c]) => (c === 1 ? nameOf(t) : `${c}*${nameOf(t)}`));
  if (a.constant !== 0 || parts.length === 0) parts.push(String(a.constant));
  return parts.join('+');
}

/** Nested text of an expression; shared nodes are repeated. */
export function exprText(e: Expr, depth = 12): string {
  switch (e.kind) {
    case 'load':
      return `${short(e.buffer)}[${affineText(e.index)}]`;
    case 'literal':
      return `${e.value}`;
    case 'index':
      return `index(${affineText(e.index)})`;
    case 'variable':
      return e.name;
    case 'element':
      return `${short(e.buffer)}[${exprText(e.index, depth)}]`;
    case 'device':
      return 'device';
    case 'apply':
      return depth === 0
        ? '…'
        : (infix(e, depth) ??
            `${e.fn}${e.parameter ? `<${e.parameter}>` : ''}(${e.args.map((a) => exprText(a, depth - 1)).join(', ')})`);
  }
}

const infixSymbols: Readonly<Partial<Record<ElementFunctionName, string>>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  remainder: '%',
};
/** Index arithmetic as people write it. */
function infix(e: Expr & { kind: 'apply' }, depth: number): string | undefined {
  const symbol =
    e.dtype === 'i64'
      ? infixSymbols[e.fn]
      : e.fn === 'compare' && e.args[0].dtype === 'i64'
        ? { EQ: '==', NE: '!=', LT: '<', LE: '<=', GT: '>', GE: '>=' }[e.parameter ?? '']
        : undefined;
  return symbol && `(${exprText(e.args[0], depth - 1)} ${symbol} ${exprText(e.args[1], depth - 1)})`;
}

function statementLines(s: Statement, indent: string): string[] {
  const inner = (list: readonly Statement[]): string[] => list.flatMap((x) => statementLines(x, `${indent}  `));
  switch (s.kind) {
    case 'let':
      return [`${indent}let ${s.variable.name}:${s.variable.dtype} = ${exprText(s.value)}`];
    case 'set':
      return [`${indent}${s.variable.name} = ${exprText(s.value)}`];
    case 'store':
      return [
        `${indent}${short(s.buffer)}[${exprText(s.index)}] = ${[s.value, ...(s.next ? [s.next] : [])].map((e) => exprText(e)).join(', ')}`,
      ];
    case 'move':
      return [
        `${indent}move ${exprText(s.count)} to ${short(s.to)}[${exprText(s.toIndex)}] from ${short(s.from)}[${exprText(s.fromIndex)}]`,
      ];
    case 'if':
      return [
        `${indent}if ${exprText(s.condition)}`,
        ...inner(s.body),
        ...(s.otherwise.length > 0 ? [`${indent}else`, ...inner(s.otherwise)] : []),
      ];
    case 'while':
      return [`${indent}while ${exprText(s.condition)}`, ...inner(s.body)];
    case 'for': {
      const order = s.order === 'sequential' ? '' : ` // ${s.order}${s.order === 'parallel' ? ` by ${s.grain}` : ''}`;
      const step = s.step === 1 ? '' : ` step ${s.step}`;
      return [
        `${indent}for ${s.variable.name} = ${exprText(s.from)} .. ${exprText(s.to)}${step}${order}`,
        ...inner(s.body),
      ];
    }
    case 'product': {
      const view = (v: ProductView): string => `${short(v.buffer)}[${exprText(v.at)}; ${v.row}, ${v.column}]`;
      return [
        `${indent}product ${view(s.c)} = ${view(s.a)} * ${view(s.b)} // ${[s.m, s.n, s.k].map((x) => exprText(x)).join('x')}, accumulate ${exprText(s.accumulate)}`,
      ];
    }
  }
}

function blockLines(b: StepBlock, indent: string): string[] {
  return b.steps.flatMap((s) => stepLines(s, indent));
}

function loopLines(s: LoopStep, indent: string): string[] {
  const loops = (vars: LoopStep['outer']): string =>
    vars.map((v) => `i${v.id}<${v.count ? termText(v.count) : v.extent}`).join(' ');
  const lines = [`${indent}loops [${loops(s.outer)}] // ${s.note}`];
  for (const n of s.symbols)
    lines.push(`${indent}  n${n.symbol.id} = clamp(${storage(n.storage)}, 0, ${n.symbol.max})`);
  for (const stage of s.stages) {
    lines.push(`${indent}  for [${loops(stage.vars)}]`);
    if (stage.kind === 'nest') {
      for (const x of stage.stores)
        lines.push(`${indent}    ${short(x.buffer)}[${affineText(x.index)}] = ${exprText(x.value)}`);
      for (const f of stage.folds)
        lines.push(
          `${indent}    ${short(f.target.buffer)}[${affineText(f.target.index)}] = ${f.combiner} from ${exprText(f.init)} of ${exprText(f.value)}`,
        );
    } else
      stage.targets.forEach((t, i) => {
        lines.push(
          `${indent}    ${short(t.buffer)}[${affineText(t.index)}] = fold of ${exprText(stage.values[i])} by ${exprText(stage.body[i])}`,
        );
      });
  }
  return lines;
}

/** `n1 .. n2 (n3 of 256, n4 left) = clamp(0) .. clamp(64*n5+64) by 16` */
function spanText(s: Span): string {
  const [first, end, count, rest] = [s.first, s.end, s.count, s.rest].map(termText);
  return `${first} .. ${end} (${count} of ${s.size}, ${rest} left) = ${affineText(s.from)} .. ${affineText(s.to)} by ${COUNT_UNIT}`;
}

function epilogueLines({ rows, columns, step }: Epilogue, indent: string): string[] {
  const of = columns ? `, ${termText(columns.count)} columns from ${termText(columns.first)}` : '';
  const list = rows.map((t) => `n${t.id}<${t.max + 1}`);
  return [`${indent}on finished rows [${list.join(' ')}]${of}`, ...loopLines(step, `${indent}  `)];
}

function stepLines(s: Step, indent: string): string[] {
  switch (s.kind) {
    case 'loops':
      return loopLines(s, indent);
    case 'gemm': {
      const size = (axis: 'm' | 'n' | 'k'): string => (s.counts?.[axis] ? termText(s.counts[axis]) : `${s[axis]}`);
      const sizes = `${[...s.outer, s.batch].join('x')} x ${size('m')}x${size('n')}x${size('k')}`;
      return [
        `${indent}gemm ${short(s.c.storage.buffer)} ${s.accumulate ? '+=' : '='} ${storage(s.a.storage)} * ${storage(s.b.storage)} // ${sizes}`,
        ...(s.epilogue ? epilogueLines(s.epilogue, `${indent}  `) : []),
      ];
    }
    case 'tile': {
      const list = [...s.points, ...(s.round ? [s.round] : [])].map((t) => `n${t.id}<${t.max + 1}`);
      const rounds = s.round ? ', the last in order' : '';
      return [
        `${indent}tile [${list.join(' ')}]${rounds}, ${s.scratchBytes} bytes per thread`,
        ...(s.span ? [`${indent}  ${spanText(s.span)}`] : []),
        ...(s.start.length > 0 ? [`${indent}  before its rounds`] : []),
        ...s.start.flatMap((x) => stepLines(x, `${indent}    `)),
        ...s.body.flatMap((x) => stepLines(x, `${indent}  `)),
        ...(s.finish.length > 0 ? [`${indent}  after its rounds`] : []),
        ...s.finish.flatMap((x) => stepLines(x, `${indent}    `)),
      ];
    }
    case 'update':
      return [
        `${indent}update ${s.targets.map((t) => `${short(t.result)} = ${storage(t.operand)}`).join(', ')} with`,
        ...stepLines(s.write, `${indent}  `),
      ];
    case 'copy':
      return [`${indent}copy ${short(s.to)} = ${storage(s.from)}`];
    case 'while':
      return [
        `${indent}while ${s.carries.map((c, i) => `${short(c)} = ${storage(s.inits[i])}`).join(', ')}`,
        ...blockLines(s.condition, `${indent}  `),
        `${indent}do if ${storage(s.conditionValue)}`,
        ...blockLines(s.body, `${indent}  `),
        `${indent}yield ${s.yields.map(storage).join(', ')}`,
      ];
    case 'case':
      return [
        `${indent}case ${storage(s.selector)} -> ${s.results.map(short).join(', ')}`,
        ...s.branches.flatMap((b, i) => [
          `${indent}branch ${i}`,
          ...blockLines(b.block, `${indent}  `),
          `${indent}yield ${b.yields.map(storage).join(', ')}`,
        ]),
      ];
    case 'routine':
      return [
        `${indent}routine ${s.writes.map(short).join(', ')} = ${s.reads.map(storage).join(', ')} // ${s.note}`,
        ...s.body.flatMap((x) => statementLines(x, `${indent}  `)),
      ];
    case 'collective':
      return [
        `${indent}${s.collective.op} ${short(s.to)} = ${storage(s.from)} // groups ${s.groups.map((g) => `[${g}]`).join(' ')}`,
      ];
    case 'callback':
      return [
        `${indent}callback ${s.writes.map(short).join(', ')} = ${s.reads.map(storage).join(', ')} // ${s.op.name}`,
      ];
  }
}
