import { createHash } from 'node:crypto';

/**
 * Names of the full pages of a text: each is the hash of the name before, its own tokens, and, through the first, of all else that keys and
 * values depend on (adapter, salt). `names` of earlier pages are kept, new ones are added to them.
 */
export function extendPageNames(names: string[], tokens: readonly number[], pageSize: number, extra: string): void {
  while ((names.length + 1) * pageSize <= tokens.length) {
    const at = names.length * pageSize;
    const hash = createHash('sha256').update(names.length === 0 ? `espalier ${extra}` : names[names.length - 1]);
    names.push(hash.update(Int32Array.from(tokens.slice(at, at + pageSize))).digest('base64'));
  }
}
