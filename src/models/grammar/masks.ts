import { EMPTY, type Expr, type Expressions, NEVER, UNBOUNDED } from './expressions.ts';
import type { Vocabulary } from './vocabulary.ts';

/*
 * Which tokens an expression lets come next, as a bit each. A token may come if something can follow its bytes. What is found for a lexeme holds wherever
 * it stands; only tokens that go on behind its end are looked at again, with what comes then.
 * Sources: the tokens that do not depend on the context of xgrammar (Dong et al. 2024); the walk over a tree in an array of llguidance.
 */

/** Tokens within a lexeme, and nodes of the tree at which it may end and tokens go on. */
interface LexemeTokens {
  readonly mask: Uint32Array;
  readonly exits: Int32Array;
}

/**
 * Of a repetition with what stands behind it: tokens and the counts up to which they go. Bounds that are given later leave out some of them, so that each
 * of the many places in a string of bounded length need not be walked anew.
 */
interface CountedTokens {
  /** All that stay in the repetition, whatever its bounds. */
  readonly inside: Uint32Array;
  /** The same with their counts, the largest first. */
  readonly insideTokens: Int32Array;
  readonly insideCounts: Int32Array;
  /** Tokens that go on behind it, with the counts at which they do. */
  readonly outsideTokens: Int32Array;
  readonly outsideCounts: Int32Array;
  readonly exits: Int32Array;
  readonly exitCounts: Int32Array;
}

const MAX_MASK_BYTES = 4_000_000;
const MAX_LEXEMES = 64;
/** Nodes of the tree that cost as much as an expression. */
const NODES_PER_FUEL = 128;

const addToken = (mask: Uint32Array, token: number, { twins }: Vocabulary): void => {
  for (let t = token; t >= 0; t = twins[t]) mask[t >> 5] |= 1 << (t & 31);
};

/** Masks of one grammar for one vocabulary. */
export class TokenMasks {
  readonly #x: Expressions;
  readonly #v: Vocabulary;
  readonly #masks = new Map<Expr, Uint32Array>();
  readonly #lexemes = new Map<Expr, LexemeTokens>();
  readonly #counted = new Map<string, CountedTokens | undefined>();
  readonly #states: Int32Array;
  readonly #counts: Int32Array;
  readonly #isOutside: Uint8Array;

  constructor(x: Expressions, vocabulary: Vocabulary) {
    this.#x = x;
    this.#v = vocabulary;
    this.#states = new Int32Array(vocabulary.maxDepth + 1);
    this.#counts = new Int32Array(vocabulary.maxDepth + 1);
    this.#isOutside = new Uint8Array(vocabulary.maxDepth + 1);
  }

