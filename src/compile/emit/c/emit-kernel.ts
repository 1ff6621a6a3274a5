import { dtypeInfo, InternalError } from '../../../base/index.ts';
import type { LoopVar, RuntimeIndex, Term } from '../../kernels/affine.ts';
import type { Buffer } from '../../kernels/kernel-ir.ts';
import type {
  Code,
  Compute,
  IntegerFunction,
  LaneCount,
  MatrixPlace,
  Operand,
  Place,
  ProductCode,
  Register,
  ScheduledKernel,
} from '../../schedule/code.ts';
import { dtypeNumber } from './abi.ts';
import { memoryType, scalarType, vectorType } from './element-functions.ts';
import {
  combine,
  elementPointer,
  firstLane,
  indexText,
  keepLanes,
  literalText,
  pairStore,
  pointer,
  scalarApply,
  scalarIndex,
  scalarLoad,
  scalarStored,
  splat,
  upperLanes,
  vectorApply,
  vectorIndex,
  vectorLoad,
  vectorStore,
} from './emit-expr.ts';

/*
 * A scheduled kernel as C: a function of the device, memory and run-time indices. Dealt-out loops and parallel loops become functions
 * of a range.
 */

/** Function text with `$` for its name; those that can fail return an error code. */
export function emitKernel(kernel: ScheduledKernel): string {
  return new KernelPrinter(kernel).run();
}

/** Arrays beyond this many bytes lie in the thread's scratch memory. */
const stackBytes = 32768;

const infix: Readonly<Record<IntegerFunction, string>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  remainder: '%',
};

class KernelPrinter {
  private readonly kernel: ScheduledKernel;
  private lines: string[] = [];
  /** Functions of ranges, for parallel loops. */
  private readonly ranges: string[] = [];
  private readonly terms = new Map<Term, string>();
  private locals = new Map<Buffer, string>();
  private products = 0;
  private isParallel = false;

  constructor(kernel: ScheduledKernel) {
    this.kernel = kernel;
    kernel.symbols.forEach((s, i) => {
      this.terms.set(s, `s${i}`);
    });
  }

  run(): string {
    const { kernel } = this;
    const { pointers, symbols, pieces, canFail } = kernel;
    const parameters = [
      ...pointers.map((_, i) => `char *restrict p${i}`),
      ...symbols.map((_, i) => `const esp_i s${i}`),
    ];
    const all = ['struct esp_device *dev', ...parameters].join(', ');
    const locals = this.reserve(kernel.locals);
    this.block(kernel.body);
    const body = [...locals, ...this.lines];
    const note = `/* ${kernel.note} */`;
    if (pieces) return [note, ...this.dealtOut(parameters, all, body, pieces)].join('\n');
    if (!canFail) return [note, `ESP_KERNEL void $(${all}) {`, ...body, '}'].join('\n');
    const hasRanges = this.ranges.length > 0;
    const places = pointers.map((_, i) => `p${i}`).join(', ') || '0';
    const shared = `struct $_c { struct esp_device *dev; int *rc; char *p[${Math.max(1, pointers.length)}]; };`;
    return [
      note,
      ...(hasRanges ? [shared, ...this.ranges] : []),
      `ESP_KERNEL int $(${all}) { int rc = 0; (void)dev;`,
      ...(hasRanges ? [`const struct $_c ctx = {dev, &rc, {${places}}};`] : []),
      ...body,
      'return rc; }',
    ].join('\n');
  }

