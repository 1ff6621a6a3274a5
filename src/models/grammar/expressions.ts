import { addRange, type ByteSet, emptySet, hasByte, intersection, isEmptySet, union } from './byte-set.ts';
import { grammarError } from './grammar-error.ts';

/*
 * Languages of bytes as expressions, and what is left of one behind a byte: its derivative. Equal expressions are one number, and what was derived once
 * is kept, so that a grammar becomes an automaton as far as texts go through it, and no further. A concatenation is a stack (what comes now, what
 * comes then), alternatives are a set of stacks: recursive rules need nothing more.
 * Sources: Brzozowski 1964; Owens, Reppy, Turon 2009; lazily and with intersections as in llguidance's derivre.
 */

/** An expression of its `Expressions`. */
export type Expr = number;

/** No text at all. */
export const NEVER: Expr = 0;
/** The empty text. */
export const EMPTY: Expr = 1;

const kinds = ['never', 'empty', 'set', 'concat', 'alt', 'and', 'not', 'repeat', 'ref', 'lexeme', 'automaton'] as const;
type Kind = (typeof kinds)[number];
const codeOf = Object.fromEntries(kinds.map((k, i) => [k, i])) as Readonly<Record<Kind, number>>;
const { set: SET, concat: CONCAT, alt: ALT, and: AND, not: NOT, repeat: REPEAT, ref: REF, lexeme: LEXEME } = codeOf;
const AUTOMATON = codeOf.automaton;

/** No upper bound of a repetition. */
export const UNBOUNDED = -1;

/** A regular language that is easier to compute than to write: states are integers, −1 is none. */
export interface Automaton {
  next(state: number, byte: number): number;
  isFinal(state: number): boolean;
}

const MAX_NODES = 2 ** 19;
/** Of derivatives that are kept; a kilobyte each. */
const MAX_TABLES = 2 ** 14;
const UNKNOWN = 2;

const tooLarge = () => grammarError('the grammar is too large or too ambiguous to be followed');

/** Expressions of one grammar. */
export class Expressions {
  readonly #kind: number[] = [codeOf.never, codeOf.empty];
  readonly #a: number[] = [0, 0];
  readonly #b: number[] = [0, 0];
  readonly #c: number[] = [0, 0];
  readonly #lists = new Map<Expr, readonly Expr[]>();
  readonly #sets: ByteSet[] = [];
  readonly #automata: Automaton[] = [];
  readonly #known = new Map<string, Expr>();
  readonly #pairs = new Map<number, Expr>();
  /** What is left behind each byte, as far as it was asked for. */
  readonly #tables = new Map<Expr, Int32Array>();
  readonly #nullable: number[] = [0, 1];
  readonly #isEmptyAnd = new Map<Expr, boolean>();
  readonly #bodies: Expr[] = [];
  readonly #ruleNames: string[] = [];
  #nullableRules: boolean[] | undefined;
  #representatives: { readonly numSets: number; readonly bytes: readonly number[] } | undefined;
  /** Expressions that may still be made before somebody has asked for too much. */
  fuel: number;

  constructor(fuel = 500_000) {
    this.fuel = fuel;
  }

  get size(): number {
    return this.#kind.length;
  }

  kind(e: Expr): Kind {
    return kinds[this.#kind[e]];
  }

  /** Of a concatenation: what comes first. Of a repetition, a lexeme, a negation: what is in it. */
  first(e: Expr): Expr {
    return this.#a[e];
  }

  /** Of a concatenation: what comes then. */
  rest(e: Expr): Expr {
    return this.#b[e];
  }

  /** Least and most of a repetition. */
  bounds(e: Expr): readonly [min: number, max: number] {
    return [this.#b[e], this.#c[e]];
  }

  /** Alternatives, of which one is enough. */
  alternatives(e: Expr): readonly Expr[] {
    return this.#kind[e] === ALT ? this.#lists.get(e)! : [e];
  }

  #spend(): void {
    if (--this.fuel < 0 || this.#kind.length >= MAX_NODES) throw tooLarge();
  }

  #add(kind: number, a: number, b: number, c: number, nullable: number): Expr {
    this.#spend();
    this.#kind.push(kind);
    this.#a.push(a);
    this.#b.push(b);
    this.#c.push(c);
    this.#nullable.push(nullable);
    return this.#kind.length - 1;
  }

  #intern(key: string, make: () => Expr): Expr {
    let e = this.#known.get(key);
    if (e === undefined) {
      e = make();
      this.#known.set(key, e);
    }
    return e;
  }

