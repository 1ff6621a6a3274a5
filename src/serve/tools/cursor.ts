import { JsonCall } from './json-call.ts';
import { ValueScanner } from './json-scanner.ts';
import { firstOf, type Piece, waitingFor } from './pieces.ts';

/** A part of a reader: goes on whenever there is more text, until it has found its end. */
export type Reading<T> = Generator<void, T>;

/** A text that comes in parts, and what has been made of it. What readers have in common. */
export class Cursor {
  text = '';
  isEnded = false;
  pieces: Piece[] = [];
  numCalls = 0;
  /** Blanks that belong to the text if more of it follows. */
  #blanks = '';
  /** Blanks that come next are none of the text. */
  #skipsBlanks = false;

  /** Text for the reader of the answer. Blanks beside calls and behind reasoning are none. */
  tell(text: string): void {
    const all = this.#blanks + text;
    const own = this.#skipsBlanks ? all.trimStart() : all;
    const end = own.trimEnd().length;
    this.#blanks = own.slice(end);
    if (end === 0) return;
    this.#skipsBlanks = false;
    this.pieces.push({ kind: 'text', text: own.slice(0, end) });
  }

  /** Something has ended behind which blanks are none of the text. */
  skipBlanks(): void {
    this.#blanks = '';
    this.#skipsBlanks = true;
  }

  /** A call begins: blanks before it are nothing. */
  beginCall(name: string): number {
    this.skipBlanks();
    const call = this.numCalls++;
    this.pieces.push({ kind: 'call', call, name });
    return call;
  }

  /** Nothing more comes. */
  endText(): void {
    if (this.#blanks !== '') this.pieces.push({ kind: 'text', text: this.#blanks });
    this.#blanks = '';
  }

  /** Hands on the text before the first of some markers; the marker, or undefined where the text ends before. */
  *until(markers: readonly string[], tell: (text: string) => void): Reading<string | undefined> {
    for (;;) {
      const found = firstOf(this.text, markers);
      if (found) {
        tell(this.text.slice(0, found.at));
        this.text = this.text.slice(found.at + found.marker.length);
        return found.marker;
      }
      const end = this.text.length - (this.isEnded ? 0 : waitingFor(this.text, markers));
      tell(this.text.slice(0, end));
      this.text = this.text.slice(end);
      if (this.isEnded) return undefined;
      yield;
    }
  }

  /** The text up to a marker. */
  *upTo(...markers: readonly string[]): Reading<{ readonly text: string; readonly marker: string | undefined }> {
    let text = '';
    const marker = yield* this.until(markers, (t) => {
      text += t;
    });
    return { text, marker };
  }

  /** Leaves out what stands here, blanks before it too, if it does; says whether. */
  *skip(expected: string): Reading<boolean> {
    for (;;) {
      const rest = this.text.trimStart();
      if (rest.startsWith(expected)) {
        this.text = rest.slice(expected.length);
        return true;
      }
      if (this.isEnded || !expected.startsWith(rest)) return false;
      yield;
    }
  }

  /** The next character that is no blank, without taking it; undefined at the end. */
  *peek(): Reading<string | undefined> {
    for (;;) {
      const rest = this.text.trimStart();
      if (rest !== '') return rest[0];
      if (this.isEnded) return undefined;
      yield;
    }
  }

  /** A call as an object of JSON. What was taken for one and is none is returned as text. */
  *jsonCall(): Reading<string | undefined> {
    const reading = new JsonCall();
    let raw = '';
    let call: number | undefined;
    for (;;) {
      const { taken, parts } = reading.push(this.text);
      raw += this.text.slice(0, taken);
      this.text = this.text.slice(taken);
      for (const part of parts) {
        if (part.kind === 'name') call = this.beginCall(part.name);
        else this.pieces.push({ kind: 'arguments', call: call!, text: part.text });
      }
      if (reading.isOver) return undefined;
      if (reading.isBroken || this.isEnded) return call === undefined ? raw : undefined;
      yield;
    }
  }

  /** The arguments of a call, as a value of JSON. */
  *jsonArguments(call: number): Reading<void> {
    const scanner = new ValueScanner();
    let hasBegun = false;
    for (;;) {
      let n = 0;
      while (n < this.text.length && !scanner.isOver && scanner.take(this.text[n])) n++;
      const taken: string = this.text.slice(0, n);
      const text: string = hasBegun ? taken : taken.trimStart();
      hasBegun ||= text !== '';
      if (text !== '') this.pieces.push({ kind: 'arguments', call, text });
      this.text = this.text.slice(n);
      if (scanner.isOver || this.isEnded || this.text !== '') break;
      yield;
    }
    if (!hasBegun) this.pieces.push({ kind: 'arguments', call, text: '{}' });
  }
}
