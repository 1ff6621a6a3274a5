import { InternalError } from '../../../base/index.ts';
import { nodesOf, termsOf } from '../../kernels/accesses.ts';
import type { LoopVar, RuntimeIndex, Term } from '../../kernels/affine.ts';
import type { Buffer, Expr, LoopStep } from '../../kernels/kernel-ir.ts';
import { cutIntoPieces, type Pieces } from '../parallel.ts';
import { scalarType } from './element-functions.ts';
import { elementPointer, indexText, literalText, type Names, scalarApply, scalarLoad } from './emit-expr.ts';

/*
 * What a kernel's open loops hold: names of memory, loop variables and values, each computed before the loops it does not need.
 */

/** The function text under construction and its open loops. */
export class LoopScope {
  protected readonly step: LoopStep;
  protected readonly lanes: number;
  protected readonly rootOf: (b: Buffer) => Buffer;
  protected readonly pointers: Buffer[] = [];
  protected readonly symbols: RuntimeIndex[] = [];
  protected readonly terms = new Map<Term, string>();
  protected readonly locals = new Map<Buffer, string>();
  protected readonly lines: string[] = [];
  protected counter = 0;
  /** Loops open around the current line, outermost first. */
  protected open: LoopVar[] = [];

  protected readonly pieces: Pieces | undefined;

  constructor(step: LoopStep, rootOf: (b: Buffer) => Buffer, lanes: number, serial: boolean) {
    this.pieces = serial ? undefined : cutIntoPieces(step, lanes);
    this.step = this.pieces?.step ?? step;
    this.rootOf = rootOf;
    this.lanes = lanes;
  }

  protected readonly names: Names = {
    pointer: (b) => {
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
    },
    term: (t) => {
      let name = this.terms.get(t);
      if (!name) {
        name = t.kind === 'symbol' ? `s${this.symbols.push(t) - 1}` : `i${this.counter++}`;
        this.terms.set(t, name);
      }
      return name;
    },
  };

  /** Opens the outer loops; the dealt-out ones run over the piece's points only. */
  protected openOuter(vars: readonly LoopVar[]): void {
    const dealt = this.pieces?.vars ?? [];
    if (dealt.length > 0) {
      const names = dealt.map((v) => this.names.term(v));
      if (names.length === 1) this.lines.push(`for (esp_i ${names[0]} = begin; ${names[0]} < end; ${names[0]}++) {`);
      else
        this.lines.push(
          `for (esp_i z = begin; z < end; z++) { const esp_i ${names[0]} = z / ${dealt[1].extent}, ${names[1]} = z % ${dealt[1].extent};`,
        );
      this.open.push(...dealt);
    }
    for (const v of vars) if (!dealt.includes(v)) this.openLoop(v);
  }
  protected closeOuter(vars: readonly LoopVar[]): void {
    const dealt = this.pieces?.vars ?? [];
    for (const v of vars) if (!dealt.includes(v)) this.closeLoop();
    if (dealt.length > 0) {
      this.lines.push('}');
      this.open.length -= dealt.length;
    }
  }

  protected openLoop(v: LoopVar): void {
    const i = this.names.term(v);
    const end = v.count ? this.names.term(v.count) : v.extent;
    this.lines.push(`for (esp_i ${i} = 0; ${i} < ${end}; ${i}++) {`);
    this.open.push(v);
  }
  protected closeLoop(): void {
    this.lines.push('}');
    this.open.pop();
  }
  protected fresh(prefix: string): string {
    return `${prefix}${this.counter++}`;
  }

  /** Number of open loops a value needs around it: 0 if it is the same everywhere. */
  protected level(e: Expr, loops: readonly LoopVar[]): number {
    let level = 0;
    const terms = termsOf(e);
    loops.forEach((v, i) => {
      if (terms.has(v)) level = i + 1;
    });
    return level;
  }

  /** Defines scalar variables for nodes; literals stay text. */
  protected scalars(nodes: readonly Expr[], names: Map<Expr, string>): void {
    for (const e of nodes) {
      if (names.has(e)) continue;
      if (e.kind === 'literal') names.set(e, literalText(e.dtype, e.value));
      else if (e.kind === 'variable') names.set(e, e.name);
      else {
        const name = this.fresh('x');
        this.lines.push(`const ${scalarType(e.dtype)} ${name} = ${this.scalarText(e, names)};`);
        names.set(e, name);
      }
    }
  }

  protected scalarText(e: Expr, names: ReadonlyMap<Expr, string>): string {
    switch (e.kind) {
      case 'load':
        return scalarLoad(e.dtype, elementPointer(e.buffer, e.dtype, e.index, this.names));
      case 'index':
        return e.dtype === 'bool'
          ? `((${indexText(e.index, this.names)}) != 0)`
          : scalarApply(
              { kind: 'apply', dtype: e.dtype, fn: 'convert', args: [{ kind: 'variable', dtype: 'i64', name: '' }] },
              [`((int64_t)(${indexText(e.index, this.names)}))`],
            );
      case 'apply':
        return scalarApply(
          e,
          e.args.map((a) => names.get(a)!),
        );
      default:
        throw new InternalError(`unexpected ${e.kind}`);
    }
  }

  protected uniform(e: Expr, names: Map<Expr, string>): string {
    this.scalars(nodesOf([e]), names);
    return names.get(e)!;
  }

  /** Whether every loop variable the value needs is open (symbols always are). */
  protected allOpen(e: Expr): boolean {
    for (const t of termsOf(e)) if (t.kind === 'loop' && !this.open.includes(t)) return false;
    return true;
  }
}