  set(bytes: ByteSet): Expr {
    if (isEmptySet(bytes)) return NEVER;
    return this.#intern(`s${bytes.join()}`, () => this.#add(SET, this.#sets.push(bytes) - 1, 0, 0, 0));
  }

  range(from: number, to = from): Expr {
    return this.set(addRange(emptySet(), from, to));
  }

  literal(text: string | Uint8Array): Expr {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    let e = EMPTY;
    for (let i = bytes.length - 1; i >= 0; i--) e = this.#pair(this.range(bytes[i]), e);
    return e;
  }

  /** One behind the other. */
  concat(...parts: readonly Expr[]): Expr {
    let e = EMPTY;
    for (let i = parts.length - 1; i >= 0; i--) e = this.#pair(parts[i], e);
    return e;
  }

  #pair(head: Expr, tail: Expr): Expr {
    if (head === NEVER || tail === NEVER) return NEVER;
    if (head === EMPTY) return tail;
    if (tail === EMPTY) return head;
    // What comes first is never a concatenation itself.
    const heads: Expr[] = [];
    let last = head;
    for (; this.#kind[last] === CONCAT; last = this.#b[last]) heads.push(this.#a[last]);
    heads.push(last);
    let e = tail;
    for (let i = heads.length - 1; i >= 0; i--) {
      const key = heads[i] * MAX_NODES + e;
      let made = this.#pairs.get(key);
      if (made === undefined) {
        made = this.#add(CONCAT, heads[i], e, 0, UNKNOWN);
        this.#pairs.set(key, made);
      }
      e = made;
    }
    return e;
  }

  /** Any one of them. */
  alt(...options: readonly Expr[]): Expr {
    const found = new Set<Expr>();
    let bytes: ByteSet | undefined;
    for (const option of options)
      for (const e of this.alternatives(option)) {
        if (e === NEVER) continue;
        if (this.#kind[e] !== SET) found.add(e);
        else bytes = bytes ? union(bytes, this.#sets[this.#a[e]]) : this.#sets[this.#a[e]];
      }
    if (bytes) found.add(this.set(bytes));
    if (found.size < 2) return found.values().next().value ?? NEVER;
    const list = this.#sorted(found);
    return this.#intern(`|${list.join()}`, () => this.#withList(ALT, list));
  }

  /** Long lists cost as much as several expressions. */
  #sorted(found: ReadonlySet<Expr>): readonly Expr[] {
    this.fuel -= found.size;
    if (this.fuel < 0) throw tooLarge();
    return found.size === 2 ? [...found].sort((x, y) => x - y) : [...Int32Array.from(found).sort()];
  }

  optional(e: Expr): Expr {
    return this.alt(EMPTY, e);
  }

  #withList(kind: number, list: readonly Expr[]): Expr {
    const e = this.#add(kind, 0, 0, 0, UNKNOWN);
    this.#lists.set(e, list);
    return e;
  }

  /** What all of them let through; of expressions without rules. */
  and(...parts: readonly Expr[]): Expr {
    const e = this.#rawAnd(parts);
    return this.#kind[e] === AND && this.#isEmpty(e) ? NEVER : e;
  }