  /** The kernel on a range of its dealt-out points, and what hands the ranges to the device's threads. */
  private dealtOut(
    parameters: readonly string[],
    all: string,
    body: readonly string[],
    { vars, grain }: { readonly vars: readonly LoopVar[]; readonly grain: number },
  ): string[] {
    const { pointers, symbols } = this.kernel;
    const list = (of: readonly unknown[], text: (i: number) => string): string[] => of.map((_, i) => text(i));
    const given = [...list(pointers, (i) => `c->p[${i}]`), ...list(symbols, (i) => `c->s[${i}]`)];
    const [p, s] = [list(pointers, (i) => `p${i}`), list(symbols, (i) => `s${i}`)].map((x) => x.join(', ') || '0');
    return [
      `struct $_c { char *p[${Math.max(1, pointers.length)}]; esp_i s[${Math.max(1, symbols.length)}]; };`,
      `static __attribute__((noinline)) void $_k(${[...parameters, 'const esp_i begin', 'const esp_i end'].join(', ')}) {`,
      ...body,
      '}',
      `static void $_r(const void *ctx, esp_i begin, esp_i end) { const struct $_c *c = ctx; $_k(${[...given, 'begin', 'end'].join(', ')}); }`,
      `ESP_KERNEL void $(${all}) {`,
      `const struct $_c c = {{${p}}, {${s}}};`,
      `dev->lib->parallel(dev, $_r, &c, ${vars.reduce((n, v) => n * v.extent, 1)}, ${grain});`,
      '}',
    ];
  }

  /** Memory of one run: arrays on the stack, a large one in the thread's scratch memory. */
  private reserve(locals: readonly Buffer[]): string[] {
    let isTaken = false;
    return locals.map((b, i) => {
      const name = `l${i}`;
      this.locals.set(b, name);
      if (b.bytes > stackBytes && !isTaken && this.kernel.canFail) {
        isTaken = true;
        return `char *const ${name} = dev->lib->scratch(${b.bytes}ll); if (!${name}) ${this.failure('ESP_NO_MEMORY')}`;
      }
      return `_Alignas(64) ${memoryType(b.dtype)} ${name}_[${Math.max(1, b.elements)}]; char *const ${name} = (char *)${name}_;`;
    });
  }
  private failure(code: string): string {
    return this.isParallel ? `{ __atomic_store_n(c->rc, ${code}, __ATOMIC_RELAXED); return; }` : `return ${code};`;
  }

  // ---- operands and places ----

  private readonly term = (t: Term): string => {
    let name = this.terms.get(t);
    if (name === undefined) {
      if (t.kind === 'symbol') throw new InternalError('a kernel was not told of a run-time index');
      name = `i${this.terms.size}`;
      this.terms.set(t, name);
    }
    return name;
  };
  private name(r: Register): string {
    return `x${r.id}`;
  }
  private operand(o: Operand): string {
    if (o.kind === 'register') return this.name(o);
    const text = literalText(o.dtype, o.value);
    return o.inLanes ? splat(o.dtype, text) : text;
  }
  private place({ base, dtype, index, shift }: Place): string {
    const from = this.locals.get(base) ?? `p${this.kernel.pointers.indexOf(base)}`;
    if ('kind' in index)
      return pointer(from, dtype, shift === 0 ? this.operand(index) : `${this.operand(index)} + ${shift}`);
    return elementPointer(from, dtype, { ...index, constant: index.constant + shift }, this.term);
  }
  private count(c: LaneCount | undefined): string | undefined {
    return c === undefined || typeof c === 'number' ? c?.toString() : this.name(c);
  }
  private type(r: Register): string {
    return r.inLanes ? vectorType(r.dtype)! : scalarType(r.dtype);
  }

  private compute(r: Register, v: Compute): string {
    switch (v.kind) {
      case 'load':
        return scalarLoad(r.dtype, this.place(v.place));
      case 'loadLanes':
        return vectorLoad(r.dtype, this.place(v.place), v.step, this.count(v.count));
      case 'index': {
        const text = indexText(v.index, this.term);
        return r.inLanes ? vectorIndex(r.dtype, text, v.step) : scalarIndex(r.dtype, text);
      }
      case 'apply': {
        const args = v.args.map((a) => this.operand(a));
        return r.inLanes ? vectorApply(v.source, args) : scalarApply(v.source, args);
      }
      case 'integer':
        return `(${this.operand(v.args[0])} ${infix[v.fn]} ${this.operand(v.args[1])})`;
      case 'combine':
        return combine(v.combiner, r.dtype, this.operand(v.args[0]), this.operand(v.args[1]), r.inLanes);
      case 'spread':
        return splat(r.dtype, this.operand(v.value));
      case 'upperLanes':
        return upperLanes(r.dtype, this.name(v.value), v.first);
      case 'firstLane':
        return firstLane(r.dtype, this.name(v.value));
      case 'keepLanes':
        return keepLanes(r.dtype, this.operand(v.value), this.operand(v.otherwise), this.count(v.count)!);
      case 'device':
        return '(uint32_t)dev->id';
    }
  }

