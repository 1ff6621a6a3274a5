import type { Value } from '../op.ts';

/** Value names visible at a place: name → the group of values it stands for (`%a:3` is one group of three). */
export class Scope {
  readonly parent: Scope | undefined;
  readonly #groups = new Map<string, readonly Value[]>();

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  /** False when the name is already taken in this scope or one it can see. */
  define(name: string, values: readonly Value[]): boolean {
    if (this.find(name)) return false;
    this.#groups.set(name, values);
    return true;
  }

  find(name: string): readonly Value[] | undefined {
    return this.#groups.get(name) ?? this.parent?.find(name);
  }
}
