import { type DType, InternalError } from '../../../base/index.ts';
import { type Affine, COUNT_UNIT, type RuntimeIndex, type Term } from '../../kernels/affine.ts';
import { collapseLoops } from '../../kernels/collapse.ts';
import type {
  Buffer,
  CallbackStep,
  CaseStep,
  CollectiveStep,
  CopyStep,
  Epilogue,
  GemmStep,
  LoopStep,
  MatrixView,
  PlannedProgram,
  RoutineStep,
  ScaleView,
  Span,
  Step,
  StepBlock,
  Storage,
  SymbolSource,
  TileStep,
  UpdateStep,
  WhileStep,
} from '../../kernels/kernel-ir.ts';
import type { KeptPlace, MemoryPlan } from '../../kernels/plans.ts';
import { isNibble } from '../../kernels/sub-byte.ts';
import type { ScheduledKernel, TargetFacts } from '../../schedule/code.ts';
import { scheduleLoops } from '../../schedule/schedule-loops.ts';
import { scheduleRoutine } from '../../schedule/schedule-routine.ts';
import { type ProfilePoint, profilePointOf } from '../profile-points.ts';
import { operandNumber } from './abi.ts';
import { memoryType } from './element-functions.ts';
import { callText, groupsText } from './emit-collective.ts';
import { cFacts, indexText, type NameOf } from './emit-expr.ts';
import { emitKernel } from './emit-kernel.ts';

/*
 * The whole program as C: one function per distinct kernel (equal ones are shared), spread over translation units that
 * compile in parallel, and one that calls them in order.
 */

export interface CUnit {
  readonly name: string;
  readonly text: string;
}

/** Kernel text per translation unit, in characters: keeps compile times even. */
const unitSize = 60_000;

export interface EmittedProgram {
  readonly units: CUnit[];
  /** With `profile`: what the numbers in recorded events stand for. */
  readonly points: readonly ProfilePoint[];
  /** Steps that call back, by their number in the call. */
  readonly callbackSteps: readonly CallbackStep[];
}

export interface EmitOptions {
  /** Lanes of 32 bits per vector register. */
  readonly lanes: number;
  /** Record the time of every step. */
  readonly profile: boolean;
}

export function emitProgram(program: PlannedProgram, options: EmitOptions): EmittedProgram {
  const emitter = new ProgramEmitter(program, options);
  return { units: emitter.run(), points: emitter.points, callbackSteps: emitter.callbackSteps };
}

/** Events of a profiled program: four 64-bit numbers each (point, device, start and end in ns), found by their symbols. */
export const MAX_EVENTS = 1 << 17;
const recorder = `#include <stdint.h>
#include <time.h>
#define ESP_EVENTS ${MAX_EVENTS}
__attribute__((visibility("default"))) int64_t esp_events[ESP_EVENTS][4], esp_event_count;
static int64_t esp_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ll + t.tv_nsec;
}
static void esp_event(int64_t point, int64_t device, int64_t start) {
  const int64_t end = esp_now(), i = __atomic_fetch_add(&esp_event_count, 1, __ATOMIC_RELAXED);
  if (i >= ESP_EVENTS) return;
  esp_events[i][0] = point, esp_events[i][1] = device, esp_events[i][2] = start, esp_events[i][3] = end;
}
`;

const header = (text: string): string => `#include "math/scalar.h"\n#define ESP_KERNEL ${text}\n`;

class ProgramEmitter {
  private readonly program: PlannedProgram;
  private readonly memory: MemoryPlan;
  private readonly facts: TargetFacts;
  private readonly lines: string[] = [];
  private readonly kernels = new Map<string, string>();
  private readonly kernelTexts: string[] = [];
  private readonly definitions = new Map<string, string>();
  private readonly definitionTexts: string[] = [];
  private counter = 0;
  private readonly profile: boolean;
  /** Products with an operand that may be kept packed. */
  private readonly kept: ReadonlyMap<GemmStep, KeptPlace>;
  readonly points: ProfilePoint[] = [];
  readonly callbackSteps: CallbackStep[] = [];

  constructor(program: PlannedProgram, options: EmitOptions) {
    this.program = program;
    this.memory = program.memory;
    this.facts = cFacts(options.lanes);
    this.profile = options.profile;
    this.kept = program.kept?.places ?? new Map();
  }

