import { assert } from '../../base/index.ts';
import { wholePages } from './images.ts';
import { extendPageNames } from './page-names.ts';
import { PagePool } from './page-pool.ts';
import type { Sequence } from './request.ts';

/** The beginning of a sequence that lies in pages already. */
export interface Beginning {
  readonly pages: readonly number[];
  readonly numComputed: number;
}

export type PageCopy = readonly [from: number, to: number];

/**
 * Which pages belong to which sequence: full pages are shared by all that begin with the same tokens, a page that is partly filled by sequences of one
 * call until one of them writes into it, which copies it first.
 */
export class Residency {
  readonly pool: PagePool;
  readonly #pageSize: number;
  readonly #canCopy: boolean;
  #numAdmissions = 0;
  /** Tokens of prompts that were looked up among pages, and found. */
  numQueried = 0;
  numHit = 0;
  numPreemptions = 0;

  constructor(numPages: number, pageSize: number, canCopy: boolean) {
    this.pool = new PagePool(numPages);
    this.#pageSize = pageSize;
    this.#canCopy = canCopy;
  }

  /** What need not be computed of a sequence that has no pages. Its last token always is: what follows it is wanted. */
  beginning(s: Sequence): Beginning {
    const { first } = s;
    if (s !== first && s.isUnwritten && this.#canCopy && first.isResident && first.numComputed >= s.numPrompt) {
      const numComputed = s.numPrompt - 1;
      return { pages: first.pages.slice(0, this.#pagesFor(numComputed)), numComputed };
    }
    if (s.isScored) return { pages: [], numComputed: 0 };
    this.#name(s);
    const pages: number[] = [];
    for (const name of s.pageNames.slice(0, Math.floor((s.tokens.length - 1) / this.#pageSize))) {
      const page = this.pool.find(name);
      if (page === undefined) break;
      pages.push(page);
    }
    const numPages = wholePages(s, pages.length, this.#pageSize);
    return { pages: pages.slice(0, numPages), numComputed: numPages * this.#pageSize };
  }

  /** Pages that are missing for sequences to be computed from there to their last tokens, with `reserve` left for others. */
  lackingToAdmit(all: readonly Sequence[], beginnings: readonly Beginning[], reserve: number): number {
    const needed = all.map((s, i) => {
      const { pages, numComputed } = beginnings[i];
      const isCopied = numComputed % this.#pageSize !== 0;
      return this.#pagesFor(s.tokens.length) - pages.length + (isCopied ? 1 : 0);
    });
    const found = new Set(beginnings.flatMap((b) => b.pages.filter((p) => this.pool.isFree(p))));
    return needed.reduce((a, b) => a + b, reserve) - (this.pool.numFree - found.size);
  }

  admit(s: Sequence, { pages, numComputed }: Beginning): void {
    for (const page of pages) this.pool.retain(page);
    s.pages = [...pages];
    s.numComputed = numComputed;
    s.isResident = true;
    if (s.admission === undefined) {
      s.numCached = numComputed;
      this.numQueried += s.numPrompt;
      this.numHit += numComputed;
    }
    s.admission = ++this.#numAdmissions;
  }

  /** Pages that are missing for the next `numTokens` of sequences. */
  lackingToGrow(all: readonly Sequence[], numTokens: number): number {
    const needed = all.map((s) => {
      const more = this.#pagesFor(s.numComputed + numTokens) - s.pages.length;
      return more + (this.#sharedEnd(s) === undefined ? 0 : 1);
    });
    return needed.reduce((a, b) => a + b) - this.pool.numFree;
  }

  /** As many of the next `numTokens` as there are pages for. */
  tokensWithinPages(s: Sequence, numTokens: number): number {
    const free = this.pool.numFree - (this.#sharedEnd(s) === undefined ? 0 : 1);
    return free < 0 ? 0 : Math.min(numTokens, (s.pages.length + free) * this.#pageSize - s.numComputed);
  }

  /** Gives a sequence the pages of its next tokens; what has to be copied for it. */
  grow(s: Sequence, numTokens: number): PageCopy[] {
    const copies: PageCopy[] = [];
    const shared = this.#sharedEnd(s);
    if (shared !== undefined) {
      const own = this.#take();
      copies.push([shared, own]);
      this.pool.release([shared]);
      s.pages[s.pages.length - 1] = own;
    }
    while (s.pages.length < this.#pagesFor(s.numComputed + numTokens)) s.pages.push(this.#take());
    return copies;
  }

  /** Guesses that a step can check behind the next token without taking the last `reserve` pages. */
  draftsWithinPages(s: Sequence, reserve: number): number {
    const pages = s.pages.length + Math.max(0, this.pool.numFree - reserve);
    return pages * this.#pageSize - s.numComputed - 1;
  }

  /** Pages that only guesses have lain in, which were wrong, are free again. */
  trim(s: Sequence): void {
    this.pool.release(s.pages.splice(this.#pagesFor(s.numComputed)));
  }

  /** Pages that are full get their names, for others to find. */
  publish(s: Sequence): void {
    this.#name(s);
    const numFull = Math.floor(s.numComputed / this.#pageSize);
    for (let i = 0; i < numFull; i++) this.pool.publish(s.pages[i], s.pageNames[i]);
  }

  /** Names of the pages that a sequence has filled. */
  filled(s: Sequence): readonly string[] {
    this.#name(s);
    return s.pageNames.slice(0, Math.floor(s.numComputed / this.#pageSize));
  }

  /** A sequence goes on from where another one is, in its pages; a page that is partly filled is computed anew where pages cannot be copied. */
  follow(s: Sequence, other: Sequence): void {
    this.evict(s);
    s.pageNames = [...other.pageNames];
    if (!other.isResident) return;
    const numComputed = this.#canCopy ? other.numComputed : other.numComputed - (other.numComputed % this.#pageSize);
    s.pages = other.pages.slice(0, this.#pagesFor(numComputed));
    for (const page of s.pages) this.pool.retain(page);
    s.numComputed = numComputed;
    s.isResident = true;
    s.admission = ++this.#numAdmissions;
  }

  release(s: Sequence): void {
    this.pool.release(s.pages);
    s.pages = [];
    s.isResident = false;
  }

  /** Takes a sequence's pages; it begins anew, mostly from pages that are still there. */
  evict(s: Sequence): void {
    this.release(s);
    s.numComputed = 0;
  }

  preempt(s: Sequence): void {
    this.evict(s);
    this.numPreemptions++;
  }

  #pagesFor(numTokens: number): number {
    return Math.ceil(numTokens / this.#pageSize);
  }

  /** The page that the next token goes into, if others have it, too. */
  #sharedEnd(s: Sequence): number | undefined {
    if (s.numComputed % this.#pageSize === 0) return undefined;
    const page = s.pages[s.pages.length - 1];
    return this.pool.isWritable(page) ? undefined : page;
  }

  #take(): number {
    const page = this.pool.allocate();
    assert(page !== undefined, 'pages were promised that there are not');
    return page;
  }

  #name(s: Sequence): void {
    const { adapter = '', cacheSalt = '' } = s.call.request;
    extendPageNames(s.pageNames, s.tokens, this.#pageSize, JSON.stringify([adapter, cacheSalt]), s.images);
  }
}
