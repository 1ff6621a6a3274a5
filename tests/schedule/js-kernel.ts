import { type DType, dtypeInfo, HostArray, type Scalar } from '../../src/base/index.ts';
import type { Term } from '../../src/compile/kernels/affine.ts';
import { lanesOf } from '../../src/compile/kernels/compute-types.ts';
import type { Combiner, Expr } from '../../src/compile/kernels/kernel-ir.ts';
import type {
  Code,
  Compute,
  LaneCount,
  Operand,
  Place,
  Register,
  ScheduledKernel,
  TargetFacts,
} from '../../src/compile/schedule/code.ts';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { evaluateModule } from '../../src/runtime/index.ts';

/*
 * A third target of schedules, for tests: JavaScript. Registers are variables, vectors arrays of four; element functions are those of
 * the reference evaluation of the op of their name.
 */

export const LANES = 4;
export const jsFacts: TargetFacts = {
  lanes: LANES,
  hasType: (d) => lanesOf(d) !== undefined,
  hasFunction: () => true,
  canCombine: (_, d) => lanesOf(d) !== undefined,
  shortestFold: 2,
  smallestCopyBytes: 0,
  hasMasks: true,
};

/** One memory for everything, as arrays of each type. */
export class Memory {
  readonly bytes: Uint8Array;
  private readonly views = new Map<DType, HostArray>();
  constructor(bytes: number) {
    this.bytes = new Uint8Array((bytes + 63) & ~63);
  }
  /** Element `index` of those that begin at byte `base`. */
  read(d: DType, base: number, index: number): Scalar {
    return plain(this.view(d).get(base / dtypeInfo(d).bytes + index));
  }
  write(d: DType, base: number, index: number, value: Scalar): void {
    this.view(d).set(base / dtypeInfo(d).bytes + index, value);
  }
  private view(d: DType): HostArray {
    let v = this.views.get(d);
    if (!v) {
      v = HostArray.fromBytes(d, [this.bytes.length / dtypeInfo(d).bytes], this.bytes);
      this.views.set(d, v);
    }
    return v;
  }
}
/** In registers a bool is 0 or 1. */
const plain = (x: Scalar): Scalar => (typeof x === 'boolean' ? Number(x) : x);

type ElementFunction = (...args: readonly Scalar[]) => Scalar;
const known = new Map<string, ElementFunction>();
/** The reference evaluation of an op on numbers. */
function functionOf(fn: string, dtype: DType, argDtypes: readonly DType[], parameter: string): ElementFunction {
  const key = [fn, dtype, argDtypes, parameter].join(' ');
  let f = known.get(key);
  if (!f) {
    f = fn === 'mulhi' ? highProduct(dtype) : evaluated(fn, dtype, argDtypes, parameter);
    known.set(key, f);
  }
  return f;
}
function evaluated(fn: string, dtype: DType, argDtypes: readonly DType[], parameter: string): ElementFunction {
  const name = { bitcast: 'bitcast_convert', erf_inv: 'erf_inv' }[fn] ?? fn;
  const dialect = registry.find(`stablehlo.${name}`) ? 'stablehlo' : 'chlo';
  const type = (d: DType): string => `tensor<${d === 'bool' ? 'i1' : d.replace(/^u/, 'ui')}>`;
  const [direction, kind] = parameter.split(':');
  const [exponent, mantissa] = parameter.split(',');
  const attributes: Readonly<Record<string, string>> = {
    compare: ` {comparison_direction = #stablehlo<comparison_direction ${direction}>${kind === 'TOTALORDER' ? ', compare_type = #stablehlo<comparison_type TOTALORDER>' : ''}}`,
    reduce_precision: ` {exponent_bits = ${exponent} : i32, mantissa_bits = ${mantissa} : i32}`,
  };
  const names = argDtypes.map((_, i) => `%${i}`).join(', ');
  const module = parseModule(
    `func.func @main(${argDtypes.map((d, i) => `%${i}: ${type(d)}`).join(', ')}) -> ${type(dtype)} {
       %r = "${dialect}.${name}"(${names})${attributes[fn] ?? ''} : (${argDtypes.map(type).join(', ')}) -> ${type(dtype)}
       return %r : ${type(dtype)}
     }`,
    registry,
  );
  return (...args) => {
    const arrays = args.map((x, i) => HostArray.from(argDtypes[i], [], [x]));
    return plain(evaluateModule(module, arrays)[0].get(0));
  };
}
/** The upper half of a product of integers. */
const highProduct =
  (d: DType): ElementFunction =>
  (a, b) => {
    const { bits, kind } = dtypeInfo(d);
    const high = (BigInt(a as number) * BigInt(b as number)) >> BigInt(bits);
    const own = kind === 'signed' ? BigInt.asIntN(bits, high) : BigInt.asUintN(bits, high);
    return bits === 64 ? own : Number(own);
  };

