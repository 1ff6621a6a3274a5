import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { UserError } from '../../base/index.ts';
import { keptFile, type OpenFile } from './kept-files.ts';

/* Where the examples of a text file begin, found once and kept: any of them can then be read by itself. */

/** What one example is: a line, what stands between empty lines, or all of the file. */
export type Cut = 'line' | 'paragraph' | 'file';

export interface LineIndex {
  /** Where examples begin, in bytes, and behind the last the size of the file. */
  readonly starts: Float64Array;
  /** SHA-256 of the file. */
  readonly fingerprint: string;
}

const MAGIC = 'espalier index 1';
const NEWLINE = 10;

/** Finds where examples begin; of 8 bytes each. Lines of spaces alone are no examples. */
export async function lineIndex(file: OpenFile, cut: Cut): Promise<LineIndex> {
  const path = await keptFile(file, `index of ${cut}s`, (to) => {
    const { starts, fingerprint } = scan(file, cut);
    const header = Buffer.from(`${MAGIC} ${fingerprint}\n`.padEnd(96), 'latin1');
    writeFileSync(to, Buffer.concat([header, new Uint8Array(starts.buffer, 0, starts.byteLength)]));
  });
  const bytes = readFileSync(path);
  const fingerprint = /^espalier index 1 ([0-9a-f]{64})/.exec(bytes.toString('latin1', 0, 96))?.[1];
  if (!fingerprint || bytes.length % 8 !== 0)
    throw new UserError('data/index', `${path} is damaged`, { advice: 'delete it: it is made anew' });
  // Copied: a file's buffer may begin anywhere.
  return { starts: new Float64Array(new Uint8Array(bytes.subarray(96)).buffer), fingerprint };
}

function scan(file: OpenFile, cut: Cut): LineIndex {
  const hash = createHash('sha256');
  let starts = new Float64Array(1024);
  let count = 0;
  const add = (at: number): void => {
    if (count === starts.length) {
      const longer = new Float64Array(2 * count);
      longer.set(starts);
      starts = longer;
    }
    starts[count++] = at;
  };
  // A paragraph begins at the first line with something in it behind one without.
  let isInside = false;
  let lineStart = 0;
  let hasText = false;
  const endLine = (): void => {
    if (hasText && !isInside) add(lineStart);
    isInside = cut === 'file' ? isInside || hasText : cut === 'paragraph' && hasText;
  };
  for (const { bytes, start } of file.pieces()) {
    hash.update(bytes);
    let at = start === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    if (start === 0) lineStart = at;
    while (at < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline < 0 ? bytes.length : newline;
      // Most lines begin with something.
      for (let i = at; !hasText && i < end; i++) hasText = bytes[i] > 32;
      if (newline < 0) break;
      endLine();
      at = newline + 1;
      lineStart = start + at;
      hasText = false;
    }
  }
  endLine();
  add(file.size);
  return { starts: starts.slice(0, count), fingerprint: hash.digest('hex') };
}

/** Lines before a byte, plus one: only wanted where something is wrong there. */
export function lineNumberAt(file: OpenFile, offset: number): number {
  let line = 1;
  for (const { bytes, start } of file.pieces()) {
    const end = Math.min(bytes.length, offset - start);
    for (let at = bytes.indexOf(NEWLINE); at >= 0 && at < end; at = bytes.indexOf(NEWLINE, at + 1)) line++;
    if (start + bytes.length >= offset) break;
  }
  return line;
}
