/*
 * Pages that sequences share. A page belongs to as many sequences as refer to it; when the last lets go, a page whose contents have a
 * name (the hash of all tokens up to its end) stays findable until somebody needs the space. What is taken first: pages without a name,
 * those that a newer call of the same program made useless, the longest unused, and last those that a live program is likely to come back to.
 * Source: the block pool of vLLM; holds as discussed in sgl-project/sglang#24656.
 */

const classes = ['blank', 'superseded', 'idle', 'held'] as const;
type PageClass = (typeof classes)[number];

/** Pages 1 … numPages − 1; page 0 is nobody's. */
export class PagePool {
  readonly numPages: number;
  readonly #references: Int32Array;
  readonly #names: (string | undefined)[];
  readonly #pageByName = new Map<string, number>();
  /** Pages that nobody refers to, by class, each in the order in which they are taken. */
  readonly #free: Readonly<Record<PageClass, Set<number>>> = {
    blank: new Set(),
    superseded: new Set(),
    idle: new Set(),
    held: new Set(),
  };
  readonly #holds = new Map<string, number>();

  constructor(numPages: number) {
    this.numPages = numPages;
    this.#references = new Int32Array(numPages);
    this.#names = new Array<string | undefined>(numPages);
    this.reset();
  }

  /** Forgets all contents: every page is free and has no name. */
  reset(): void {
    this.#references.fill(0);
    this.#names.fill(undefined);
    this.#pageByName.clear();
    this.#holds.clear();
    for (const name of classes) this.#free[name].clear();
    for (let page = 1; page < this.numPages; page++) this.#free.blank.add(page);
  }

  /** Pages that can be taken, those with findable contents among them. */
  get numFree(): number {
    return classes.reduce((n, name) => n + this.#free[name].size, 0);
  }

  get numUsed(): number {
    return this.numPages - 1 - this.numFree;
  }

  isFree(page: number): boolean {
    return this.#references[page] === 0;
  }

  /** The page that holds what the name stands for. */
  find(name: string): number | undefined {
    return this.#pageByName.get(name);
  }

  /** Takes a page that nobody needs; its contents are lost. */
  allocate(): number | undefined {
    for (const name of classes) {
      const [page] = this.#free[name];
      if (page === undefined) continue;
      this.#free[name].delete(page);
      this.#forget(page);
      this.#references[page] = 1;
      return page;
    }
    return undefined;
  }

  /** One more refers to a page. */
  retain(page: number): void {
    if (this.#references[page]++ === 0) for (const name of classes) this.#free[name].delete(page);
  }

  /** A sequence lets go of its pages. Its end is lost before its beginning, which others are likelier to need. */
  release(pages: readonly number[]): void {
    for (let i = pages.length - 1; i >= 0; i--) {
      const page = pages[i];
      if (--this.#references[page] > 0) continue;
      const name = this.#names[page];
      this.#free[name === undefined ? 'blank' : this.#holds.has(name) ? 'held' : 'idle'].add(page);
    }
  }

  /** Whether its one owner may write into it: what has a name is never changed. */
  isWritable(page: number): boolean {
    return this.#references[page] === 1 && this.#names[page] === undefined;
  }

  /** Gives the contents of a full page their name, unless another page has it already. */
  publish(page: number, name: string): void {
    if (this.#names[page] !== undefined || this.#pageByName.has(name)) return;
    this.#names[page] = name;
    this.#pageByName.set(name, page);
  }

  /** Keeps contents as long as other space is left. Holds are counted. */
  hold(name: string): void {
    this.#holds.set(name, (this.#holds.get(name) ?? 0) + 1);
    this.#move(name, ['idle', 'superseded'], 'held');
  }

  /** Ends a hold; `isSuperseded`: nobody is likely to ask for it again. */
  unhold(name: string, isSuperseded = false): void {
    const count = (this.#holds.get(name) ?? 0) - 1;
    if (count > 0) this.#holds.set(name, count);
    else if (this.#holds.delete(name)) this.#move(name, ['held'], isSuperseded ? 'superseded' : 'idle');
  }

  #move(name: string, from: readonly PageClass[], to: PageClass): void {
    const page = this.#pageByName.get(name);
    if (page === undefined) return;
    for (const own of from) if (this.#free[own].delete(page)) this.#free[to].add(page);
  }

  #forget(page: number): void {
    const name = this.#names[page];
    if (name === undefined) return;
    this.#names[page] = undefined;
    this.#pageByName.delete(name);
  }
}
