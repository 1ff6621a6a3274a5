import { UserError } from '../../base/index.ts';
import type { OpenFile } from './kept-files.ts';
import { type Cut, lineIndex, lineNumberAt } from './line-index.ts';
import { type Row, rowError, type Source } from './source.ts';
import { openUnpacked } from './unpacked.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Pieces of a text file, found by an index of where they begin. */
async function pieces(
  path: string,
  cut: Cut,
  fieldsOf: (text: string, row: Pick<Row, 'place'>) => Row['fields'],
  kind: string,
): Promise<Source> {
  const file: OpenFile = await openUnpacked(path);
  const { starts, fingerprint } = await lineIndex(file, cut).catch((error: unknown) => {
    file.close();
    throw error;
  });
  return {
    length: starts.length - 1,
    fingerprint: `${kind}:${fingerprint}`,
    async at(index) {
      const place = (): string => `${path}, line ${lineNumberAt(file, starts[index])}`;
      let text: string;
      try {
        text = decoder.decode(file.read(starts[index], starts[index + 1]));
      } catch (cause) {
        if (cause instanceof UserError) throw cause;
        throw rowError({ place }, 'no UTF-8');
      }
      return { fields: fieldsOf(text, { place }), place };
    },
    close: () => file.close(),
  };
}

/** JSON lines: a row is the object of a line. Throws `data/unreadable`, `data/compressed`; rows throw `data/row`. */
export const jsonLines = (path: string): Promise<Source> =>
  pieces(
    path,
    'line',
    (text, row) => {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        throw rowError(row, 'no JSON', text.trim());
      }
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw rowError(row, 'no JSON object', text.trim());
      return value as Row['fields'];
    },
    'jsonl',
  );

/** Plain text: rows `{ text }`, one per line, paragraph or file, without the breaks at their end. Throws as `jsonLines`. */
export const textFile = (path: string, cut: Cut = 'line'): Promise<Source> =>
  pieces(path, cut, (text) => ({ text: cut === 'file' ? text : text.replace(/\s*$/, '') }), `text by ${cut}`);
