import type { Tokenizer } from '../../data/index.ts';

/** Stands before and behind the name of a special token: no UTF-8 has these bytes. */
const OPEN = 0xff;
const CLOSE = 0xfe;

/** A special token in a grammar, which no text is. */
export function specialBytes(content: string): Uint8Array {
  return Uint8Array.of(OPEN, ...new TextEncoder().encode(content), CLOSE);
}

/** What a grammar needs of a tokenizer. */
export type TokenBytes = Pick<Tokenizer, 'bytesOf' | 'tokenOf' | 'special' | 'vocabSize'>;

/**
 * The tokens of a model as a tree of their bytes, in one walk over arrays: a node comes before those below it, and knows where they end. Tokens with which
 * texts end are not in it.
 */
export class Vocabulary {
  /** Of the model, which may be more than its tokenizer has. */
  readonly size: number;
  readonly endTokens: ReadonlySet<number>;
  /** Of each node: its last byte, how deep it lies, the node behind all below it, a token that ends there or −1. */
  readonly bytes: Uint8Array;
  readonly depths: Uint16Array;
  readonly ends: Int32Array;
  readonly tokens: Int32Array;
  /** Another token of the same bytes, or −1. */
  readonly twins: Int32Array;
  readonly maxDepth: number;
  readonly #bytesOf: (Uint8Array | undefined)[];
  readonly #endMask: Uint32Array;

  /** `endTokens`: any of them may end a text. */
  constructor(tokenizer: TokenBytes, size: number, endTokens: ReadonlySet<number>) {
    this.size = size;
    this.endTokens = new Set([...endTokens].filter((t) => t < size));
    this.#endMask = new Uint32Array(Math.ceil(size / 32));
    for (const t of this.endTokens) this.#endMask[t >> 5] |= 1 << (t & 31);
    this.#bytesOf = Array.from({ length: Math.min(size, tokenizer.vocabSize) }, (_, id) => {
      if (this.endTokens.has(id)) return undefined;
      if (tokenizer.special.all.has(id)) {
        const content = tokenizer.tokenOf(id);
        return content === undefined ? undefined : specialBytes(content);
      }
      const own = tokenizer.bytesOf(id);
      // Bytes that no text has would be taken for special tokens.
      return own && own.length > 0 && !own.some((b) => b >= CLOSE) ? own : undefined;
    });
    const written = this.#bytesOf.flatMap((own, id) =>
      own ? [{ id, text: Buffer.from(own).toString('latin1') }] : [],
    );
    written.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.id - b.id));
    const numBytes = written.reduce((n, { text }) => n + text.length, 1);
    const [bytes, depths, ends, tokens] = [
      new Uint8Array(numBytes),
      new Uint16Array(numBytes),
      new Int32Array(numBytes),
      new Int32Array(numBytes).fill(-1),
    ];
    this.twins = new Int32Array(size).fill(-1);
    let [numNodes, maxDepth] = [1, 0];
    const open = [0];
    let before = '';
    for (const { id, text } of written) {
      let shared = 0;
      while (shared < before.length && shared < text.length && before.charCodeAt(shared) === text.charCodeAt(shared))
        shared++;
      while (open.length > shared + 1) ends[open.pop()!] = numNodes;
      for (let i = shared; i < text.length; i++) {
        bytes[numNodes] = text.charCodeAt(i);
        depths[numNodes] = i + 1;
        open.push(numNodes++);
      }
      const at = open[open.length - 1];
      this.twins[id] = tokens[at];
      tokens[at] = id;
      maxDepth = Math.max(maxDepth, text.length);
      before = text;
    }
    while (open.length > 0) ends[open.pop()!] = numNodes;
    this.bytes = bytes.slice(0, numNodes);
    this.depths = depths.slice(0, numNodes);
    this.ends = ends.slice(0, numNodes);
    this.tokens = tokens.slice(0, numNodes);
    this.maxDepth = maxDepth;
  }

  /** The bytes of a token; undefined for those that no grammar lets through. */
  bytesOf(token: number): Uint8Array | undefined {
    return this.#bytesOf[token];
  }

  /** A mask of no token. */
  emptyMask(): Uint32Array {
    return new Uint32Array(this.#endMask.length);
  }

  /** A mask of those that end a text. */
  get endMask(): Uint32Array {
    return this.#endMask;
  }
}
