import type { Term } from '../kernels/affine.ts';
import { collapseLoops } from '../kernels/collapse.ts';
import type { LoopStep, PlannedProgram, RoutineStep, Step } from '../kernels/kernel-ir.ts';
import { affineText, bufferText } from '../kernels/print.ts';
import { partsOf } from '../kernels/walk.ts';
import type {
  Code,
  Compute,
  LaneCount,
  MatrixPlace,
  Operand,
  Place,
  Register,
  ScheduledKernel,
  TargetFacts,
} from './code.ts';
import { scheduleLoops } from './schedule-loops.ts';
import { scheduleRoutine } from './schedule-routine.ts';

/*
 * Scheduled kernels as text. `x3` is a number, `v3` one per lane; `?` behind a register says that it changes; `[a]` is memory and
 * `[a by 2]` lanes two elements apart; `<5` behind a place or a value says that only the first five lanes take part.
 */

/** The schedules of all loops and routines of a program, in the order of the steps that they belong to. */
export function printSchedule(program: PlannedProgram, target: TargetFacts): string {
  const { rootOf } = program.memory;
  const kernelsOf = (s: Step, isSerial: boolean): ScheduledKernel[] => [
    ...(s.kind === 'loops' || s.kind === 'routine' ? [schedule(s, isSerial)] : []),
    // Threads are busy with points of a tile and with blocks of a product: what belongs to them runs where they are.
    ...partsOf(s).flatMap((part) => kernelsOf(part, isSerial || s.kind === 'tile' || s.kind === 'gemm')),
  ];
  const schedule = (s: LoopStep | RoutineStep, isSerial: boolean): ScheduledKernel =>
    s.kind === 'loops' ? scheduleLoops(collapseLoops(s), rootOf, target, isSerial) : scheduleRoutine(s, rootOf, target);
  const kernels = program.body.steps.flatMap((s) => kernelsOf(s, false));
  return [`schedule @${program.name}, ${target.lanes} lanes`, ...kernels.map(kernelText)].join('\n');
}

export function kernelText(kernel: ScheduledKernel): string {
  return new SchedulePrinter(kernel).text();
}

class SchedulePrinter {
  private readonly kernel: ScheduledKernel;
  /** Loop variables and run-time indices, numbered as they come. */
  private readonly terms = new Map<Term, string>();

  constructor(kernel: ScheduledKernel) {
    this.kernel = kernel;
    for (const s of kernel.symbols) this.term(s);
  }

  text(): string {
    const { note, pointers, symbols, locals, pieces, body } = this.kernel;
    const own = locals.length > 0 ? `, its own ${locals.map(bufferText).join(', ')}` : '';
    const given = [...pointers.map(bufferText), ...symbols.map((s) => this.term(s))].join(', ');
    const threads = pieces ? `, ${pieces.grain} of ${pieces.vars.map((v) => v.extent).join('x')} points at a time` : '';
    return [`  kernel(${given})${own}${threads} // ${note}`, ...this.lines(body, '    ')].join('\n');
  }

  private readonly term = (t: Term): string => {
    let name = this.terms.get(t);
    if (name === undefined) {
      name = `${t.kind === 'loop' ? 'i' : 'n'}${this.terms.size}`;
      this.terms.set(t, name);
    }
    return name;
  };
  private register(r: Register): string {
    return `${r.inLanes ? 'v' : 'x'}${r.id}`;
  }
  private operand(o: Operand): string {
    return o.kind === 'register' ? this.register(o) : Object.is(o.value, -0) ? '-0' : String(o.value);
  }
  private count(c: LaneCount | undefined): string {
    return c === undefined ? '' : ` <${typeof c === 'number' ? c : this.register(c)}`;
  }
  private place({ base, index, shift }: Place, step = 1): string {
    const at = 'kind' in index ? this.operand(index) : affineText(index, this.term);
    const moved = shift === 0 ? at : `${at}+${shift}`;
    return `${bufferText(base).split(':')[0]}[${moved}${step === 1 ? '' : ` by ${step}`}]`;
  }

  private compute(v: Compute): string {
    const list = (all: readonly Operand[]): string => all.map((a) => this.operand(a)).join(', ');
    switch (v.kind) {
      case 'load':
        return this.place(v.place);
      case 'loadLanes':
        return `${this.place(v.place, v.step)}${this.count(v.count)}`;
      case 'index':
        return `index ${affineText(v.index, this.term)}${v.step === 0 ? '' : ` by ${v.step}`}`;
      case 'apply':
        return `${v.source.fn}${v.source.parameter ? `<${v.source.parameter}>` : ''}(${list(v.args)})`;
      case 'integer':
        return `${v.fn}(${list(v.args)})`;
      case 'combine':
        return `${v.combiner}(${list(v.args)})`;
      case 'spread':
        return `spread ${this.operand(v.value)}`;
      case 'upperLanes':
        return `${this.operand(v.value)} from lane ${v.first}`;
      case 'firstLane':
        return `${this.operand(v.value)} at lane 0`;
      case 'keepLanes':
        return `${this.operand(v.value)}${this.count(v.count)} else ${this.operand(v.otherwise)}`;
      case 'device':
        return 'device';
    }
  }

