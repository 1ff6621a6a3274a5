import { InternalError } from '../../../base/index.ts';
import { nodesOf } from '../../kernels/accesses.ts';
import type { ElementFunctionName } from '../../kernels/element-functions.ts';
import type { Buffer, Expr, ForStatement, ProductView, RoutineStep, Statement } from '../../kernels/kernel-ir.ts';
import { expressionsOf, innerStatements } from '../../kernels/routine.ts';
import { Lanes } from '../routine-lanes.ts';
import { dtypeNumber } from './abi.ts';
import { memoryType, scalarType, vectorType } from './element-functions.ts';
import {
  literalText,
  pairStore,
  scalarApply,
  scalarLoad,
  scalarStored,
  splat,
  vectorApply,
  vectorForms,
  vectorLoad,
  vectorStore,
} from './emit-expr.ts';

/*
 * A routine as a C function. Parallel loops become functions of a range; loops marked `vector` run in lanes where types allow.
 */

export interface RoutineFunction {
  /** Function text with `$` for its name; it returns an error code. */
  readonly text: string;
  readonly pointers: readonly Buffer[];
}

export function emitRoutine(step: RoutineStep, rootOf: (b: Buffer) => Buffer): RoutineFunction {
  return new RoutineEmitter(step, rootOf).run();
}

const infix: Readonly<Partial<Record<ElementFunctionName, string>>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  remainder: '%',
};

class RoutineEmitter {
  private readonly step: RoutineStep;
  private readonly rootOf: (b: Buffer) => Buffer;
  private readonly pointers: Buffer[] = [];
  private lines: string[] = [];
  private locals = new Map<Buffer, string>();
  /** Lines of each parallel loop, with the scratch it declares. */
  private readonly loops: { lines: string[]; locals: ReadonlyMap<Buffer, string> }[] = [];
  private isParallel = false;
  private counter = 0;

  constructor(step: RoutineStep, rootOf: (b: Buffer) => Buffer) {
    this.step = step;
    this.rootOf = rootOf;
  }

  run(): RoutineFunction {
    for (const s of this.step.body) this.statement(s);
    const pointers = this.pointers.map((_, i) => `char *restrict p${i}`);
    const text = [`/* ${this.step.note} */`];
    if (this.loops.length > 0)
      text.push(`struct $_c { struct esp_device *dev; int *rc; char *p[${Math.max(1, pointers.length)}]; };`);
    this.loops.forEach(({ lines, locals }, n) => {
      text.push(
        `static void $_r${n}(const void *ctx, esp_i begin, esp_i end) { const struct $_c *const c = ctx; struct esp_device *const dev = c->dev; int rc = 0; (void)dev;`,
        ...pointers.map((p, i) => `${p} = c->p[${i}];`),
        ...localLines(locals, true),
        ...lines,
        'if (rc) __atomic_store_n(c->rc, rc, __ATOMIC_RELAXED); }',
      );
    });
    text.push(
      `ESP_KERNEL int $(${['struct esp_device *dev', ...pointers].join(', ')}) { int rc = 0; (void)dev;`,
      ...(this.loops.length > 0
        ? [`const struct $_c ctx = {dev, &rc, {${this.pointers.map((_, i) => `p${i}`).join(', ') || '0'}}};`]
        : []),
      ...localLines(this.locals, false),
      ...this.lines,
      'return rc; }',
    );
    return { text: text.join('\n'), pointers: this.pointers };
  }

  private fresh(prefix: string): string {
    return `${prefix}_${this.counter++}`;
  }

  private base(b: Buffer): string {
    if (b.place.kind === 'local') {
      let name = this.locals.get(b);
      if (!name) {
        name = `l${this.locals.size}`;
        this.locals.set(b, name);
      }
      return name;
    }
    const root = this.rootOf(b);
    let i = this.pointers.indexOf(root);
    if (i < 0) i = this.pointers.push(root) - 1;
    return `p${i}`;
  }
  private pointer(b: Buffer, dtype: Expr['dtype'], at: string): string {
    return `((${memoryType(dtype)} *)${this.base(b)} + ${at})`;
  }

