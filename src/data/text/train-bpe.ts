import { UserError } from '../../base/index.ts';
import { byteAlphabet } from './byte-alphabet.ts';
import { byteLevelJson, type Merge } from './byte-level-json.ts';
import type { TokenizerJson } from './tokenizer-json.ts';
import { splitIntoWords, wordPatternNames, wordPatternsOf } from './word-patterns.ts';

export interface BpeTrainingOptions {
  /** Tokens in all: 256 bytes, pairs that were joined, and special tokens. Texts with few pairs make fewer. */
  readonly vocabSize: number;
  /** Pairs that are seen less often are not joined. Default 1. */
  readonly minFrequency?: number;
  /** Tokens that no text makes, such as `<|endoftext|>`; they have the last ids. */
  readonly specialTokens?: readonly string[];
  /** How texts are cut into words, which no token crosses: a name as GGUF files have them. Default `gpt-2`. */
  readonly words?: string;
}

export interface TrainedBpe {
  /** The contents of a `tokenizer.json`. */
  readonly json: TokenizerJson;
  readonly merges: readonly Merge[];
}

/**
 * Trains a byte-level byte-pair tokenizer: the pair of neighbours that is seen most often becomes a token, again and again; of pairs seen
 * equally often the one of smaller ids. The merges are those of Hugging Face's `tokenizers` on the same texts. Throws `data/tokenizer-training`.
 * Source: Sennrich et al. 2016; `BpeTrainer` of github.com/huggingface/tokenizers.
 */
export function trainBpe(texts: Iterable<string>, o: BpeTrainingOptions): TrainedBpe {
  const { vocabSize, minFrequency = 1, specialTokens = [], words: name = 'gpt-2' } = o;
  const words = wordPatternsOf(name);
  if (!words)
    throw new UserError('data/tokenizer-training', `no word patterns are called "${name}"`, {
      expected: wordPatternNames.join(', '),
    });
  const least = 256 + specialTokens.length;
  if (!Number.isSafeInteger(vocabSize) || vocabSize < least || vocabSize > MAX_TOKENS)
    throw new UserError('data/tokenizer-training', 'a vocabulary holds every byte, and all special tokens', {
      expected: `${least} to ${MAX_TOKENS} tokens`,
      given: `${vocabSize}`,
    });
  // Ids of bytes are in the order of their characters, as the reference has them.
  const tokens = [...byteAlphabet].sort();
  const idOfByte = new Map(tokens.map((c, i) => [byteAlphabet.indexOf(c), i]));
  const counts = countWords(texts, words.patterns, words.composes ?? false);
  const joined = new PairJoiner(
    [...counts.keys()].map((word) => Int32Array.from(utf8.encode(word), (b) => idOfByte.get(b)!)),
    [...counts.values()],
  );
  const idOf = new Map(tokens.map((token, id) => [token, id]));
  const merges: Merge[] = [];
  while (tokens.length < vocabSize - specialTokens.length) {
    const best = joined.best();
    if (!best || best.count < Math.max(1, minFrequency)) break;
    const [left, right] = [tokens[best.left], tokens[best.right]];
    const token = left + right;
    let id = idOf.get(token);
    if (id === undefined) {
      id = tokens.length;
      tokens.push(token);
      idOf.set(token, id);
    }
    joined.join(best.left, best.right, id);
    merges.push([left, right]);
  }
  const addedTokens = specialTokens.map((content, i) => ({
    ...{ id: tokens.length + i, content, special: true, normalized: false },
    ...{ single_word: false, lstrip: false, rstrip: false },
  }));
  return { json: byteLevelJson({ vocab: Object.fromEntries(idOf), merges, words, addedTokens }), merges };
}

const utf8 = new TextEncoder();
/** So that two ids fit one number. */
const MAX_TOKENS = 2 ** 24;

function countWords(texts: Iterable<string>, patterns: readonly string[], composes: boolean): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const word of splitIntoWords(composes ? text.normalize('NFC') : text, patterns))
      counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

