import type { Affine, LoopVar, Term } from '../../kernels/affine.ts';
import { type FunctionBuilder, get, i32, type Local, op, type Value } from './function-builder.ts';

/* Indices and addresses inside loops, each computed as far out as its loops allow, once. */

export class IndexValues {
  private readonly f: FunctionBuilder;
  private readonly terms = new Map<Term, Value>();
  /** Loops a term needs around it: 1 for the outermost. */
  private readonly levels = new Map<Term, number>();
  /** What is computed so far, by the loop it stands before. */
  private readonly known: Map<string, Value>[] = [];

  constructor(f: FunctionBuilder) {
    this.f = f;
  }

  /** A value for a term, known inside the innermost `level` loops. */
  fix(t: Term, at: Value, level = 0): void {
    this.terms.set(t, at);
    this.levels.set(t, level);
    for (const map of this.known) for (const key of map?.keys() ?? []) if (key.includes(`v${t.id};`)) map.delete(key);
  }
  valueOf(t: Term): Value {
    return this.terms.get(t)!;
  }

  /** `for (v = 0; v < end; v += step)`, with at least one round. */
  repeat(v: LoopVar, end: number, step: number, body: () => void): void {
    const i = this.f.local('i32');
    this.terms.set(v, get(i));
    this.f.repeat(i, end, step, () => {
      this.levels.set(v, this.f.depth);
      body();
    });
    this.forget();
  }
  /** A loop from `i` on in whole steps up to `end`, maybe none at all; `i` is then where it stopped. */
  counted(v: LoopVar, i: Local, end: Value, step: number, body: () => void): void {
    const { f } = this;
    this.onlyIf(op('i32.le_s', op('i32.add', get(i), i32(step)), end), () => {
      this.terms.set(v, get(i));
      f.range(i, get(i), f.keep(op('i32.sub', end, i32(step - 1))), step, () => {
        this.levels.set(v, f.depth);
        body();
      });
      this.forget();
    });
  }
  /** The points `begin … end − 1` of one or two loops. */
  points(vars: readonly LoopVar[], begin: Value, end: Value, body: () => void): void {
    const { f } = this;
    const z = f.local('i32');
    f.range(z, begin, end, 1, () => {
      const level = f.depth;
      const extent = i32(vars[vars.length - 1].extent);
      const both = vars.length === 1 ? [get(z)] : [op('i32.div_u', get(z), extent), op('i32.rem_u', get(z), extent)];
      both
        .map((x) => f.keep(x))
        .forEach((x, i) => {
          this.fix(vars[i], x, level);
        });
      body();
    });
    this.forget();
  }
  /** What is computed inside may not be used behind: it may not have been. */
  onlyIf(condition: Value, yes: () => void, no?: () => void): void {
    const before = this.known.map((m) => m && new Map(m));
    const restored = (body: () => void) => (): void => {
      body();
      this.known.splice(0, this.known.length, ...before.map((m) => m && new Map(m)));
    };
    this.f.if(condition, restored(yes), no && restored(no));
  }
  /** Drops what was computed inside the loop that was just closed. */
  private forget(): void {
    this.known.length = Math.min(this.known.length, this.f.depth + 1);
  }

  private hoisted(key: string, level: number, make: () => Value): Value {
    this.known[level] ??= new Map();
    let v = this.known[level].get(key);
    if (!v) {
      v = this.f.keepBefore(level, make());
      this.known[level].set(key, v);
    }
    return v;
  }

  /** base + index · bytes, loop by loop from the outside; equal names stand for equal bases. */
  indexed(name: string, base: Value, a: Affine, bytes: number): Value {
    const terms = [...a.terms].map(([t, c]) => ({ t, c: c * bytes, level: this.levels.get(t)! }));
    terms.sort((x, y) => x.level - y.level);
    let key = `${name}+${a.constant * bytes};`;
    let v = a.constant === 0 ? base : this.hoisted(key, 0, () => op('i32.add', base, i32(a.constant * bytes)));
    for (const { t, c, level } of terms) {
      key += `${c}v${t.id};`;
      const before = v;
      v = this.hoisted(key, level, () => {
        const scaled = this.hoisted(`${c}v${t.id};`, level, () =>
          c === 1 ? this.terms.get(t)! : op('i32.mul', this.terms.get(t)!, i32(c)),
        );
        return op('i32.add', before, scaled);
      });
    }
    return v;
  }
}