  // ---- code ----

  private block(codes: readonly Code[]): void {
    for (const c of codes) this.code(c);
  }
  private braces(opening: string, codes: readonly Code[]): void {
    this.lines.push(opening);
    this.block(codes);
    this.lines.push('}');
  }

  private code(c: Code): void {
    const { lines } = this;
    switch (c.kind) {
      case 'define':
        lines.push(`const ${this.type(c.register)} ${this.name(c.register)} = ${this.compute(c.register, c.value)};`);
        break;
      case 'variable':
        lines.push(`${this.type(c.register)} ${this.name(c.register)} = ${this.operand(c.value)};`);
        break;
      case 'assign': {
        const { register: r, value: v } = c;
        const isOperand = v.kind === 'register' || v.kind === 'literal';
        lines.push(`${this.name(r)} = ${isOperand ? this.operand(v) : this.compute(r, v)};`);
        break;
      }
      case 'store':
        lines.push(`*${this.place(c.place)} = ${scalarStored(c.place.dtype, this.operand(c.value))};`);
        break;
      case 'storeLanes': {
        const [at, value, count] = [this.place(c.place), this.operand(c.value), this.count(c.count)];
        lines.push(
          c.next ? pairStore(at, value, this.operand(c.next), count) : vectorStore(c.place.dtype, at, value, count),
        );
        break;
      }
      case 'copy': {
        const { dtype } = c.to;
        const bytes =
          typeof c.elements === 'number'
            ? String(c.elements * dtypeInfo(dtype).bytes)
            : `(size_t)(${this.operand(c.elements)}) * sizeof(${memoryType(dtype)})`;
        lines.push(`memcpy(${this.place(c.to)}, ${this.place(c.from)}, ${bytes});`);
        break;
      }
      case 'compensate': {
        const { dtype, inLanes } = c.sum;
        const call = inLanes ? 'esp_join' : dtype === 'f64' ? 'esp_join_f64' : 'esp_join1';
        lines.push(`${call}(&${this.name(c.sum)}, &${this.name(c.error)}, ${this.operand(c.term)});`);
        break;
      }
      case 'points':
        this.points(c.vars, c.body);
        break;
      case 'loop': {
        const i = this.term(c.variable);
        const end = typeof c.end === 'number' ? c.end : this.term(c.end);
        this.braces(`for (esp_i ${i} = 0; ${i} < ${end}; ${i} += ${c.step}) {`, c.body);
        break;
      }
      case 'at':
        this.braces(`{ const esp_i ${this.term(c.variable)} = ${c.value};`, c.body);
        break;
      case 'rounds':
        this.rounds(c);
        break;
      case 'every':
        this.braces(`if (!(${this.term(c.variable)} & ${c.mask})) {`, c.body);
        break;
      case 'if':
        this.braces(`if (${this.operand(c.condition)}) {`, c.body);
        if (c.otherwise.length > 0) this.braces('else {', c.otherwise);
        break;
      case 'for': {
        const i = this.name(c.variable);
        const [from, to] = [this.operand(c.from), this.operand(c.to)];
        this.braces(`for (esp_i ${i} = ${from}; ${i} < ${to}; ${i} += ${c.step}) {`, c.body);
        break;
      }
      case 'forLanes':
        this.forLanes(c);
        break;
      case 'while':
        lines.push('for (;;) {');
        this.block(c.before);
        lines.push(`if (!(${this.operand(c.condition)})) break;`);
        this.block(c.body);
        lines.push('}');
        break;
      case 'parallel':
        this.parallel(c);
        break;
      case 'product':
        this.product(c);
        break;
    }
  }

