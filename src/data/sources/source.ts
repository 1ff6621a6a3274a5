import { UserError } from '../../base/index.ts';

/* Where examples come from: rows that can be read in any order, so that nothing has to be remembered of what was read before. */

/** One row, as it lies in its file. */
export interface Row {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Where it lies, for messages: `chats.jsonl, line 7`. */
  readonly place: () => string;
}

/** Rows by their number. */
export interface Source {
  readonly length: number;
  /** Of everything that the rows depend on: the bytes of the files and how they are cut. */
  readonly fingerprint: string;
  /** Row `index`, of [0, length). Throws `data/row`, which names file and line. */
  at(index: number): Promise<Row>;
  /** Closes its files. */
  close(): void;
}

/** An error about a row: `data/row`, beginning with its place. */
export const rowError = (row: Pick<Row, 'place'>, what: string, given?: unknown): UserError =>
  new UserError('data/row', `${row.place()}: ${what}`, given === undefined ? {} : { given: shown(given) });

/** What was found, cut to a length that fits a line. */
function shown(x: unknown): string {
  const text = typeof x === 'string' ? x : (JSON.stringify(x) ?? String(x));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** A field that has to be a text. Throws `data/row`. */
export function textField(row: Row, name: string): string {
  const value = row.fields[name];
  if (typeof value === 'string') return value;
  if (value === undefined || value === null)
    throw rowError(row, `no field "${name}"`, Object.keys(row.fields).join(', ') || 'no field');
  throw rowError(row, `"${name}" is no text`, value);
}

/** Rows that are already in memory, `name` being what messages call them. */
export function rowsOf(rows: readonly Readonly<Record<string, unknown>>[], name = 'rows'): Source {
  return {
    length: rows.length,
    fingerprint: name,
    at: async (index) => ({ fields: rows[index], place: () => `${name}, row ${index + 1}` }),
    close: () => {},
  };
}

/** Several sources one after the other. */
export function joined(parts: readonly Source[]): Source {
  if (parts.length === 1) return parts[0];
  const ends: number[] = [];
  for (const part of parts) ends.push((ends.at(-1) ?? 0) + part.length);
  return {
    length: ends.at(-1) ?? 0,
    fingerprint: parts.map((p) => p.fingerprint).join('+'),
    at: (index) => {
      let [low, high] = [0, parts.length - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (index < ends[middle]) high = middle;
        else low = middle + 1;
      }
      return parts[low].at(index - (low === 0 ? 0 : ends[low - 1]));
    },
    close: () => {
      for (const part of parts) part.close();
    },
  };
}
