import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { EspalierError, type HostArray } from '../../src/base/index.ts';
import type { Box } from '../../src/data/index.ts';

/* What tests of files of tensors share. */

/** Folders that `remove` takes away again. */
export function temporaryFolders(name: string): { readonly newFolder: () => string; readonly remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), `espalier-${name}-`));
  let count = 0;
  return {
    newFolder: () => {
      const dir = join(root, `${count++}`);
      mkdirSync(dir);
      return dir;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** The error of ours that a function throws. */
export async function errorOf(f: () => unknown): Promise<EspalierError> {
  try {
    await f();
  } catch (error) {
    if (error instanceof EspalierError) return error;
    throw error;
  }
  throw new Error('no error');
}

/** The elements of a box, one by one. */
export function boxOf(array: HostArray, box: Box): unknown[] {
  const values: unknown[] = [];
  const visit = (d: number, flat: number): void => {
    if (d === box.shape.length) values.push(array.get(flat));
    else for (let i = 0; i < box.shape[d]; i++) visit(d + 1, flat * array.shape[d] + box.start[d] + i);
  };
  visit(0, 0);
  return values;
}

export const elementsOf = (array: HostArray): unknown[] => Array.from({ length: array.size }, (_, i) => array.get(i));

/** Boxes of a shape, empty ones too. */
export const boxesIn = (shape: readonly number[]): fc.Arbitrary<Box> =>
  fc
    .tuple(...shape.map((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.integer({ min: 0, max: n }))))
    .map((ends) => ({
      start: ends.map(([a, b]) => Math.min(a, b)),
      shape: ends.map(([a, b]) => Math.abs(a - b)),
    }));

/** Reads damaged copies of a file, cut short or with one byte changed: each is read, or refused with the code. */
export function readDamaged(path: string, code: string, read: () => void, numRuns: number): void {
  const whole = readFileSync(path);
  const at = fc.integer({ min: 0, max: whole.length - 1 });
  const damages = fc.oneof(
    fc.record({ cut: at }),
    fc.record({ at, xor: fc.constantFrom(1, 2, 4, 8, 16, 32, 64, 128, 255) }),
  );
  fc.assert(
    fc.property(damages, (damage) => {
      const bytes = Buffer.from('cut' in damage ? whole.subarray(0, damage.cut) : whole);
      if ('at' in damage) bytes[damage.at] ^= damage.xor;
      writeFileSync(path, bytes);
      try {
        read();
      } catch (error) {
        if (!(error instanceof EspalierError) || error.code !== code) throw error;
      }
    }),
    { numRuns },
  );
  writeFileSync(path, whole);
}