  run(): CUnit[] {
    this.block(this.program.body);
    const units: CUnit[] = [];
    const declarations: string[] = [];
    let current = '';
    const flush = (): void => {
      if (current)
        units.push({
          name: `kernels${units.length}`,
          text: `${header('__attribute__((visibility("hidden")))')}${current}`,
        });
      current = '';
    };
    const single = this.kernelTexts.reduce((n, t) => n + t.length, 0) < unitSize;
    for (const text of this.kernelTexts) {
      const prototype = /ESP_KERNEL ((?:void|int) \w+\([^)]*\))/.exec(text);
      if (!prototype) throw new InternalError('kernel without a prototype');
      if (!single) declarations.push(`${prototype[1]};`);
      current += `${text}\n`;
      if (!single && current.length > unitSize) flush();
    }
    if (!single) flush();
    const main = [
      (this.profile ? recorder : '') + header('static __attribute__((noinline))'),
      ...(single ? [current] : declarations),
      'struct esp_frame { void **args, **results, *arena; struct esp_device *dev; };',
      ...this.definitionTexts,
      '__attribute__((visibility("default"))) int program(void **args, void **results, void *arena, struct esp_device *dev) {',
      'const struct esp_lib *const lib = dev->lib; (void)lib; int rc;',
      ...this.lines,
      'return ESP_OK; }',
    ].join('\n');
    units.push({ name: 'main', text: main });
    return units;
  }

  private readonly term: NameOf = (t: Term) => {
    const name = this.nameOf(t as RuntimeIndex);
    if (!name) throw new InternalError('unknown index in the main function');
    return name;
  };
  private symbolNames = new Map<RuntimeIndex, string>();
  /** Points and round of the tile being written. */
  private tileNames: ReadonlyMap<RuntimeIndex, string> | undefined;
  private nameOf(t: RuntimeIndex): string | undefined {
    return this.symbolNames.get(t) ?? this.tileNames?.get(t);
  }

  /** C expression of where a buffer begins. */
  private pointer(b: Buffer): string {
    const root = this.memory.rootOf(b);
    switch (root.place.kind) {
      case 'arg':
        return `((char *)args[${root.place.index}])`;
      case 'result':
        return `((char *)results[${root.place.index}])`;
      case 'constant':
        return `((char *)dev->constants + ${root.place.index})`;
      case 'scratch':
        return `(scratch + ${root.place.index})`;
      default: {
        const offset = this.memory.offsets.get(root);
        if (offset === undefined) throw new InternalError(`buffer ${root.id} has no memory`);
        return `((char *)arena + ${offset}ll)`;
      }
    }
  }
  private storage(s: Storage): string {
    return s.offset === 0
      ? this.pointer(s.buffer)
      : `(${this.pointer(s.buffer)} + ${s.offset * (s.buffer.bytes / Math.max(1, s.buffer.elements))}ll)`;
  }
  private same(a: Storage, b: Buffer): boolean {
    return a.offset === 0 && this.memory.rootOf(a.buffer) === this.memory.rootOf(b);
  }

  private block(b: StepBlock): void {
    for (const s of b.steps) this.step(s);
  }

  private step(s: Step): void {
    const point = this.profile ? profilePointOf(s) : undefined;
    const isFree = s.kind === 'copy' && this.same(s.from, s.to);
    if (!point || isFree) {
      this.emitStep(s);
      return;
    }
    const id = this.points.push(point) - 1;
    this.lines.push('{ const int64_t esp_start = esp_now();');
    this.emitStep(s);
    this.lines.push(`esp_event(${id}, dev->number, esp_start); }`);
  }

  private emitStep(s: Step): void {
    switch (s.kind) {
      case 'loops':
        this.loops(s);
        break;
      case 'gemm':
        this.gemm(s);
        break;
      case 'tile':
        this.tile(s);
        break;
      case 'update':
        this.update(s);
        break;
      case 'copy':
        this.copy(s);
        break;
      case 'while':
        this.while(s);
        break;
      case 'case':
        this.case(s);
        break;
      case 'routine':
        this.routine(s);
        break;
      case 'collective':
        this.collective(s);
        break;
      case 'callback':
        this.callback(s);
        break;
    }
  }

  /** Reads run-time indices into C variables; gives the text of each symbol. */
  private symbols(sources: readonly SymbolSource[]): void {
    this.symbolNames = new Map();
    for (const s of sources) {
      const name = `n${this.counter++}`;
      const read = `*(${memoryType(s.dtype)} *)${this.storage(s.storage)}`;
      // Unsigned 64-bit values beyond the signed range must clamp to the top, not to zero.
      const wide = s.dtype === 'u64' ? `(${read} > INT64_MAX ? INT64_MAX : (esp_i)${read})` : `(esp_i)${read}`;
      this.lines.push(`const esp_i ${name} = esp_clamp_index(${wide}, ${s.symbol.max});`);
      this.symbolNames.set(s.symbol, name);
    }
  }

  private loops(step: LoopStep): void {
    this.lines.push('{');
    this.symbols(step.symbols);
    this.loopCall(step);
    this.lines.push('}');
  }

  /** Calls the kernel of some loops; on this thread only inside tiles and epilogues. */
  private loopCall(step: LoopStep): void {
    const isSerial = this.tileNames !== undefined;
    const kernel = scheduleLoops(collapseLoops(step), this.memory.rootOf, this.facts, isSerial);
    this.lines.push(`${this.call(kernel)};`);
  }

  private call(kernel: ScheduledKernel): string {
    const args = [...kernel.pointers.map((b) => this.pointer(b)), ...kernel.symbols.map((s) => this.nameOf(s)!)];
    return `${this.kernel(emitKernel(kernel))}(${['dev', ...args].join(', ')})`;
  }

  /** Name of the function with this text (`$` for its name); equal ones are shared. */
  private kernel(text: string): string {
    let name = this.kernels.get(text);
    if (!name) {
      name = `k${this.kernels.size}`;
      this.kernels.set(text, name);
      this.kernelTexts.push(text.replaceAll('$', name));
    }
    return name;
  }

  private gemm(step: GemmStep): void {
    this.lines.push('{');
    this.symbols(step.symbols);
    const vars = step.outer.map(() => `o${this.counter++}`);
    vars.forEach((v, i) => {
      this.lines.push(`for (esp_i ${v} = 0; ${v} < ${step.outer[i]}; ${v}++) {`);
    });
    const view = (m: MatrixView | ScaleView, dtype: DType): string => {
      const at = [indexText(m.offset, this.term), ...vars.map((v, i) => `${v} * ${m.outer[i]}ll`)].join(' + ');
      if (isNibble(dtype)) return `(uint8_t *)${this.storage(m.storage)} + (${at}) / 2`;
      return `(${memoryType(dtype)} *)${this.storage(m.storage)} + (${at})`;
    };
    const strides = (m: MatrixView): string => `${m.batch}, ${m.row}, ${m.column}`;
    const scale = (s: ScaleView | undefined): string =>
      s ? `{${view(s, 'f32')}, ${s.batch}, ${s.k}, ${s.other}, ${s.group}}` : '{0}';
    const summed = vars.slice(vars.length - step.summed);
    const added = step.accumulate;
    const later = [...summed, ...(added && added !== true ? [this.nameOf(added)!] : [])];
    const accumulate = added === true ? '1' : later.length > 0 ? later.map((v) => `${v} != 0`).join(' || ') : '0';
    const size = (axis: 'm' | 'n' | 'k'): string =>
      step.counts?.[axis] ? this.nameOf(step.counts[axis])! : String(step[axis]);
    // Threads are busy with points of the tile: its products run on the one that calls.
    const device = this.tileNames ? '0' : 'dev';
    const after = step.epilogue ? this.epilogue(step.epilogue) : '0, 0, 0';
    const g = `g${this.counter++}`;
    this.lines.push(
      `const struct esp_gemm ${g} = {${step.batch}, ${size('m')}, ${size('n')}, ${size('k')}, ${[step.a, step.b, step.c].map((m, i) => view(m, step.dtypes[i])).join(', ')}, ` +
        `${strides(step.a)}, ${strides(step.b)}, ${strides(step.c)}, ${accumulate}, ${step.roundBf16 ?? 0}, ` +
        `${scale(step.aScale)}, ${scale(step.bScale)}, ${after}${this.keptOperand(step, vars)}};`,
      `if ((rc = lib->gemm(${device}, ${step.dtypes.map(operandNumber).join(', ')}, &${g}))) return rc;`,
    );
    for (const _ of vars) this.lines.push('}');
    this.lines.push('}');
  }

  private keptOperand(step: GemmStep, outer: readonly string[]): string {
    const place = this.kept.get(step);
    if (!place) return '';
    const terms = [
      ...place.symbols.map(([s, stride]) => [this.nameOf(s)!, stride] as const),
      ...outer.map((name, i) => [name, place.outer[i]] as const),
    ];
    const first = terms.filter(([, stride]) => stride !== 0).map(([name, stride]) => `${name} * ${stride}ll`);
    return (
      `, .kept = dev->kept[${place.index}], .kept_first = ${first.join(' + ') || '0'}, ` +
      `.kept_operand = ${place.operand === 'a' ? 1 : 2}`
    );
  }

  /** A function for finished blocks; gives the text of its fields in the product. */
  private epilogue({ rows, columns, step }: Epilogue): string {
    const name = `after${this.counter++}`;
    const outside = this.lines.splice(0);
    const before = this.symbolNames;
    this.tileNames = new Map<RuntimeIndex, string>([
      ...rows.map((t) => [t, `n${this.counter++}`] as const),
      ...(columns
        ? ([
            [columns.first, 'j'],
            [columns.count, 'n'],
          ] as const)
        : []),
    ]);
    this.lines.push(
      `static void ${name}(const void *ctx, esp_i i, esp_i m, esp_i j, esp_i n) {`,
      'const struct esp_frame *const f = ctx; void **const args = f->args, **const results = f->results, *const arena = f->arena;',
      'struct esp_device *const dev = f->dev; (void)args, (void)results, (void)arena, (void)dev, (void)j, (void)n;',
    );
    this.symbols(step.symbols);
    this.lines.push('for (esp_i z = i; z < i + m; z++) {');
    let inner = 1;
    for (const t of [...rows].reverse()) {
      this.lines.push(`const esp_i ${this.nameOf(t)} = z / ${inner} % ${t.max + 1};`);
      inner *= t.max + 1;
    }
    this.loopCall(step);
    this.lines.push('} }');
    this.definitionTexts.push(this.lines.splice(0).join('\n'));
    this.tileNames = undefined;
    this.symbolNames = before;
    this.lines.push(...outside, `const struct esp_frame f_${name} = {args, results, arena, dev};`);
    return `${name}, &f_${name}, ${columns ? 0 : 1}`;
  }

  /** A function for a range of points, handed to the device's threads. */
  private tile(step: TileStep): void {
    const name = `tile${this.counter++}`;
    const outside = this.lines.splice(0);
    const names = step.points.map((t) => [t, `n${this.counter++}`] as const);
    const { span } = step;
    for (const t of [step.round, span?.first, span?.end, span?.count, span?.rest])
      if (t) names.push([t, `n${this.counter++}`]);
    this.tileNames = new Map(names);
    this.lines.push(
      `static int ${name}_points(void **args, void **results, void *arena, struct esp_device *dev, esp_i begin, esp_i end) {`,
      'const struct esp_lib *const lib = dev->lib; int rc;',
      `char *const scratch = lib->scratch(${step.scratchBytes}ll); if (!scratch) return ESP_NO_MEMORY;`,
      'for (esp_i z = begin; z < end; z++) {',
    );
    let inner = 1;
    for (const t of [...step.points].reverse()) {
      this.lines.push(`const esp_i ${this.nameOf(t)} = z / ${inner} % ${t.max + 1};`);
      inner *= t.max + 1;
    }
    for (const s of step.start) this.emitStep(s);
    const round = step.round && this.nameOf(step.round);
    if (step.round) this.lines.push(`for (esp_i ${round} = 0; ${round} <= ${step.round.max}; ${round}++) {`);
    if (span) this.span(span);
    for (const s of step.body) this.emitStep(s);
    if (step.round) this.lines.push('}');
    for (const s of step.finish) this.emitStep(s);
    this.lines.push(
      '}',
      'return ESP_OK; }',
      `struct ${name}_c { void **args, **results, *arena; struct esp_device *dev; int rc; };`,
      `static void ${name}(const void *ctx, esp_i begin, esp_i end) { struct ${name}_c *const c = (void *)ctx;`,
      `const int rc = ${name}_points(c->args, c->results, c->arena, c->dev, begin, end);`,
      'if (rc) __atomic_store_n(&c->rc, rc, __ATOMIC_SEQ_CST); }',
    );
    this.definitionTexts.push(this.lines.splice(0).join('\n'));
    this.tileNames = undefined;
    this.lines.push(
      ...outside,
      `{ struct ${name}_c c = {args, results, arena, dev, 0};`,
      `lib->parallel(dev, ${name}, &c, ${inner}, 1); if (c.rc) return c.rc; }`,
    );
  }

  /** Bounds of the columns that a round looks at. */
  private span(s: Span): void {
    const [first, end, count, rest] = [s.first, s.end, s.count, s.rest].map((t) => this.nameOf(t)!);
    const clamped = (a: Affine, more: number): string =>
      `esp_clamp_index(${indexText(a, this.term)}, ${s.size}) + ${more}`;
    this.lines.push(
      `const esp_i ${first} = (${clamped(s.from, 0)}) / ${COUNT_UNIT} * ${COUNT_UNIT};`,
      `const esp_i ${end} = esp_clamp_index((${clamped(s.to, COUNT_UNIT - 1)}) / ${COUNT_UNIT} * ${COUNT_UNIT}, ${s.size});`,
      `const esp_i ${count} = ${end} - ${first}, ${rest} = ${s.size} - ${end}; (void)${rest};`,
    );
  }

  private update(step: UpdateStep): void {
    for (const { operand, result } of step.targets)
      if (!this.same(operand, result))
        this.lines.push(`memcpy(${this.pointer(result)}, ${this.storage(operand)}, ${result.bytes}ll);`);
    this.emitStep(step.write);
  }

  private copy(step: CopyStep): void {
    if (!this.same(step.from, step.to) && step.to.bytes > 0)
      this.lines.push(`memcpy(${this.pointer(step.to)}, ${this.storage(step.from)}, ${step.to.bytes}ll);`);
  }

  private while(step: WhileStep): void {
    step.carries.forEach((to, i) => {
      this.copy({ kind: 'copy', from: step.inits[i], to });
    });
    this.lines.push('for (;;) {');
    this.block(step.condition);
    this.lines.push(`if (!*(uint8_t *)${this.storage(step.conditionValue)}) break;`);
    this.block(step.body);
    step.carries.forEach((to, i) => {
      this.copy({ kind: 'copy', from: step.yields[i], to });
    });
    this.lines.push('}');
  }

  private case(step: CaseStep): void {
    const selector = `(esp_i)*(${memoryType(step.selectorDtype)} *)${this.storage(step.selector)}`;
    const last = step.branches.length - 1;
    // `if` runs its first region on true; `case` its last one on anything out of range.
    const number =
      step.selectorDtype === 'bool'
        ? `!${selector.replace('(esp_i)', '')}`
        : `(${selector} < 0 || ${selector} > ${last} ? ${last} : ${selector})`;
    this.lines.push(`switch (${number}) {`);
    step.branches.forEach((branch, i) => {
      this.lines.push(i === last ? 'default: {' : `case ${i}: {`);
      this.block(branch.block);
      step.results.forEach((to, r) => {
        this.copy({ kind: 'copy', from: branch.yields[r], to });
      });
      this.lines.push('break; }');
    });
    this.lines.push('}');
  }

  private routine(step: RoutineStep): void {
    this.lines.push(`if ((rc = ${this.call(scheduleRoutine(step, this.memory.rootOf, this.facts))})) return rc;`);
  }

  private collective(step: CollectiveStep): void {
    const text = groupsText(step);
    let groups = this.definitions.get(text);
    if (!groups) {
      groups = `groups${this.definitions.size}`;
      this.definitions.set(text, groups);
      this.definitionTexts.push(text.replaceAll('$', groups));
    }
    const call = callText(step.collective, `&${groups}`, this.storage(step.from), this.pointer(step.to));
    this.lines.push(`if ((rc = ${call})) return rc;`);
  }

  private callback(step: CallbackStep): void {
    const pointers = [...step.reads.map((r) => this.storage(r)), ...step.writes.map((w) => this.pointer(w))];
    const number = this.callbackSteps.push(step) - 1;
    this.lines.push(
      `{ void *const values[] = {${pointers.join(', ') || '0'}};`,
      `if ((rc = dev->callback ? dev->callback(dev->callback_program, ${number}, dev->id, values) : ESP_NO_CALLBACK)) return rc; }`,
    );
  }
}
