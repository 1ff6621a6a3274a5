import { isComplex, isFloat } from '../../base/index.ts';
import type { Attr, AttrDict } from '../attribute.ts';
import type { Block, Func, Module, Op, Value } from '../op.ts';
import type { SyntaxPrinter } from '../syntax.ts';
import { functionTypeText, type Type, typeText } from '../types.ts';
import { printAttribute, printDictionary, printSymbol } from './attribute-text.ts';
import { writeAttributes } from './attributes-from-text.ts';
import { printLocation } from './location-text.ts';

export interface PrintOptions {
  /** Append `loc(…)` to every op. */
  readonly locations?: boolean;
  /** Print every op in its generic form. */
  readonly generic?: boolean;
}

/** MLIR text of a module, as `stablehlo-opt` would print it (values are numbered, arguments are `%arg0` …). */
export function printModule(module: Module, options: PrintOptions = {}): string {
  const p = new Printer(options);
  p.module(module);
  return p.text;
}

/** MLIR text of one function. */
export function printFunc(func: Func, options: PrintOptions = {}): string {
  const p = new Printer(options);
  p.func(func);
  return p.text;
}

/** MLIR text of one op for messages; its operands are numbered as if they were arguments. */
export function printOp(op: Op, options: PrintOptions = {}): string {
  const p = new Printer(options);
  p.single(op);
  return p.text;
}

/** Names are unique among everything visible; a region's names are given back when it ends, so siblings reuse them. */
interface Numbering {
  nextValue: number;
  nextArg: number;
  nextConflict: number;
}

class Printer implements SyntaxPrinter {
  text = '';
  /** What was written last: asking the end of `text` would copy it. */
  #last = '';
  readonly #options: PrintOptions;
  #indent = 0;
  #names = new Map<Value, string>();
  #used = new Set<string>();
  /** Names taken since the region being printed began. */
  #declared: string[] = [];
  #numbering: Numbering = { nextValue: 0, nextArg: 0, nextConflict: 0 };

  constructor(options: PrintOptions) {
    this.#options = options;
  }

  module(m: Module): void {
    this.write('module');
    if (m.name !== undefined) this.write(` ${printSymbol([m.name])}`);
    if (Object.keys(m.attributes).length > 0) this.write(` attributes ${printDictionary(m.attributes)}`);
    this.write(' {');
    this.#indent++;
    for (const op of m.symbols) {
      this.newline();
      this.#op(op);
    }
    for (const f of m.funcs) {
      this.newline();
      this.func(f);
    }
    this.#indent--;
    this.write('\n}\n');
  }