  // ---- scalar code ----

  /** Texts of expressions; what is not plain index arithmetic becomes a variable. */
  private scalars(roots: readonly Expr[]): string[] {
    const nodes = nodesOf(roots);
    const uses = new Map<Expr, number>();
    const use = (e: Expr): void => {
      uses.set(e, (uses.get(e) ?? 0) + 1);
    };
    roots.forEach(use);
    for (const e of nodes) (e.kind === 'apply' ? e.args : e.kind === 'element' ? [e.index] : []).forEach(use);
    const text = new Map<Expr, string>();
    for (const e of nodes) {
      const own = this.scalarText(e, (x) => text.get(x)!);
      if (e.kind === 'literal' || e.kind === 'variable' || (isPlain(e) && uses.get(e) === 1)) text.set(e, own);
      else {
        const name = this.fresh('x');
        this.lines.push(`const ${scalarType(e.dtype)} ${name} = ${own};`);
        text.set(e, name);
      }
    }
    return roots.map((e) => text.get(e)!);
  }

  private scalarText(e: Expr, text: (e: Expr) => string): string {
    switch (e.kind) {
      case 'literal':
        return literalText(e.dtype, e.value);
      case 'variable':
        return e.name;
      case 'device':
        return '(uint32_t)dev->id';
      case 'element':
        return scalarLoad(e.dtype, this.pointer(e.buffer, e.dtype, text(e.index)));
      case 'load':
        if (e.index.terms.size > 0) throw new InternalError('a load by loop variables in a routine');
        return scalarLoad(e.dtype, this.pointer(e.buffer, e.dtype, String(e.index.constant)));
      case 'apply':
        if (isPlain(e)) return `(${text(e.args[0])} ${infix[e.fn]} ${text(e.args[1])})`;
        return scalarApply(e, e.args.map(text));
      default:
        throw new InternalError(`unexpected ${e.kind} in a routine`);
    }
  }

  private statements(list: readonly Statement[]): void {
    for (const s of list) this.statement(s);
  }

  private statement(s: Statement): void {
    switch (s.kind) {
      case 'let': {
        const [value] = this.scalars([s.value]);
        this.lines.push(`${scalarType(s.variable.dtype)} ${s.variable.name} = ${value};`);
        break;
      }
      case 'set': {
        const [value] = this.scalars([s.value]);
        this.lines.push(`${s.variable.name} = ${value};`);
        break;
      }
      case 'store': {
        const [at, value, next] = this.scalars(expressionsOf(s));
        const target = this.pointer(s.buffer, s.dtype, at);
        this.lines.push(`*${target} = ${scalarStored(s.dtype, value)};`);
        if (next) this.lines.push(`${target}[1] = ${scalarStored(s.dtype, next)};`);
        break;
      }
      case 'move': {
        if (s.to.place.kind !== 'local' && this.rootOf(s.to) === this.rootOf(s.from)) break;
        const [to, from, count] = this.scalars([s.toIndex, s.fromIndex, s.count]);
        const bytes = `(size_t)(${count}) * sizeof(${memoryType(s.dtype)})`;
        this.lines.push(
          `memcpy(${this.pointer(s.to, s.dtype, to)}, ${this.pointer(s.from, s.dtype, from)}, ${bytes});`,
        );
        break;
      }
      case 'if': {
        const [condition] = this.scalars([s.condition]);
        this.lines.push(`if (${condition}) {`);
        this.statements(s.body);
        if (s.otherwise.length > 0) {
          this.lines.push('} else {');
          this.statements(s.otherwise);
        }
        this.lines.push('}');
        break;
      }
      case 'while': {
        this.lines.push('for (;;) {');
        const [condition] = this.scalars([s.condition]);
        this.lines.push(`if (!(${condition})) break;`);
        this.statements(s.body);
        this.lines.push('}');
        break;
      }
      case 'for':
        if (s.order === 'parallel') this.parallel(s);
        else this.for(s);
        break;
      case 'product': {
        const [m, n, k, a, b, c, accumulate] = this.scalars(expressionsOf(s));
        const view = (v: ProductView, at: string): string => this.pointer(v.buffer, v.dtype, at);
        const g = this.fresh('g');
        this.lines.push(
          `const struct esp_gemm ${g} = {1, ${m}, ${n}, ${k}, ${view(s.a, a)}, ${view(s.b, b)}, ${view(s.c, c)}, ` +
            `0, ${s.a.row}, ${s.a.column}, 0, ${s.b.row}, ${s.b.column}, 0, ${s.c.row}, ${s.c.column}, ${accumulate}};`,
          `if ((rc = dev->lib->gemm(${this.isParallel ? '0' : 'dev'}, ${[s.a, s.b, s.c].map((v) => dtypeNumber(v.dtype)).join(', ')}, &${g}))) ` +
            (this.isParallel ? '{ __atomic_store_n(c->rc, rc, __ATOMIC_RELAXED); return; }' : 'return rc;'),
        );
        break;
      }
    }
  }

