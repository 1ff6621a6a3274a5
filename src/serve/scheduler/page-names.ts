import { createHash } from 'node:crypto';
import type { PromptImage } from './images.ts';

/**
 * Names of the full pages of a text: each is the hash of the name before, its own tokens, and, through the first, of all else that keys and
 * values depend on (adapter, salt). What is seen in a page counts with its tokens. `names` of earlier pages are kept, new ones are added to them.
 */
export function extendPageNames(
  names: string[],
  tokens: readonly number[],
  pageSize: number,
  extra: string,
  images: readonly PromptImage[] = [],
): void {
  while ((names.length + 1) * pageSize <= tokens.length) {
    const at = names.length * pageSize;
    const hash = createHash('sha256').update(names.length === 0 ? `espalier ${extra}` : names[names.length - 1]);
    for (const { at: first, numTokens, name } of images)
      if (first < at + pageSize && first + numTokens > at) hash.update(`${first - at} ${name}`);
    names.push(hash.update(Int32Array.from(tokens.slice(at, at + pageSize))).digest('base64'));
  }
}