  func(f: Func): void {
    this.#names = new Map();
    this.#used = new Set();
    this.#numbering = { nextValue: 0, nextArg: 0, nextConflict: 0 };
    this.#nameArgs(f.body);
    this.#nameResults(f.body);
    this.write(`func.func ${f.visibility === 'private' ? 'private ' : ''}${printSymbol([f.name])}(`);
    this.write(
      f.args.map((a, i) => `${this.value(a)}: ${typeText(a.type)}${this.#optional(f.argAttributes[i])}`).join(', '),
    );
    this.write(')');
    const types = f.resultTypes;
    if (types.length === 1 && Object.keys(f.resultAttributes[0] ?? {}).length === 0 && types[0].kind !== 'function')
      this.write(` -> ${typeText(types[0])}`);
    else if (types.length > 0)
      this.write(` -> (${types.map((t, i) => `${typeText(t)}${this.#optional(f.resultAttributes[i])}`).join(', ')})`);
    if (Object.keys(f.attributes).length > 0) this.write(` attributes ${printDictionary(f.attributes)}`);
    this.write(' {');
    this.#indent++;
    for (const op of f.body.ops) {
      this.newline();
      this.#op(op);
    }
    this.#indent--;
    this.newline();
    this.write('}');
  }

  single(op: Op): void {
    const seen = new Set(op.operands);
    for (const v of seen) this.#names.set(v, `%arg${this.#numbering.nextArg++}`);
    this.#nameResultsOf([op]);
    this.#op(op);
  }

  #op(op: Op): void {
    if (op.results.length > 0) {
      const first = this.#names.get(op.results[0])!;
      if (op.results.length === 1) this.write(first);
      else if (first.endsWith('#0')) this.write(`${first.slice(0, -2)}:${op.results.length}`);
      else this.write(op.results.map((r) => this.value(r)).join(', '));
      this.write(' = ');
    }
    if (op.definition.syntax === 'generic' || this.#options.generic) this.#generic(op);
    else {
      this.write(op.name.startsWith('func.return') ? 'return' : op.name.startsWith('func.call') ? 'call' : op.name);
      op.definition.syntax.print(op, this);
    }
    if (this.#options.locations) this.write(` ${printLocation(op.location)}`);
  }

  #generic(op: Op): void {
    this.write(`"${op.name}"(${this.values(op.operands)})`);
    const own = writeAttributes(op);
    if (Object.keys(own).length > 0) this.write(` <${printDictionary(own)}>`);
    if (op.regions.length > 0) {
      this.write(' (');
      op.regions.forEach((region, i) => {
        if (i > 0) this.write(', ');
        this.#region(region, true);
      });
      this.write(')');
    }
    if (Object.keys(op.discardable).length > 0) this.write(` ${printDictionary(op.discardable)}`);
    this.write(
      ` : ${this.functionType(
        op.operands.map((v) => v.type),
        op.results.map((v) => v.type),
      )}`,
    );
  }

  #region(block: Block, withArgs: boolean): void {
    const saved = { ...this.#numbering };
    const outer = this.#declared;
    this.#declared = [];
    const isNamed = block.args.every((a) => this.#names.has(a));
    if (!isNamed) this.#nameArgs(block);
    this.#nameResults(block);
    this.write('{');
    if (withArgs && block.args.length > 0) {
      this.newline();
      this.write(`^bb0(${block.args.map((a) => `${this.value(a)}: ${typeText(a.type)}`).join(', ')}):`);
    }
    this.#indent++;
    for (const op of block.ops) {
      this.newline();
      this.#op(op);
    }
    this.#indent--;
    this.newline();
    this.write('}');
    this.#numbering = saved;
    for (const name of this.#declared) this.#used.delete(name);
    this.#declared = outer;
    if (isNamed) {
      // Names declared for this region may be declared again for the next one (`cond` and `do` of a while).
      for (const a of block.args) this.#used.delete(this.#names.get(a)!);
    }
  }

  #nameArgs(block: Block): void {
    for (const a of block.args) this.#names.set(a, this.#unique(`%arg${this.#numbering.nextArg++}`));
  }

  #nameResults(block: Block): void {
    this.#nameResultsOf(block.ops);
  }

  #nameResultsOf(ops: readonly Op[]): void {
    for (const op of ops) {
      if (op.results.length === 0) continue;
      const hints = nameHints(op);
      if (hints) {
        op.results.forEach((r, i) => {
          this.#names.set(r, this.#unique(`%${hints[i]}`));
        });
        continue;
      }
      const base = `%${this.#numbering.nextValue++}`;
      if (op.results.length === 1) this.#names.set(op.results[0], base);
      else
        op.results.forEach((r, i) => {
          this.#names.set(r, `${base}#${i}`);
        });
    }
  }

  #use(name: string): void {
    if (this.#used.has(name)) return;
    this.#used.add(name);
    this.#declared.push(name);
  }

  #unique(name: string): string {
    let unique = name;
    while (this.#used.has(unique)) unique = `${name}_${this.#numbering.nextConflict++}`;
    this.#use(unique);
    return unique;
  }

  newline(): void {
    this.write(`\n${'  '.repeat(this.#indent)}`);
  }

  #optional(dictionary: AttrDict | undefined): string {
    return dictionary && Object.keys(dictionary).length > 0 ? ` ${printDictionary(dictionary)}` : '';
  }

  // ---- SyntaxPrinter ----

  write(text: string): void {
    if (text === '') return;
    this.text += text;
    this.#last = text;
  }
  value(v: Value): string {
    return this.#names.get(v) ?? '%<undefined>';
  }
  values(vs: readonly Value[]): string {
    return vs.map((v) => this.value(v)).join(', ');
  }
  type(t: Type): string {
    return typeText(t);
  }
  functionType(inputs: readonly Type[], results: readonly Type[]): string {
    return functionTypeText(inputs, results);
  }
  attribute(a: Attr): string {
    return printAttribute(a);
  }
  dictionary(op: Op, spelled: readonly string[]): void {
    const entries = { ...writeAttributes(op, spelled), ...op.discardable };
    if (Object.keys(entries).length > 0) this.write(` ${printDictionary(entries)}`);
  }
  region(block: Block, options: { args?: boolean } = {}): void {
    if (!/[ \n]$/.test(this.#last)) this.write(' ');
    this.#region(block, options.args !== false);
  }
  declare(values: readonly Value[], prefix = 'arg'): string[] {
    return values.map((v) => {
      const name = prefix === 'arg' ? this.#unique(`%arg${this.#numbering.nextArg++}`) : this.#unique(`%${prefix}`);
      this.#names.set(v, name);
      return name;
    });
  }
  shadow(values: readonly Value[], like: readonly Value[]): void {
    values.forEach((v, i) => {
      const name = this.value(like[i]);
      this.#names.set(v, name);
      this.#use(name);
    });
  }
}

/** Names that StableHLO gives to results of these ops. */
const resultNames: Readonly<Record<string, readonly string[]>> = {
  'stablehlo.rng_bit_generator': ['output_state', 'output'],
  'stablehlo.batch_norm_grad': ['grad_operand', 'grad_scale', 'grad_offset'],
  'stablehlo.batch_norm_training': ['output', 'batch_mean', 'batch_var'],
  'chlo.top_k': ['values', 'indices'],
};

/** Names instead of numbers: `%c` (integers) and `%cst` for constants, and those of `resultNames`. */
function nameHints(op: Op): readonly string[] | undefined {
  const [result] = op.results;
  if (op.name !== 'stablehlo.constant' || result.type.kind !== 'tensor') return resultNames[op.name];
  return [isFloat(result.type.dtype) || isComplex(result.type.dtype) ? 'cst' : 'c'];
}