/** What generated code calls. */
const runtime = {
  lanes: (count: number, f: (l: number) => Scalar): Scalar[] =>
    Array.from({ length: LANES }, (_, l) => (l < count ? f(l) : 0)),
  map: (f: ElementFunction, ...args: readonly (readonly Scalar[])[]): Scalar[] =>
    Array.from({ length: LANES }, (_, l) => f(...args.map((a) => a[l]))),
  functionOf,
};
export type KernelFunction = (memory: Memory, bases: readonly number[], symbols: readonly number[]) => void;
/** What products of routines call: `c (+)= a · b` on matrices given by base, index and strides. */
export type ProductFunction = (
  sizes: readonly Scalar[],
  views: readonly {
    readonly dtype: DType;
    readonly base: number;
    readonly index: number;
    readonly row: number;
    readonly column: number;
  }[],
  accumulate: Scalar,
) => void;

/** Compiles a kernel; `bases` are its pointers, then its locals, then those of its parallel loops. */
export function compileKernel(kernel: ScheduledKernel, product: ProductFunction): KernelFunction {
  const source = new JsPrinter(kernel).source();
  const make = new Function('rt', 'product', `return (m, p, s) => {\n${source}\n}`) as (
    rt: typeof runtime,
    product: ProductFunction,
  ) => KernelFunction;
  return make(runtime, product);
}

/** Local memory of a kernel, that of its parallel loops included. */
export function localsOf(kernel: ScheduledKernel): ScheduledKernel['locals'] {
  const inside = kernel.body.flatMap((c) => (c.kind === 'parallel' ? c.locals : []));
  return [...new Set([...kernel.locals, ...inside])];
}

class JsPrinter {
  private readonly kernel: ScheduledKernel;
  private readonly terms = new Map<Term, string>();
  private readonly functions: string[] = [];
  private readonly places: ScheduledKernel['pointers'];

  constructor(kernel: ScheduledKernel) {
    this.kernel = kernel;
    this.places = [...kernel.pointers, ...localsOf(kernel)];
    kernel.symbols.forEach((t, i) => {
      this.terms.set(t, `s[${i}]`);
    });
  }

  source(): string {
    const body = this.block(this.kernel.body);
    return [...this.functions, body].join('\n');
  }