  private lines(codes: readonly Code[], indent: string): string[] {
    return codes.flatMap((c) => this.code(c).map((line) => `${indent}${line}`));
  }
  private nested(header: string, body: readonly Code[]): string[] {
    return [header, ...this.lines(body, '  ')];
  }

  private code(c: Code): string[] {
    switch (c.kind) {
      case 'define':
        return [`${this.register(c.register)}:${c.register.dtype} = ${this.compute(c.value)}`];
      case 'variable':
        return [`${this.register(c.register)}?:${c.register.dtype} = ${this.operand(c.value)}`];
      case 'assign': {
        const { value: v } = c;
        const isOperand = v.kind === 'register' || v.kind === 'literal';
        return [`${this.register(c.register)} = ${isOperand ? this.operand(v) : this.compute(v)}`];
      }
      case 'store':
        return [`${this.place(c.place)} = ${this.operand(c.value)}`];
      case 'storeLanes': {
        const values = [c.value, ...(c.next ? [c.next] : [])].map((v) => this.operand(v)).join(' and ');
        return [`${this.place(c.place)} = ${values}${this.count(c.count)}`];
      }
      case 'copy': {
        const elements = typeof c.elements === 'number' ? c.elements : this.operand(c.elements);
        return [`copy ${elements} to ${this.place(c.to)} from ${this.place(c.from)}`];
      }
      case 'compensate':
        return [`${this.register(c.sum)} += ${this.operand(c.term)}, error in ${this.register(c.error)}`];
      case 'points':
        return this.nested(`for its points of ${c.vars.map(this.term).join(', ')}`, c.body);
      case 'loop': {
        const end = typeof c.end === 'number' ? c.end : this.term(c.end);
        return this.nested(`for ${this.term(c.variable)} = 0 .. ${end}${stepText(c.step)}`, c.body);
      }
      case 'at':
        return this.nested(`at ${this.term(c.variable)} = ${c.value}`, c.body);
      case 'rounds':
        return [
          ...c.parts.flatMap(({ step, body }, i) =>
            this.nested(
              `${i === 0 ? 'for' : 'then'} ${this.term(c.variable)} .. ${this.term(c.end)}${stepText(step)}`,
              body,
            ),
          ),
          ...(c.rest.length > 0 ? this.nested('and what is left', c.rest) : []),
        ];
      case 'every':
        return this.nested(`every ${c.mask + 1} of ${this.term(c.variable)}`, c.body);
      case 'if':
        return [
          ...this.nested(`if ${this.operand(c.condition)}`, c.body),
          ...(c.otherwise.length > 0 ? this.nested('else', c.otherwise) : []),
        ];
      case 'for':
        return this.nested(`for ${this.range(c)}${stepText(c.step)}`, c.body);
      case 'forLanes':
        return [
          ...this.nested(`for ${this.range(c)} in lanes`, c.body),
          ...(c.rest.kind === 'masked'
            ? this.nested(`with the ${this.register(c.rest.count)} that are left`, c.rest.body)
            : []),
          ...(c.rest.kind === 'single' ? this.nested('then one by one', c.rest.body) : []),
        ];
      case 'while':
        return ['while', ...this.lines(c.before, '    '), ...this.nested(`  ${this.operand(c.condition)}`, c.body)];
      case 'parallel': {
        const own = c.locals.length > 0 ? `, each its own ${c.locals.map(bufferText).join(', ')}` : '';
        const header = `for ${this.register(c.variable)} = 0 .. ${c.rounds} on all threads, ${c.grain} at a time${own}`;
        return this.nested(header, c.body);
      }
      case 'product': {
        const view = (p: MatrixPlace): string => `${this.place(p)} by ${p.row}, ${p.column}`;
        const sizes = [c.m, c.n, c.k].map((x) => this.operand(x)).join('x');
        const { a, b } = c;
        return [`product ${view(c.c)} = ${view(a)} * ${view(b)} // ${sizes}, accumulate ${this.operand(c.accumulate)}`];
      }
    }
  }
  private range({ variable, from, to }: { variable: Register; from: Operand; to: Operand }): string {
    return `${this.register(variable)} = ${this.operand(from)} .. ${this.operand(to)}`;
  }
}

const stepText = (step: number): string => (step === 1 ? '' : ` step ${step}`);
