import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Columns } from './columns.ts';
import type { RunText } from './protocol.ts';

const CHUNK_BYTES = 2 ** 20;
const NEWLINE = 10;
/** Texts that are kept of a run: the newest. */
const MOST_TEXTS = 200;

/** A file of metrics, one JSON object per line, which another process writes. */
export class MetricsFile {
  readonly columns = new Columns();
  texts: RunText[] = [];
  readonly #path: string;
  #offset = 0;
  #inode = 0;
  /** The beginning of a line whose end is not written yet. */
  #rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  #seconds = 0;
  #tokens = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Reads on, up to a MiB; whether there is anything new. A file that became shorter, or is another one, as that of a resumed run, is
   * read from its beginning. One that is not there has nothing. Lines that are no objects are left out.
   */
  readSome(): 'same' | 'changed' | 'more' {
    let fd: number;
    try {
      fd = openSync(this.#path, 'r');
    } catch {
      return 'same';
    }
    try {
      const { size, ino } = fstatSync(fd);
      const isAnother = size < this.#offset || ino !== this.#inode;
      if (isAnother) this.#begin(ino);
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, size - this.#offset));
      const length = readSync(fd, chunk, 0, chunk.length, this.#offset);
      this.#offset += length;
      this.#take(chunk.subarray(0, length));
      return this.#offset < size ? 'more' : length > 0 || isAnother ? 'changed' : 'same';
    } finally {
      closeSync(fd);
    }
  }

  #begin(inode: number): void {
    this.columns.clear();
    this.texts = [];
    this.#inode = inode;
    this.#offset = 0;
    this.#rest = Buffer.alloc(0);
    this.#seconds = 0;
    this.#tokens = 0;
  }

  #take(chunk: Buffer): void {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      return;
    }
    const text = this.#rest.toString('utf8') + chunk.toString('utf8', 0, end);
    this.#rest = Buffer.from(chunk.subarray(end + 1));
    for (const line of text.split('\n')) this.#takeLine(line);
  }

  #takeLine(line: string): void {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const { columns } = this;
    const texts: (readonly [key: string, text: string])[] = [];
    columns.addRow();
    flatten(value as Record<string, unknown>, '', columns, texts);
    const step = columns.last('step');
    if (step === undefined) {
      columns.dropRow();
      return;
    }
    const seconds = (columns.last('timeMs') ?? 0) / 1000;
    this.#seconds += seconds;
    this.#tokens += (columns.last('tokensPerSec') ?? 0) * seconds;
    columns.set('time', this.#seconds);
    columns.set('tokens', columns.last('tokensTotal') ?? Math.round(this.#tokens));
    for (const [key, text] of texts) this.texts.push({ step, key, text });
    if (this.texts.length > MOST_TEXTS) this.texts.splice(0, this.texts.length - MOST_TEXTS);
  }
}

/** Numbers and texts of an object, those of inner objects under `outer/inner`. */
function flatten(
  value: Readonly<Record<string, unknown>>,
  prefix: string,
  numbers: Columns,
  texts: (readonly [string, string])[],
): void {
  for (const name in value) {
    const inner = value[name];
    if (typeof inner === 'number') numbers.set(prefix === '' ? name : prefix + name, inner);
    else if (typeof inner === 'string') texts.push([prefix + name, inner]);
    else if (typeof inner === 'object' && inner !== null && prefix.length < 200)
      flatten(inner as Record<string, unknown>, `${prefix}${name}/`, numbers, texts);
  }
}
