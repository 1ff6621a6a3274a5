import type { DraftToken, ScheduledSequence, StepResult } from '../../models/index.ts';
import type { PagedDecoder } from '../decoder.ts';
import type { DraftRequest, Proposal } from '../scheduler/index.ts';
import { DraftPages } from './draft-pages.ts';
import type { Drafter } from './drafter.ts';

/** What of a sequence lies in pages of the model that guesses. */
interface Known {
  readonly pages: number[];
  /** Tokens whose keys and values are there, guesses among them. */
  readonly computed: number[];
  /** So many of them are the sequence's. */
  numConfirmed: number;
}

/** A sequence that is guessed. */
interface Guessing {
  readonly request: DraftRequest;
  readonly known: Known;
  readonly guesses: number[];
}

/** Tokens that a call of `draft` reads of sequences that it does not know yet. */
const MAX_READ = 256;

/**
 * Has a smaller model of the same vocabulary write what may come next, many sequences at once. It draws as the large one does, with the same noise for the
 * same place of the output: where the two agree on how likely tokens are they choose the same ones, at any temperature.
 * Source: Leviathan et al. 2023; common noise as in Daliri et al. 2024, "Coupling without Communication and Drafter-Invariant Speculative Decoding".
 */
export class ModelDrafter implements Drafter {
  readonly source = 'draft';
  readonly #decoder: PagedDecoder;
  readonly #vocabSize: number;
  readonly #pages: DraftPages<Known>;

  /** `vocabSize`: of the model whose texts are guessed. */
  constructor(decoder: PagedDecoder, vocabSize: number) {
    this.#decoder = decoder;
    this.#vocabSize = Math.min(vocabSize, decoder.vocabSize);
    this.#pages = new DraftPages(decoder.numPages, decoder.pageSize);
  }

  async draft(requests: readonly DraftRequest[]): Promise<readonly Proposal[]> {
    const wanted = requests.slice(0, this.#decoder.maxSequences);
    const ids = new Set(wanted.map((r) => r.id));
    const all = wanted.flatMap((request): Guessing[] => {
      const known = this.#place(request, ids);
      return known ? [{ request, known, guesses: [] }] : [];
    });
    await this.#read(all);
    let open = all.filter((g) => this.#numUnread(g) <= this.#mostTogether);
    while (open.length > 0) {
      const results = await this.#step(open);
      open = open.filter((g) => {
        const made = results.get(g.request.id);
        const token = (made?.drafted?.at(-1) ?? made)?.token;
        if (token === undefined || token >= this.#vocabSize) return false;
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

  /** Tokens that are computed as those of texts that are written. */
  get #mostTogether(): number {
    return 1 + (this.#decoder.maxDrafts ?? 0);
  }

  #numUnread({ request, known, guesses }: Guessing): number {
    return request.tokens.length + guesses.length - known.computed.length;
  }

  /** Finds pages for a sequence and its guesses; undefined: there are none, or it has tokens that this model does not know. */
  #place({ id, tokens, most }: DraftRequest, ids: ReadonlySet<number>): Known | undefined {
    const { maxPositions, vocabSize } = this.#decoder;
    const length = tokens.length + most;
    const known = this.#pages.get(id) ?? { pages: [], computed: [], numConfirmed: 0 };
    const { computed } = known;
    while (known.numConfirmed < computed.length && computed[known.numConfirmed] === tokens[known.numConfirmed])
      known.numConfirmed++;
    // The last token is computed again where it is there: what follows it is wanted.
    known.numConfirmed = Math.min(known.numConfirmed, tokens.length - 1);
    computed.length = known.numConfirmed;
    if (length > maxPositions || tokens.slice(known.numConfirmed).some((t) => t >= vocabSize)) return undefined;
    return this.#pages.grow(id, known, length, ids) ? known : undefined;
  }

  /** Reads what is not known yet of texts, not all at once of long ones. */
  async #read(all: readonly Guessing[]): Promise<void> {
    let budget = Math.min(MAX_READ, this.#decoder.maxTokensPerStep);
    const sequences: ScheduledSequence[] = [];
    for (const g of all) {
      const numTokens = Math.min(budget, this.#numUnread(g) - 1);
      if (this.#numUnread(g) <= this.#mostTogether || numTokens <= 0) continue;
      const { request, known } = g;
      const firstPosition = known.computed.length;
      const tokens = request.tokens.slice(firstPosition, firstPosition + numTokens);
      sequences.push({ id: request.id, tokens, firstPosition, pages: known.pages });
      known.computed.push(...tokens);
      budget -= numTokens;
    }
    if (sequences.length > 0) await this.#decoder.step(sequences);
  }

  /** The next token of each. */
  async #step(open: readonly Guessing[]): Promise<ReadonlyMap<number, StepResult>> {
    const sequences = open.map(({ request, known, guesses }): ScheduledSequence => {
      const firstPosition = known.computed.length;
      const [first, ...rest] = [
        ...request.tokens.slice(firstPosition),
        ...guesses.slice(Math.max(0, firstPosition - request.tokens.length)),
      ];
      const { topLogprobs: _, ...sample } = request.sampleBehind(guesses);
      known.computed.push(first, ...rest);
      const drafts = rest.map((token): DraftToken => ({ token, sample }));
      return {
        id: request.id,
        tokens: [first],
        firstPosition,
        pages: known.pages,
        sample,
        ...(rest.length > 0 ? { drafts } : {}),
      };
    });
    const results = await this.#decoder.step(sequences);
    return new Map(results.map((r) => [r.id, r]));
  }
}