  private readonly term = (t: Term): string => {
    if (!this.terms.has(t)) this.terms.set(t, `i${this.terms.size}`);
    return this.terms.get(t)!;
  };
  private literal(d: DType, value: Scalar): string {
    if (dtypeInfo(d).scalar === 'bigint') return `${value}n`;
    return Object.is(value, -0) ? '-0' : String(Number(value));
  }
  private operand(o: Operand): string {
    if (o.kind === 'register') return `x${o.id}`;
    const text = this.literal(o.dtype, o.value);
    return o.inLanes ? `[${Array(LANES).fill(text).join()}]` : text;
  }
  private affine(a: { readonly constant: number; readonly terms: ReadonlyMap<Term, number> }): string {
    return [...[...a.terms].map(([t, c]) => `${this.term(t)}*${c}`), String(a.constant)].join('+');
  }
  /** Arguments of `m.read` and `m.write`. */
  private at({ base, dtype, index, shift }: Place, more = ''): string {
    const at = 'kind' in index ? `Number(${this.operand(index)})` : this.affine(index);
    return `'${dtype}', p[${this.places.indexOf(base)}], ${at}+${shift}${more}`;
  }
  private count(c: LaneCount | undefined): string {
    return c === undefined ? String(LANES) : typeof c === 'number' ? String(c) : this.operand(c);
  }
  private fn(fn: string, dtype: DType, argDtypes: readonly DType[], parameter = ''): string {
    const text = `rt.functionOf('${fn}', '${dtype}', ${JSON.stringify(argDtypes)}, '${parameter}')`;
    const name = `f${this.functions.length}`;
    this.functions.push(`const ${name} = ${text};`);
    return name;
  }
  private call(r: Register, fn: string, args: readonly Operand[], parameter?: string): string {
    const f = this.fn(
      fn,
      r.dtype,
      args.map((a) => a.dtype),
      parameter,
    );
    const list = args.map((a) => this.operand(a)).join(', ');
    return r.inLanes ? `rt.map(${f}, ${list})` : `${f}(${list})`;
  }

  private compute(r: Register, v: Compute): string {
    switch (v.kind) {
      case 'load':
        return `m.read(${this.at(v.place)})`;
      case 'loadLanes':
        return `rt.lanes(${this.count(v.count)}, l => m.read(${this.at(v.place, `+l*${v.step}`)}))`;
      case 'index': {
        const f = this.fn('convert', r.dtype, ['i64']);
        const one = (lane: string): string => `${f}(BigInt(${this.affine(v.index)}${lane}))`;
        return r.inLanes ? `rt.lanes(${LANES}, l => ${one(`+l*${v.step}`)})` : one('');
      }
      case 'apply':
        return this.apply(r, v.source, v.args);
      case 'integer':
        return `(${this.operand(v.args[0])} ${{ add: '+', subtract: '-', multiply: '*', divide: '/', remainder: '%' }[v.fn]} ${this.operand(v.args[1])})`;
      case 'combine':
        return this.call(r, v.combiner satisfies Combiner, v.args);
      case 'spread':
        return `rt.lanes(${LANES}, () => ${this.operand(v.value)})`;
      case 'upperLanes':
        return `rt.lanes(${LANES}, l => ${this.operand(v.value)}[(l + ${v.first}) % ${LANES}])`;
      case 'firstLane':
        return `${this.operand(v.value)}[0]`;
      case 'keepLanes':
        return `${this.operand(v.value)}.map((x, l) => l < ${this.count(v.count)} ? x : ${this.operand(v.otherwise)}[l])`;
      case 'device':
        return '0';
    }
  }
  private apply(r: Register, source: Expr & { readonly kind: 'apply' }, args: readonly Operand[]): string {
    return this.call(r, source.fn, args, source.parameter);
  }

  private block(codes: readonly Code[]): string {
    return codes.map((c) => this.code(c)).join('\n');
  }