interface Pair {
  readonly key: number;
  /** How often it was seen when it was put into the heap. */
  count: number;
}
const keyOf = (left: number, right: number): number => left * MAX_TOKENS + right;

/** Words as lists of ids, with the number of times every pair of neighbours is seen. */
class PairJoiner {
  readonly #words: Int32Array[];
  readonly #wordCounts: readonly number[];
  readonly #counts = new Map<number, number>();
  /** Words that a pair was once in. */
  readonly #wordsOf = new Map<number, number[]>();
  /** Pairs by count, then by ids; counts may be out of date. */
  readonly #heap: Pair[] = [];

  constructor(words: Int32Array[], wordCounts: readonly number[]) {
    this.#words = words;
    this.#wordCounts = wordCounts;
    words.forEach((ids, w) => {
      for (let i = 0; i + 1 < ids.length; i++) this.#count(keyOf(ids[i], ids[i + 1]), wordCounts[w], w);
    });
    for (const [key, count] of this.#counts) this.#push({ key, count });
  }

  /** The pair that is seen most often, taken out; undefined where none is left. */
  best(): { readonly left: number; readonly right: number; readonly count: number } | undefined {
    for (let top = this.#pop(); top; top = this.#pop()) {
      const count = this.#counts.get(top.key) ?? 0;
      if (count === top.count) {
        const right = top.key % MAX_TOKENS;
        return { left: (top.key - right) / MAX_TOKENS, right, count };
      }
      if (count > 0) this.#push({ key: top.key, count });
    }
    return undefined;
  }

  /** Makes one token of a pair wherever it is. */
  join(left: number, right: number, id: number): void {
    const key = keyOf(left, right);
    const changed = new Set<number>();
    for (const w of this.#wordsOf.get(key) ?? []) {
      const ids = this.#words[w];
      const count = this.#wordCounts[w];
      let length = 0;
      for (let i = 0; i < ids.length; i++) {
        if (ids[i] !== left || ids[i + 1] !== right || i + 1 >= ids.length) {
          ids[length++] = ids[i];
          continue;
        }
        if (length > 0) {
          this.#count(keyOf(ids[length - 1], left), -count, w);
          changed.add(this.#count(keyOf(ids[length - 1], id), count, w));
        }
        if (i + 2 < ids.length) {
          this.#count(keyOf(right, ids[i + 2]), -count, w);
          changed.add(this.#count(keyOf(id, ids[i + 2]), count, w));
        }
        ids[length++] = id;
        i++;
      }
      this.#words[w] = ids.subarray(0, length);
    }
    this.#counts.delete(key);
    this.#wordsOf.delete(key);
    for (const pair of changed) {
      const count = this.#counts.get(pair) ?? 0;
      if (count > 0) this.#push({ key: pair, count });
    }
  }

  #count(key: number, change: number, word: number): number {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + change);
    if (change > 0) {
      const words = this.#wordsOf.get(key);
      if (!words) this.#wordsOf.set(key, [word]);
      else if (words[words.length - 1] !== word) words.push(word);
    }
    return key;
  }

  #push(pair: Pair): void {
    const heap = this.#heap;
    let i = heap.push(pair) - 1;
    for (let up = (i - 1) >> 1; i > 0 && isBefore(pair, heap[up]); up = (i - 1) >> 1) {
      heap[i] = heap[up];
      i = up;
    }
    heap[i] = pair;
  }

  #pop(): Pair | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || !last) return top;
    let i = 0;
    for (let down = 1; down < heap.length; down = 2 * i + 1) {
      if (down + 1 < heap.length && isBefore(heap[down + 1], heap[down])) down++;
      if (!isBefore(heap[down], last)) break;
      heap[i] = heap[down];
      i = down;
    }
    heap[i] = last;
    return top;
  }
}

const isBefore = (a: Pair, b: Pair): boolean => a.count > b.count || (a.count === b.count && a.key < b.key);
