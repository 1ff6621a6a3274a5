/** Numbers of a growing table, column by column; `NaN` where a row has none. */
export class Columns {
  readonly #columns = new Map<string, Float64Array>();
  #capacity = 1024;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get keys(): readonly string[] {
    return [...this.#columns.keys()];
  }

  /** A column: [length], a view that later rows may outgrow; undefined: no row has it. */
  get(key: string): Float64Array | undefined {
    return this.#columns.get(key)?.subarray(0, this.#length);
  }

  /** Adds a row, which has no numbers yet. */
  addRow(): void {
    if (this.#length === this.#capacity) this.#grow();
    this.#length++;
  }

  /** Takes the last row away. */
  dropRow(): void {
    this.#length--;
    for (const column of this.#columns.values()) column[this.#length] = Number.NaN;
  }

  /** Sets a number of the last row. */
  set(key: string, value: number): void {
    let column = this.#columns.get(key);
    if (!column) {
      column = new Float64Array(this.#capacity).fill(Number.NaN);
      this.#columns.set(key, column);
    }
    column[this.#length - 1] = value;
  }

  /** A number of the last row; undefined: it has none. */
  last(key: string): number | undefined {
    const value = this.#columns.get(key)?.[this.#length - 1];
    return Number.isNaN(value) ? undefined : value;
  }

  clear(): void {
    this.#columns.clear();
    this.#length = 0;
  }

  #grow(): void {
    this.#capacity *= 2;
    for (const [key, column] of this.#columns) {
      const larger = new Float64Array(this.#capacity).fill(Number.NaN);
      larger.set(column);
      this.#columns.set(key, larger);
    }
  }
}
