import type { DraftToken, ScheduledSequence, StepResult } from '../../models/index.ts';
import type { PagedDecoder } from '../decoder.ts';
import type { DraftRequest, Proposal } from '../scheduler/index.ts';
import { DraftPages } from './draft-pages.ts';
import type { Drafter } from './drafter.ts';

/** What is known of a sequence. Places are those of the sequence's tokens. */
interface Known {
  readonly pages: number[];
  /** The place whose pages begin the layer's; what was found in pages before it was never seen. */
  begin: number;
  /** Up to here the layer has read what the model makes of tokens. */
  numRead: number;
  /** What the model has made of the tokens from `numRead` on. */
  vectors: Float32Array[];
}

interface Guessing {
  readonly request: DraftRequest;
  readonly known: Known;
  readonly guesses: number[];
  /** What the layer made of the last guess. */
  hidden: Float32Array | undefined;
}

/** Tokens of a sequence that a call of `draft` reads, beyond which it waits for the next one. */
const MAX_READ = 256;
/** Vectors that are kept of a sequence while nobody guesses it. */
const MAX_WAITING = 2048;

/**
 * Guesses with the layer of a DeepSeek that was trained to: from what the model made of a token and the token behind it, it says the one behind that; from what
 * it made of these itself, the next ones. The layer draws as the model does (`ModelDrafter`).
 */
export class MtpDrafter implements Drafter {
  readonly source = 'mtp';
  readonly #decoder: PagedDecoder;
  readonly #known: DraftPages<Known>;

  /** `decoder`: `pagedMtp()` of a model whose own decoder tells what lies behind its last norm. */
  constructor(decoder: PagedDecoder) {
    this.#decoder = decoder;
    this.#known = new DraftPages(decoder.numPages, decoder.pageSize);
  }

  observe(sequences: readonly ScheduledSequence[], results: readonly StepResult[]): void {
    const resultOf = new Map(results.map((r) => [r.id, r]));
    for (const { id, firstPosition } of sequences) {
      const { hidden = [], drafted = [] } = resultOf.get(id) ?? {};
      const made = [...hidden, ...drafted.flatMap((d) => d.hidden ?? [])];
      const known = this.#known.get(id) ?? { pages: [], begin: firstPosition, numRead: firstPosition, vectors: [] };
      const numKept = firstPosition - known.numRead;
      if (numKept < 0 || numKept > known.vectors.length)
        // It began anew, with what others had left.
        Object.assign(known, { begin: firstPosition, numRead: firstPosition, vectors: made });
      else known.vectors = [...known.vectors.slice(0, numKept), ...made];
      const numTooMany = known.vectors.length - MAX_WAITING;
      if (numTooMany > 0) {
        known.vectors.splice(0, numTooMany);
        known.begin = known.numRead += numTooMany;
      }
      this.#known.keep(id, known);
    }
  }

  async draft(requests: readonly DraftRequest[]): Promise<readonly Proposal[]> {
    const wanted = requests.slice(0, this.#decoder.maxSequences);
    const ids = new Set(wanted.map((r) => r.id));
    const all = wanted.flatMap((request): Guessing[] => {
      const known = this.#known.get(request.id);
      const numWanted = known ? request.tokens.length - 1 - known.numRead : 0;
      // Of the last token nothing was made yet.
      if (!known || numWanted < 1 || known.vectors.length < numWanted) return [];
      const length = request.tokens.length - 1 - known.begin + request.most;
      return this.#known.grow(request.id, known, length, ids)
        ? [{ request, known, guesses: [], hidden: undefined }]
        : [];
    });
    await this.#read(all);
    let open = all.filter((g) => this.#numUnread(g) <= this.#mostTogether);
    while (open.length > 0) {
      const results = await this.#step(open);
      open = open.filter((g) => {
        const made = results.get(g.request.id);
        const last = made?.drafted?.at(-1);
        const token = (last ?? made)?.token;
        g.hidden = last ? last.hidden : made?.hidden?.[0];
        if (token === undefined || !g.hidden) return false;
        g.guesses.push(token);
        return g.guesses.length < g.request.most;
      });
    }
    return all.flatMap(({ request, guesses }) =>
      guesses.length > 0 ? [{ id: request.id, tokens: guesses, source: this.source }] : [],
    );
  }

  async close(): Promise<void> {
    await this.#decoder.close?.();
  }

  get #mostTogether(): number {
    return 1 + (this.#decoder.maxDrafts ?? 0);
  }

  #numUnread({ request, known }: Guessing): number {
    return request.tokens.length - 1 - known.numRead;
  }

  /** Reads what the model made of prompts but for their ends. */
  async #read(all: readonly Guessing[]): Promise<void> {
    let budget = Math.min(MAX_READ, this.#decoder.maxTokensPerStep);
    const sequences: ScheduledSequence[] = [];
    for (const g of all) {
      const n = Math.min(budget, this.#numUnread(g) - 1);
      if (this.#numUnread(g) <= this.#mostTogether || n <= 0) continue;
      const { request, known } = g;
      const hidden = known.vectors.splice(0, n);
      const tokens = request.tokens.slice(known.numRead + 1, known.numRead + 1 + n);
      sequences.push({
        id: request.id,
        tokens,
        firstPosition: known.numRead - known.begin,
        pages: known.pages,
        hidden,
      });
      known.numRead += n;
      budget -= n;
    }
    if (sequences.length > 0) await this.#decoder.step(sequences);
  }

  /** The next guess of each: first from what the model made, then from what the layer made itself. */
  async #step(open: readonly Guessing[]): Promise<ReadonlyMap<number, StepResult>> {
    const sequences = open.map(({ request, known, guesses, hidden }): ScheduledSequence => {
      const { topLogprobs: _, ...sample } = request.sampleBehind(guesses);
      const { id } = request;
      if (hidden) {
        const firstPosition = request.tokens.length - 2 - known.begin + guesses.length;
        return { id, tokens: guesses.slice(-1), firstPosition, pages: known.pages, sample, hidden: [hidden] };
      }
      const [first, ...rest] = request.tokens.slice(known.numRead + 1);
      const firstPosition = known.numRead - known.begin;
      const drafts = rest.map((token): DraftToken => ({ token, sample }));
      const vectors = known.vectors.splice(0, 1 + rest.length);
      known.numRead += vectors.length;
      return {
        id,
        tokens: [first],
        firstPosition,
        pages: known.pages,
        sample,
        hidden: vectors,
        ...(rest.length > 0 ? { drafts } : {}),
      };
    });
    const results = await this.#decoder.step(sequences);
    return new Map(results.map((r) => [r.id, r]));
  }
}