  #rawAnd(parts: readonly Expr[]): Expr {
    const found = new Set<Expr>();
    let bytes: ByteSet | undefined;
    for (const part of parts)
      for (const e of this.#kind[part] === AND ? this.#lists.get(part)! : [part]) {
        if (e === NEVER) return NEVER;
        if (this.#kind[e] === NOT && this.#a[e] === NEVER) continue;
        if (this.#kind[e] !== SET) found.add(e);
        else bytes = bytes ? intersection(bytes, this.#sets[this.#a[e]]) : this.#sets[this.#a[e]];
      }
    if (bytes) {
      if (isEmptySet(bytes)) return NEVER;
      found.add(this.set(bytes));
    }
    const list = this.#sorted(found);
    if (list.length === 0) return this.not(NEVER);
    if (list.length === 1) return list[0];
    if (found.has(EMPTY)) return list.every((e) => this.nullable(e)) ? EMPTY : NEVER;
    return this.#intern(`&${list.join()}`, () => this.#withList(AND, list));
  }

  /** Every text that it does not let through. */
  not(e: Expr): Expr {
    if (this.#kind[e] === NOT) return this.#a[e];
    return this.#intern(`!${e}`, () => this.#add(NOT, e, 0, 0, UNKNOWN));
  }

  /** So many of them. */
  repeat(e: Expr, min: number, max: number): Expr {
    if (max === 0 || e === EMPTY) return EMPTY;
    if (e === NEVER) return min === 0 ? EMPTY : NEVER;
    if (min === 1 && max === 1) return e;
    return this.#intern(`*${e},${min},${max}`, () => this.#add(REPEAT, e, min, max, UNKNOWN));
  }

  /**
   * The same language, as a unit: which tokens go on within it is found once for all places where it stands. Worth it where texts stay for long, such as
   * strings.
   */
  lexeme(e: Expr): Expr {
    const kind = this.#kind[e];
    if (e === NEVER || e === EMPTY || kind === SET || kind === LEXEME) return e;
    return this.#intern(`l${e}`, () => this.#add(LEXEME, e, 0, 0, UNKNOWN));
  }

  automaton(automaton: Automaton, state = 0): Expr {
    const found = this.#automata.indexOf(automaton);
    return this.#automatonAt(found >= 0 ? found : this.#automata.push(automaton) - 1, state);
  }

  #automatonAt(index: number, state: number): Expr {
    if (state < 0) return NEVER;
    return this.#intern(`a${index},${state}`, () =>
      this.#add(AUTOMATON, index, state, 0, this.#automata[index].isFinal(state) ? 1 : 0),
    );
  }

  /** A rule that is defined later. */
  rule(name: string): Expr {
    const index = this.#bodies.push(NEVER) - 1;
    this.#ruleNames.push(name);
    return this.#add(REF, index, 0, 0, UNKNOWN);
  }

  define(rule: Expr, body: Expr): void {
    this.#bodies[this.#a[rule]] = body;
  }

  /** Its body, of a rule. */
  bodyOf(rule: Expr): Expr {
    return this.#bodies[this.#a[rule]];
  }

  /** Checks the rules, after which derivatives can be had. Throws `models/grammar` for rules that begin with themselves, and for those without a text. */
  finish(): void {
    this.#nullableRules = this.#fixpoint((e, of) => this.#evaluate(e, of, 'nullable'));
    const hasText = this.#fixpoint((e, of) => this.#evaluate(e, of, 'productive'));
    const barren = hasText.indexOf(false);
    if (barren >= 0) throw grammarError(`no text of any length fits ${this.#ruleNames[barren]}`);
    this.#checkLeftRecursion();
  }

  #fixpoint(evaluate: (e: Expr, rules: readonly boolean[]) => boolean): boolean[] {
    const rules = this.#bodies.map(() => false);
    for (let changed = true; changed; ) {
      changed = false;
      // Rules that others are made of come after them.
      for (let i = rules.length - 1; i >= 0; i--) {
        if (rules[i]) continue;
        this.#spend();
        rules[i] = evaluate(this.#bodies[i], rules);
        changed ||= rules[i];
      }
    }
    return rules;
  }

  #evaluate(e: Expr, rules: readonly boolean[], what: 'nullable' | 'productive'): boolean {
    const memo = new Map<Expr, boolean>();
    const visit = (x: Expr): boolean => {
      const known = memo.get(x);
      if (known !== undefined) return known;
      const value = compute(x);
      memo.set(x, value);
      return value;
    };
    const compute = (x: Expr): boolean => {
      const isNullable = what === 'nullable';
      switch (this.#kind[x]) {
        case REF:
          return rules[this.#a[x]];
        case CONCAT: {
          let at = x;
          for (; this.#kind[at] === CONCAT; at = this.#b[at]) if (!visit(this.#a[at])) return false;
          return visit(at);
        }
        case ALT:
          return this.#lists.get(x)!.some(visit);
        case REPEAT:
          return this.#b[x] === 0 || visit(this.#a[x]);
        case LEXEME:
          return visit(this.#a[x]);
        default:
          return isNullable ? this.nullable(x) : x !== NEVER;
      }
    };
    return visit(e);
  }

  #checkLeftRecursion(): void {
    const state = new Map<number, 'open' | 'done'>();
    const seen = new Map<number, Set<Expr>>();
    const visitRule = (index: number): void => {
      if (state.get(index) === 'done') return;
      if (state.get(index) === 'open') throw grammarError(`${this.#ruleNames[index]} begins with itself`);
      state.set(index, 'open');
      seen.set(index, new Set());
      visit(this.#bodies[index], seen.get(index)!);
      state.set(index, 'done');
    };
    const visit = (e: Expr, own: Set<Expr>): void => {
      for (let at = e; !own.has(at); at = this.#b[at]) {
        own.add(at);
        const kind = this.#kind[at];
        if (kind === REF) visitRule(this.#a[at]);
        else if (kind === ALT) for (const x of this.#lists.get(at)!) visit(x, own);
        else if (kind === REPEAT || kind === LEXEME || kind === CONCAT) visit(this.#a[at], own);
        if (kind !== CONCAT || !this.nullable(this.#a[at])) return;
      }
    };
    for (const index of this.#bodies.keys()) visitRule(index);
  }

  /** Whether the empty text is one of its texts. */
  nullable(e: Expr): boolean {
    const known = this.#nullable[e];
    if (known !== UNKNOWN) return known === 1;
    const value = this.#computeNullable(e);
    this.#nullable[e] = value ? 1 : 0;
    return value;
  }

  #computeNullable(e: Expr): boolean {
    switch (this.#kind[e]) {
      case CONCAT: {
        let at = e;
        for (; this.#kind[at] === CONCAT; at = this.#b[at]) if (!this.nullable(this.#a[at])) return false;
        return this.nullable(at);
      }
      case ALT:
        return this.#lists.get(e)!.some((x) => this.nullable(x));
      case AND:
        return this.#lists.get(e)!.every((x) => this.nullable(x));
      case NOT:
        return !this.nullable(this.#a[e]);
      case REPEAT:
        return this.#b[e] === 0 || this.nullable(this.#a[e]);
      case LEXEME:
        return this.nullable(this.#a[e]);
      case REF:
        return this.#nullableRules?.[this.#a[e]] ?? false;
      default:
        return false;
    }
  }

  /** What may follow a byte; `NEVER` where no text begins with it. */
  derive(e: Expr, byte: number): Expr {
    const kind = this.#kind[e];
    if (kind === SET) return hasByte(this.#sets[this.#a[e]], byte) ? EMPTY : NEVER;
    if (kind === CONCAT) {
      const head = this.#a[e];
      if (this.#kind[head] === SET) return hasByte(this.#sets[this.#a[head]], byte) ? this.#b[e] : NEVER;
    } else if (e <= EMPTY) return NEVER;
    let table = this.#tables.get(e);
    if (!table) {
      table = new Int32Array(256).fill(-1);
      if (this.#tables.size >= MAX_TABLES) this.#tables.clear();
      this.#tables.set(e, table);
    }
    let made = table[byte];
    if (made < 0) {
      made = this.#compute(e, byte);
      table[byte] = made;
    }
    return made;
  }

  #compute(e: Expr, byte: number): Expr {
    const [a, b] = [this.#a[e], this.#b[e]];
    switch (this.#kind[e]) {
      case CONCAT: {
        const made = this.#pair(this.derive(a, byte), b);
        return this.nullable(a) ? this.alt(made, this.derive(b, byte)) : made;
      }
      case ALT:
        return this.alt(...this.#lists.get(e)!.map((x) => this.derive(x, byte)));
      case AND: {
        const made = this.#rawDerivative(e, byte);
        return this.#kind[made] === AND && this.#isEmpty(made) ? NEVER : made;
      }
      case NOT:
        return this.not(this.derive(a, byte));
      case REPEAT: {
        const max = this.#c[e];
        return this.#pair(
          this.derive(a, byte),
          this.repeat(a, Math.max(0, b - 1), max === UNBOUNDED ? UNBOUNDED : max - 1),
        );
      }
      case LEXEME:
        return this.lexeme(this.derive(a, byte));
      case REF:
        return this.derive(this.#bodies[a], byte);
      case AUTOMATON:
        return this.#automatonAt(a, this.#automata[a].next(b, byte));
      default:
        return NEVER;
    }
  }

  #rawDerivative(e: Expr, byte: number): Expr {
    return this.#rawAnd(this.#lists.get(e)!.map((x) => this.derive(x, byte)));
  }

  /** Whether an intersection lets nothing through: found by looking for a text. */
  #isEmpty(e: Expr): boolean {
    const known = this.#isEmptyAnd.get(e);
    if (known !== undefined) return known;
    const parents = new Map<Expr, Expr>([[e, e]]);
    const stack = [e];
    const succeed = (from: Expr): false => {
      for (let at = from; ; at = parents.get(at)!) {
        this.#isEmptyAnd.set(at, false);
        if (at === e) return false;
      }
    };
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (this.nullable(at)) return succeed(at);
      for (const byte of this.#representativeBytes()) {
        this.fuel -= 1;
        const next = this.#rawDerivative(at, byte);
        if (next === NEVER || parents.has(next)) continue;
        // Whatever is no intersection any more has texts.
        if (this.#kind[next] !== AND || this.#isEmptyAnd.get(next) === false) return succeed(at);
        if (this.#isEmptyAnd.get(next) === true) continue;
        parents.set(next, at);
        stack.push(next);
      }
      if (this.fuel < 0) throw tooLarge();
    }
    for (const at of parents.keys()) this.#isEmptyAnd.set(at, true);
    return true;
  }

  /** One byte of each class that no set tells apart. */
  #representativeBytes(): readonly number[] {
    if (this.#representatives?.numSets === this.#sets.length) return this.#representatives.bytes;
    const seen = new Map<string, number>();
    for (let byte = 0; byte < 256; byte++) {
      let key = '';
      for (const set of this.#sets) key += hasByte(set, byte) ? '1' : '0';
      if (!seen.has(key)) seen.set(key, byte);
    }
    // Letters are tried before what is rare: they come last, from a stack.
    this.#representatives = { numSets: this.#sets.length, bytes: [...seen.values()].reverse() };
    return this.#representatives.bytes;
  }

  /** What is left behind some bytes. */
  after(e: Expr, bytes: Uint8Array): Expr {
    let at = e;
    for (let i = 0; i < bytes.length && at !== NEVER; i++) at = this.derive(at, bytes[i]);
    return at;
  }

  /** Whether a text is one of its texts. */
  matches(e: Expr, text: string | Uint8Array): boolean {
    return this.nullable(this.after(e, typeof text === 'string' ? new TextEncoder().encode(text) : text));
  }
}