  private parallel(s: ForStatement): void {
    if (this.isParallel || s.to.kind !== 'literal') throw new InternalError('a parallel loop inside another loop');
    const [outer, locals] = [this.lines, this.locals];
    this.lines = [];
    this.locals = new Map();
    this.isParallel = true;
    const i = s.variable.name;
    this.lines.push(`for (esp_i ${i} = begin; ${i} < end; ${i}++) {`);
    this.statements(s.body);
    this.lines.push('}');
    const n = this.loops.push({ lines: this.lines, locals: this.locals }) - 1;
    this.isParallel = false;
    this.lines = outer;
    this.locals = locals;
    this.lines.push(`dev->lib->parallel(dev, $_r${n}, &ctx, ${s.to.value}, ${s.grain});`, 'if (rc) return rc;');
  }

  private for(s: ForStatement): void {
    const [from, to] = this.scalars([s.from, s.to]);
    const i = s.variable.name;
    const lanes = s.order === 'vector' && s.step === 1 ? Lanes.of(s, vectorForms) : undefined;
    if (!lanes) {
      this.lines.push(`for (esp_i ${i} = ${from}; ${i} < ${to}; ${i} += ${s.step}) {`);
      this.statements(s.body);
      this.lines.push('}');
      return;
    }
    this.lines.push('{', `esp_i ${i} = ${from};`, `for (; ${i} + ESP_VW <= ${to}; ${i} += ESP_VW) {`);
    for (const x of s.body) this.vectorStatement(x, lanes, undefined);
    if (isWholeVectors(s)) {
      this.lines.push('}', '}');
      return;
    }
    const left = this.fresh('n');
    this.lines.push('}', `const int ${left} = (int)(${to} - ${i});`, `if (${left} > 0) {`);
    for (const x of s.body) this.vectorStatement(x, lanes, left);
    this.lines.push('}', '}');
  }

  // ---- lanes ----

  /** Vector texts of expressions; those equal in all lanes are computed once and spread. */
  private vectors(roots: readonly Expr[], lanes: Lanes, count: string | undefined): string[] {
    const text = new Map<Expr, string>();
    const nodes: Expr[] = [];
    const seen = new Set<Expr>();
    const visit = (e: Expr): void => {
      if (seen.has(e)) return;
      seen.add(e);
      if (e.kind === 'apply' && lanes.varies(e)) e.args.forEach(visit);
      nodes.push(e);
    };
    roots.forEach(visit);
    for (const e of nodes) {
      let own: string;
      if (!lanes.varies(e)) own = splat(e.dtype, this.scalars([e])[0]);
      else if (e.kind === 'variable') {
        text.set(e, e.name);
        continue;
      } else if (e.kind === 'element') {
        const [at] = this.scalars([e.index]);
        own = vectorLoad(e.dtype, this.pointer(e.buffer, e.dtype, at), lanes.coefficient(e.index)!, count);
      } else if (e.kind === 'apply')
        own = vectorApply(
          e,
          e.args.map((a) => text.get(a)!),
        );
      else throw new InternalError(`unexpected ${e.kind} in lanes`);
      const name = this.fresh('x');
      this.lines.push(`const ${vectorType(e.dtype)} ${name} = ${own};`);
      text.set(e, name);
    }
    return roots.map((e) => text.get(e)!);
  }

