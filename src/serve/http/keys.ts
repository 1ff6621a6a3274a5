import { createHash, timingSafeEqual } from 'node:crypto';
import { isLoopback, UserError } from '../../base/index.ts';

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** The keys that open the server, kept as hashes. */
export class ApiKeys {
  readonly #hashes: readonly Buffer[];

  /** Throws `serve/keys` for keys that anybody could guess. */
  constructor(keys: readonly string[]) {
    const short = keys.find((key) => key.length < 8);
    if (short !== undefined)
      throw new UserError('serve/keys', 'a key is too short to keep anybody out', {
        expected: 'at least 8 characters',
        given: `${short.length}`,
      });
    this.#hashes = keys.map(hashOf);
  }

  get isEmpty(): boolean {
    return this.#hashes.length === 0;
  }

  /** A name for the key that a request has, which is not the key; undefined: it has none that is right. Takes as long for any key. */
  nameOf(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
    const { authorization, 'x-api-key': own } = headers;
    const bearer = typeof authorization === 'string' ? /^bearer\s+(.+)$/i.exec(authorization)?.[1] : undefined;
    const given = hashOf(bearer ?? (typeof own === 'string' ? own : ''));
    let found: Buffer | undefined;
    for (const hash of this.#hashes) if (timingSafeEqual(hash, given)) found = hash;
    return found?.toString('hex').slice(0, 12);
  }
}

/** The keys of a server that listens somewhere. Throws `serve/keys` where anybody could use it from elsewhere. */
export function keysFor(host: string, apiKeys: readonly string[]): ApiKeys {
  const keys = new ApiKeys(apiKeys);
  if (keys.isEmpty && !isLoopback(host))
    throw new UserError('serve/keys', `anybody who reaches ${host} could use the model`, {
      advice: 'name a key (--api-key-file, or ESPALIER_API_KEY), or listen on 127.0.0.1',
    });
  return keys;
}
