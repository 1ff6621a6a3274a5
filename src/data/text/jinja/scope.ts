import type { Value } from './values.ts';

/** Names and their values; inner scopes see those of the outer ones. */
export class Scope {
  readonly #values = new Map<string, Value>();
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  get(name: string): Value {
    for (let scope: Scope | undefined = this; scope; scope = scope.#outer)
      if (scope.#values.has(name)) return scope.#values.get(name);
    return undefined;
  }
}
