import type { Expr, ForStatement, Statement } from '../kernels/kernel-ir.ts';
import { innerStatements } from '../kernels/routine.ts';
import type { TargetFacts } from './code.ts';

/** What differs between the lanes of a loop whose rounds run side by side. */
export class Lanes {
  private readonly lane: string;
  private readonly target: TargetFacts;
  private readonly varying = new Set<string>();

  /** Undefined when something in the loop has no vector form. */
  static of(loop: ForStatement, target: TargetFacts): Lanes | undefined {
    const lanes = new Lanes(loop, target);
    return loop.body.every((s) => lanes.fits(s)) ? lanes : undefined;
  }

  private constructor(loop: ForStatement, target: TargetFacts) {
    this.target = target;
    this.lane = loop.variable.name;
    // A variable varies once anything that varies is put into it, which may be further down in an inner loop.
    for (let size = -1; size !== this.varying.size; ) {
      size = this.varying.size;
      loop.body.forEach((s) => {
        this.collect(s);
      });
    }
  }

  private collect(s: Statement): void {
    if ((s.kind === 'let' || s.kind === 'set') && this.varies(s.value)) this.varying.add(s.variable.name);
    for (const x of innerStatements(s)) this.collect(x);
  }

  varies(e: Expr): boolean {
    switch (e.kind) {
      case 'variable':
        return e.name === this.lane || this.varying.has(e.name);
      case 'element':
        return this.varies(e.index);
      case 'apply':
        return e.args.some((a) => this.varies(a));
      default:
        return false;
    }
  }

  /** How much an index grows from lane to lane; undefined where that is not the same for all. */
  coefficient(e: Expr): number | undefined {
    if (!this.varies(e)) return 0;
    if (e.kind === 'variable') return e.name === this.lane ? 1 : undefined;
    if (e.kind !== 'apply' || e.dtype !== 'i64') return undefined;
    const [x, y] = e.args;
    const [a, b] = [x, y].map((arg) => (arg ? this.coefficient(arg) : undefined));
    if (a === undefined || b === undefined) return undefined;
    if (e.fn === 'add') return a + b;
    if (e.fn === 'subtract') return a - b;
    if (e.fn !== 'multiply') return undefined;
    if (y.kind === 'literal') return a * Number(y.value);
    return x.kind === 'literal' ? b * Number(x.value) : undefined;
  }

  private fits(s: Statement): boolean {
    switch (s.kind) {
      case 'let':
      case 'set':
        return !this.varying.has(s.variable.name) || this.isVector(s.value);
      case 'store':
        if (s.next)
          return (
            s.dtype === 'f32' && this.coefficient(s.index) === 2 && [s.value, s.next].every((e) => this.isVector(e))
          );
        return this.coefficient(s.index) === 1 && this.isVector(s.value);
      case 'for':
        return !this.varies(s.from) && !this.varies(s.to) && s.body.every((x) => this.fits(x));
      case 'if':
        return !this.varies(s.condition) && innerStatements(s).every((x) => this.fits(x));
      default:
        return false;
    }
  }

  private isVector(e: Expr): boolean {
    if (!this.target.hasType(e.dtype)) return false;
    if (!this.varies(e)) return true;
    if (e.kind === 'variable') return e.name !== this.lane;
    if (e.kind === 'element') return (this.coefficient(e.index) ?? 0) > 0;
    if (e.kind !== 'apply' || !e.args.every((a) => this.isVector(a))) return false;
    return this.target.hasFunction(e);
  }
}