  private vectorStatement(s: Statement, lanes: Lanes, count: string | undefined): void {
    switch (s.kind) {
      case 'let':
      case 'set': {
        if (!lanes.varies(s.variable)) {
          this.statement(s);
          break;
        }
        const [value] = this.vectors([s.value], lanes, count);
        const declared = s.kind === 'let' ? `${vectorType(s.variable.dtype)} ` : '';
        this.lines.push(`${declared}${s.variable.name} = ${value};`);
        break;
      }
      case 'store': {
        const [value, next] = this.vectors(s.next ? [s.value, s.next] : [s.value], lanes, count);
        const [at] = this.scalars([s.index]);
        const target = this.pointer(s.buffer, s.dtype, at);
        this.lines.push(next ? pairStore(target, value, next, count) : vectorStore(s.dtype, target, value, count));
        break;
      }
      case 'for': {
        const [from, to] = this.scalars([s.from, s.to]);
        const i = s.variable.name;
        this.lines.push(`for (esp_i ${i} = ${from}; ${i} < ${to}; ${i} += ${s.step}) {`);
        for (const x of s.body) this.vectorStatement(x, lanes, count);
        this.lines.push('}');
        break;
      }
      case 'if': {
        const [condition] = this.scalars([s.condition]);
        this.lines.push(`if (${condition}) {`);
        for (const x of s.body) this.vectorStatement(x, lanes, count);
        this.lines.push('} else {');
        for (const x of s.otherwise) this.vectorStatement(x, lanes, count);
        this.lines.push('}');
        break;
      }
      default:
        throw new InternalError(`unexpected ${s.kind} in lanes: ${innerStatements(s).length} statements`);
    }
  }
}

/** Whether nothing is left over whatever the width of vectors is. */
const isWholeVectors = ({ from, to }: ForStatement): boolean =>
  from.kind === 'literal' && to.kind === 'literal' && (Number(to.value) - Number(from.value)) % 16 === 0;

/** Index arithmetic that C writes with an operator; division only by what is known not to be 0. */
function isPlain(e: Expr): boolean {
  if (e.kind !== 'apply' || e.dtype !== 'i64' || !infix[e.fn]) return false;
  if (e.fn !== 'divide' && e.fn !== 'remainder') return true;
  const by = e.args[1];
  return by.kind === 'literal' && Number(by.value) > 0;
}

/** Scratch of one run: small arrays on the stack, a large one in the thread's scratch memory. */
function localLines(locals: ReadonlyMap<Buffer, string>, isParallel: boolean): string[] {
  let isTaken = false;
  return [...locals].map(([b, name]) => {
    if (b.bytes > stackBytes && !isTaken) {
      isTaken = true;
      return `char *const ${name} = dev->lib->scratch(${b.bytes}ll); if (!${name}) ${isParallel ? '{ __atomic_store_n(c->rc, ESP_NO_MEMORY, __ATOMIC_RELAXED); return; }' : 'return ESP_NO_MEMORY;'}`;
    }
    return `_Alignas(64) ${memoryType(b.dtype)} ${name}_[${Math.max(1, b.elements)}]; char *const ${name} = (char *)${name}_;`;
  });
}

const stackBytes = 32768;