  private code(c: Code): string {
    const inside = (codes: readonly Code[]): string => `{\n${this.block(codes)}\n}`;
    switch (c.kind) {
      case 'define':
        return `const x${c.register.id} = ${this.compute(c.register, c.value)};`;
      case 'variable':
        return `let x${c.register.id} = ${this.operand(c.value)};`;
      case 'assign': {
        const { register: r, value: v } = c;
        const isOperand = v.kind === 'register' || v.kind === 'literal';
        return `x${r.id} = ${isOperand ? this.operand(v) : this.compute(r, v)};`;
      }
      case 'store':
        return `m.write(${this.at(c.place)}, ${this.operand(c.value)});`;
      case 'storeLanes': {
        const [n, step] = [this.count(c.count), c.next ? 2 : 1];
        const one = (o: Operand, k: number): string =>
          `m.write(${this.at(c.place, `+l*${step}+${k}`)}, ${this.operand(o)}[l]);`;
        return `for (let l = 0; l < ${n}; l++) { ${one(c.value, 0)} ${c.next ? one(c.next, 1) : ''} }`;
      }
      case 'copy': {
        const n = typeof c.elements === 'number' ? String(c.elements) : `Number(${this.operand(c.elements)})`;
        return `for (let l = 0; l < ${n}; l++) m.write(${this.at(c.to, '+l')}, m.read(${this.at(c.from, '+l')}));`;
      }
      case 'compensate': {
        // Blocks are added up as they are: what rounding takes is little here.
        const add = this.fn('add', c.sum.dtype, [c.sum.dtype, c.sum.dtype]);
        const args = `${this.operand(c.sum)}, ${this.operand(c.term)}`;
        return `${this.operand(c.sum)} = ${c.sum.inLanes ? `rt.map(${add}, ${args})` : `${add}(${args})`};`;
      }
      case 'points': {
        const loops = c.vars.map(
          (v) => `for (let ${this.term(v)} = 0; ${this.term(v)} < ${v.extent}; ${this.term(v)}++)`,
        );
        return `${loops.join(' ')} ${inside(c.body)}`;
      }
      case 'loop': {
        const i = this.term(c.variable);
        const end = typeof c.end === 'number' ? c.end : this.term(c.end);
        return `for (let ${i} = 0; ${i} < ${end}; ${i} += ${c.step}) ${inside(c.body)}`;
      }
      case 'at':
        return `{ const ${this.term(c.variable)} = ${c.value}; ${inside(c.body)} }`;
      case 'rounds': {
        const [i, end] = [this.term(c.variable), this.term(c.end)];
        const parts = c.parts.map(
          ({ step, body }) => `for (; ${i} + ${step} <= ${end}; ${i} += ${step}) ${inside(body)}`,
        );
        const rest = c.rest.length > 0 ? `if (${i} < ${end}) ${inside(c.rest)}` : '';
        return `{ let ${i} = 0;\n${parts.join('\n')}\n${rest} }`;
      }
      case 'every':
        return `if (!(${this.term(c.variable)} & ${c.mask})) ${inside(c.body)}`;
      case 'if':
        return `if (${this.operand(c.condition)}) ${inside(c.body)} else ${inside(c.otherwise)}`;
      case 'for': {
        const i = this.operand(c.variable);
        const [from, to] = [this.operand(c.from), this.operand(c.to)];
        return `for (let ${i} = ${from}; ${i} < ${to}; ${i} += ${c.step}n) ${inside(c.body)}`;
      }
      case 'forLanes': {
        const [i, to] = [this.operand(c.variable), this.operand(c.to)];
        const main = `let ${i} = ${this.operand(c.from)}; for (; ${i} + ${LANES}n <= ${to}; ${i} += ${LANES}n) ${inside(c.body)}`;
        if (c.rest.kind !== 'masked') return `{ ${main} }`;
        const n = this.operand(c.rest.count);
        return `{ ${main}\nconst ${n} = Number(${to} - ${i}); if (${n} > 0) ${inside(c.rest.body)} }`;
      }
      case 'while':
        return `for (;;) { ${this.block(c.before)}\nif (!${this.operand(c.condition)}) break;\n${this.block(c.body)} }`;
      case 'parallel': {
        const i = this.operand(c.variable);
        return `for (let ${i} = 0n; ${i} < ${c.rounds}n; ${i}++) ${inside(c.body)}`;
      }
      case 'product': {
        const views = [c.a, c.b, c.c].map((v) => {
          const index = 'kind' in v.index ? `Number(${this.operand(v.index)})` : this.affine(v.index);
          return `{ dtype: '${v.dtype}', base: p[${this.places.indexOf(v.base)}], index: ${index}, row: ${v.row}, column: ${v.column} }`;
        });
        const sizes = [c.m, c.n, c.k].map((x) => this.operand(x)).join(', ');
        return `product([${sizes}], [${views.join(', ')}], ${this.operand(c.accumulate)});`;
      }
    }
  }
}
