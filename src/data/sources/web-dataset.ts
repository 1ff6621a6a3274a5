import { UserError } from '../../base/index.ts';
import type { OpenFile } from './kept-files.ts';
import { lineIndex } from './line-index.ts';
import { type Row, rowError, type Source } from './source.ts';
import { openUnpacked } from './unpacked.ts';

/* WebDataset: members of a tar file whose names are the same up to the first dot are one sample; the rest of the name is the field. */

interface Member {
  readonly field: string;
  readonly start: number;
  readonly size: number;
}

const BLOCK = 512;

/**
 * Samples of a tar file (`.tar`, `.tar.gz`, `.tar.zst`): `.txt` and `.cls` are text and number, `.json` is what it says (an object's fields are the row's),
 * everything else is bytes. The name is `__key__`. Throws `data/tar`; rows throw `data/row`.
 */
export async function webDataset(path: string): Promise<Source> {
  const file = await openUnpacked(path);
  try {
    const samples = samplesOf(file, path);
    const { fingerprint } = await lineIndex(file, 'file');
    return {
      length: samples.length,
      fingerprint: `tar:${fingerprint}`,
      async at(index) {
        const { key, members } = samples[index];
        const place = (): string => `${path}, sample ${key}`;
        const fields: Record<string, unknown> = { __key__: key };
        for (const m of members) Object.assign(fields, fieldsIn(m, file.read(m.start, m.start + m.size), { place }));
        return { fields, place };
      },
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function samplesOf(file: OpenFile, path: string): { key: string; members: Member[] }[] {
  const samples: { key: string; members: Member[] }[] = [];
  const wrong = (what: string, at: number): UserError =>
    new UserError('data/tar', `${path} is no whole tar file`, { given: `${what} at byte ${at}` });
  let longName: string | undefined;
  for (let at = 0; at < file.size; ) {
    if (at + BLOCK > file.size) throw wrong('half a header', at);
    const header = file.read(at, at + BLOCK);
    if (header.every((b) => b === 0)) break;
    const size = numberIn(header.subarray(124, 136));
    const sum = header.reduce((a, b, i) => a + (i >= 148 && i < 156 ? 32 : b), 0);
    if (numberIn(header.subarray(148, 156)) !== sum || !(size >= 0)) throw wrong('something that is no header', at);
    const start = at + BLOCK;
    if (start + size > file.size) throw wrong('a member that is cut short', at);
    const type = String.fromCharCode(header[156] || 48);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'L') longName = textIn(file.read(start, start + size));
    else if (type === 'x')
      longName = /\d+ path=(.*)\n/.exec(file.read(start, start + size).toString('utf8'))?.[1] ?? longName;
    if (type !== '0') continue;
    const prefix = header.toString('latin1', 257, 262) === 'ustar' ? textIn(header.subarray(345, 500)) : '';
    const name = longName ?? (prefix === '' ? '' : `${prefix}/`) + textIn(header.subarray(0, 100));
    longName = undefined;
    const folder = name.lastIndexOf('/') + 1;
    const dot = name.indexOf('.', folder);
    // Hidden files, such as those that macOS adds.
    if (dot === folder || dot < 0) continue;
    const key = name.slice(0, dot);
    if (samples.at(-1)?.key !== key) samples.push({ key, members: [] });
    samples.at(-1)!.members.push({ field: name.slice(dot + 1).toLowerCase(), start, size });
  }
  return samples;
}

const textIn = (bytes: Buffer): string => bytes.toString('utf8').replace(/\0[\s\S]*$/, '');

/** Octal digits, or, of large ones, the number itself in the last bytes. */
function numberIn(bytes: Buffer): number {
  if (bytes[0] & 0x80) return bytes.subarray(1).reduce((n, b) => n * 256 + b, 0);
  const digits = textIn(bytes).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : Number.NaN;
}

function fieldsIn({ field }: Member, bytes: Buffer, row: Pick<Row, 'place'>): Record<string, unknown> {
  const extension = field.split('.').at(-1)!;
  if (extension === 'txt' || extension === 'text')
    return { [field]: bytes.toString('utf8'), ...(field === 'txt' ? { text: bytes.toString('utf8') } : {}) };
  if (extension === 'cls') return { [field]: Number(bytes.toString('utf8')) };
  if (extension !== 'json') return { [field]: new Uint8Array(bytes) };
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : { [field]: value };
  } catch {
    throw rowError(row, `its ${field} is no JSON`, bytes.toString('utf8', 0, 100));
  }
}
