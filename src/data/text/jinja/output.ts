import { checkLength } from './text-functions.ts';

/** A part of a text: UTF-16 units from `begin` up to `end`. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

/** What a template prints, with the parts that are marked. */
export class Output {
  readonly #parts: string[] = [];
  readonly spans: Span[] = [];
  length = 0;

  write(text: string): void {
    if (text === '') return;
    this.#parts.push(text);
    this.length += text.length;
    checkLength(this.length);
  }

  /** Marks what was written since. */
  mark(begin: number): void {
    if (this.length > begin) this.spans.push({ begin, end: this.length });
  }

  text(): string {
    return this.#parts.join('');
  }
}