  /** A loop over the points that this call is given, and what each of them says of the loops dealt out. */
  private points(vars: readonly LoopVar[], body: readonly Code[]): void {
    const [i, j] = vars.map(this.term);
    if (vars.length === 1) this.braces(`for (esp_i ${i} = begin; ${i} < end; ${i}++) {`, body);
    else {
      const { extent } = vars[1];
      const both = `const esp_i ${i} = z / ${extent}, ${j} = z % ${extent};`;
      this.braces(`for (esp_i z = begin; z < end; z++) { ${both}`, body);
    }
  }

  private rounds({ variable, end, parts, rest }: Code & { kind: 'rounds' }): void {
    const [i, last] = [this.term(variable), this.term(end as RuntimeIndex)];
    this.lines.push(`{ esp_i ${i} = 0;`);
    for (const { step, body } of parts) this.braces(`for (; ${i} + ${step} <= ${last}; ${i} += ${step}) {`, body);
    if (rest.length > 0) this.braces(`if (${i} < ${last}) {`, rest);
    this.lines.push('}');
  }

  private forLanes({ variable, from, to, body, rest }: Code & { kind: 'forLanes' }): void {
    const [i, end] = [this.name(variable), this.operand(to)];
    this.lines.push('{', `esp_i ${i} = ${this.operand(from)};`);
    this.braces(`for (; ${i} + ESP_VW <= ${end}; ${i} += ESP_VW) {`, body);
    if (rest.kind === 'masked') {
      const count = this.name(rest.count);
      this.lines.push(`const int ${count} = (int)(${end} - ${i});`);
      this.braces(`if (${count} > 0) {`, rest.body);
    }
    if (rest.kind === 'single') this.braces(`for (; ${i} < ${end}; ${i}++) {`, rest.body);
    this.lines.push('}');
  }

  private parallel({ variable, rounds, grain, locals, body }: Code & { kind: 'parallel' }): void {
    const { lines: outer, locals: outerLocals } = this;
    const n = this.ranges.length;
    this.lines = [];
    this.locals = new Map();
    this.isParallel = true;
    const own = this.reserve(locals);
    const i = this.name(variable);
    this.braces(`for (esp_i ${i} = begin; ${i} < end; ${i}++) {`, body);
    this.ranges.push(
      [
        `static void $_r${n}(const void *ctx, esp_i begin, esp_i end) { const struct $_c *const c = ctx; struct esp_device *const dev = c->dev; int rc = 0; (void)dev;`,
        ...this.kernel.pointers.map((_, k) => `char *restrict p${k} = c->p[${k}];`),
        ...own,
        ...this.lines,
        'if (rc) __atomic_store_n(c->rc, rc, __ATOMIC_RELAXED); }',
      ].join('\n'),
    );
    this.isParallel = false;
    this.lines = outer;
    this.locals = outerLocals;
    this.lines.push(`dev->lib->parallel(dev, $_r${n}, &ctx, ${rounds}, ${grain});`, 'if (rc) return rc;');
  }

  private product({ m, n, k, a, b, c, accumulate }: ProductCode): void {
    const g = `g${this.products++}`;
    const views: readonly MatrixPlace[] = [a, b, c];
    const sizes = [m, n, k].map((x) => this.operand(x));
    const strides = views.map((v) => `0, ${v.row}, ${v.column}`);
    const fields = [1, ...sizes, ...views.map((v) => this.place(v)), ...strides, this.operand(accumulate)];
    const types = views.map((v) => dtypeNumber(v.dtype)).join(', ');
    this.lines.push(
      `const struct esp_gemm ${g} = {${fields.join(', ')}};`,
      `if ((rc = dev->lib->gemm(${this.isParallel ? '0' : 'dev'}, ${types}, &${g}))) ${this.failure('rc')}`,
    );
  }
}