  /** Tokens that may come, and those that end the text where it may end: not to be changed. Throws `models/grammar` for what takes too long. */
  of(e: Expr): Uint32Array {
    let mask = this.#masks.get(e);
    if (mask) return mask;
    mask = this.#v.emptyMask();
    this.#add(mask, e);
    if (this.#x.nullable(e)) for (const [i, bits] of this.#v.endMask.entries()) mask[i] |= bits;
    if ((this.#masks.size + 1) * mask.byteLength > MAX_MASK_BYTES) this.#masks.clear();
    this.#masks.set(e, mask);
    return mask;
  }

  #add(mask: Uint32Array, e: Expr): void {
    const x = this.#x;
    for (const option of x.alternatives(e)) {
      const isConcat = x.kind(option) === 'concat';
      const [head, tail] = isConcat ? [x.first(option), x.rest(option)] : [option, EMPTY];
      if (x.kind(head) !== 'lexeme') {
        this.#walk(option, 0, mask);
        continue;
      }
      const own = this.#lexeme(head);
      for (let i = 0; i < mask.length; i++) mask[i] |= own.mask[i];
      if (tail === EMPTY) continue;
      for (const node of own.exits) this.#walk(tail, node, mask);
      if (x.nullable(head)) this.#add(mask, tail);
    }
  }

  /** Adds the tokens below a node that go on with an expression; tells the nodes at which it may end. */
  #walk(e: Expr, from: number, mask: Uint32Array, exits?: number[]): void {
    const x = this.#x;
    const { bytes, depths, ends, tokens } = this.#v;
    const states = this.#states;
    states[depths[from]] = e;
    const end = ends[from];
    let numSeen = 0;
    for (let node = from + 1; node < end; numSeen++) {
      const depth = depths[node];
      const state = x.derive(states[depth - 1], bytes[node]);
      if (state === NEVER) {
        node = ends[node];
        continue;
      }
      states[depth] = state;
      if (tokens[node] >= 0) addToken(mask, tokens[node], this.#v);
      if (exits && ends[node] > node + 1 && x.nullable(state)) exits.push(node);
      node = state === EMPTY ? ends[node] : node + 1;
    }
    x.fuel -= numSeen / NODES_PER_FUEL;
  }

  #lexeme(e: Expr): LexemeTokens {
    const known = this.#lexemes.get(e);
    if (known) return known;
    const made = this.#bounded(e) ?? this.#walked(e);
    if (this.#lexemes.size >= MAX_LEXEMES) this.#lexemes.clear();
    this.#lexemes.set(e, made);
    return made;
  }

  #walked(e: Expr): LexemeTokens {
    const mask = this.#v.emptyMask();
    const exits: number[] = [];
    this.#walk(e, 0, mask, exits);
    return { mask, exits: Int32Array.from(exits) };
  }

  /** A repetition with bounds and what stands behind it: from what is known without the bounds. */
  #bounded(lexeme: Expr): LexemeTokens | undefined {
    const x = this.#x;
    const e = x.first(lexeme);
    if (x.kind(e) !== 'concat' || x.kind(x.first(e)) !== 'repeat') return undefined;
    const [item, rest] = [x.first(x.first(e)), x.rest(e)];
    const [min, max] = x.bounds(x.first(e));
    if (min === 0 && max === UNBOUNDED) return undefined;
    const key = `${item},${rest}`;
    if (!this.#counted.has(key)) this.#counted.set(key, this.#count(item, rest));
    const all = this.#counted.get(key);
    if (!all) return undefined;
    const most = max === UNBOUNDED ? Number.POSITIVE_INFINITY : max;
    const mask = all.inside.slice();
    const { insideTokens, insideCounts, outsideTokens, outsideCounts, exits, exitCounts } = all;
    const { twins } = this.#v;
    for (let i = 0; i < insideTokens.length && insideCounts[i] > most; i++)
      for (let t = insideTokens[i]; t >= 0; t = twins[t]) mask[t >> 5] &= ~(1 << (t & 31));
    for (let i = 0; i < outsideTokens.length; i++)
      if (outsideCounts[i] >= min && outsideCounts[i] <= most) addToken(mask, outsideTokens[i], this.#v);
    return { mask, exits: exits.filter((_, i) => exitCounts[i] >= min && exitCounts[i] <= most) };
  }

  /** Undefined where an item may end in the middle of another, or what stands behind begins as one: then counts are not certain. */
  #count(item: Expr, rest: Expr): CountedTokens | undefined {
    const x = this.#x;
    if (x.nullable(item) || x.nullable(rest)) return undefined;
    for (let byte = 0; byte < 256; byte++)
      if (x.derive(item, byte) !== NEVER && x.derive(rest, byte) !== NEVER) return undefined;
    const { bytes, depths, ends, tokens } = this.#v;
    const [states, counts, isOutside] = [this.#states, this.#counts, this.#isOutside];
    const [inside, outside, exits] = [new Counted(), new Counted(), new Counted()];
    // EMPTY: between two items.
    states[0] = EMPTY;
    counts[0] = 0;
    isOutside[0] = 0;
    x.fuel -= bytes.length / NODES_PER_FUEL;
    for (let node = 1; node < bytes.length; ) {
      const depth = depths[node];
      let [state, count, isOut] = [states[depth - 1], counts[depth - 1], isOutside[depth - 1]];
      if (isOut || state !== EMPTY) state = x.derive(state, bytes[node]);
      else {
        state = x.derive(item, bytes[node]);
        if (state !== NEVER) count++;
        else {
          state = x.derive(rest, bytes[node]);
          isOut = 1;
        }
      }
      if (!isOut && state !== EMPTY && state !== NEVER && x.nullable(state)) return undefined;
      if (state === NEVER) {
        node = ends[node];
        continue;
      }
      states[depth] = state;
      counts[depth] = count;
      isOutside[depth] = isOut;
      if (tokens[node] >= 0) (isOut ? outside : inside).add(tokens[node], count);
      if (isOut && ends[node] > node + 1 && x.nullable(state)) exits.add(node, count);
      node = isOut && state === EMPTY ? ends[node] : node + 1;
    }
    const mask = this.#v.emptyMask();
    for (const token of inside.values) addToken(mask, token, this.#v);
    const largestFirst = inside.sorted();
    return {
      inside: mask,
      insideTokens: largestFirst.values,
      insideCounts: largestFirst.counts,
      outsideTokens: outside.values,
      outsideCounts: outside.counts,
      exits: exits.values,
      exitCounts: exits.counts,
    };
  }
}

/** Values with a count each. */
class Counted {
  #values: Int32Array;
  #counts: Int32Array;
  #size = 0;
  #most = 0;

  constructor(capacity = 1024) {
    this.#values = new Int32Array(capacity);
    this.#counts = new Int32Array(capacity);
  }

  add(value: number, count: number): void {
    if (this.#size === this.#values.length) {
      const [values, counts] = [new Int32Array(2 * this.#size), new Int32Array(2 * this.#size)];
      values.set(this.#values);
      counts.set(this.#counts);
      this.#values = values;
      this.#counts = counts;
    }
    this.#values[this.#size] = value;
    this.#counts[this.#size++] = count;
    if (count > this.#most) this.#most = count;
  }

  get values(): Int32Array {
    return this.#values.slice(0, this.#size);
  }

  get counts(): Int32Array {
    return this.#counts.slice(0, this.#size);
  }

  /** The largest counts first. */
  sorted(): Counted {
    const places = new Int32Array(this.#most + 2);
    for (let i = 0; i < this.#size; i++) places[this.#most - this.#counts[i] + 1]++;
    for (let i = 1; i < places.length; i++) places[i] += places[i - 1];
    const out = new Counted(this.#size);
    for (let i = 0; i < this.#size; i++) {
      const at = places[this.#most - this.#counts[i]]++;
      out.#values[at] = this.#values[i];
      out.#counts[at] = this.#counts[i];
    }
    out.#size = this.#size;
    return out;
  }
}
