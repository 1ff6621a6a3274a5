import { EspalierError } from '../base/index.ts';
import type { OpDefinition } from './definition.ts';

/** All op definitions a program may use, by full name. */
export class Registry {
  readonly #byName = new Map<string, OpDefinition>();

  constructor(definitions: Iterable<OpDefinition>) {
    for (const d of definitions) {
      if (this.#byName.has(d.name)) throw new EspalierError('ir/duplicate-op', `op ${d.name} is defined twice`);
      this.#byName.set(d.name, d);
    }
  }

  find(name: string): OpDefinition | undefined {
    return this.#byName.get(name);
  }

  /** Throws `ir/unknown-op`. */
  get(name: string): OpDefinition {
    const d = this.#byName.get(name);
    if (!d) throw new EspalierError('ir/unknown-op', `unknown op "${name}"`, { fields: { op: name } });
    return d;
  }

  get all(): OpDefinition[] {
    return [...this.#byName.values()];
  }
}
