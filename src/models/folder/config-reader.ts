import { UserError } from '../../base/index.ts';
import { type Activation, activationNamed } from '../../nn/index.ts';

/** More layers, or experts of a layer, than any model has. */
const MAX_COUNT = 4096;

/** A JSON object as read from a file. */
export type Json = { readonly [key: string]: unknown };

export const isJson = (x: unknown): x is Json => typeof x === 'object' && x !== null && !Array.isArray(x);

/**
 * `config.json` read field by field: published files leave out what equals the default of the class that wrote them, so every field
 * is asked for with its default. Throws `models/config` where a field is not of its type, and names it.
 */
export class ConfigReader {
  readonly json: Json;
  readonly #where: string;

  constructor(json: Json, where = 'config.json') {
    this.json = json;
    this.#where = where;
  }

  get modelType(): string {
    return this.text('model_type', '');
  }

  wrong(key: string, expected: string): UserError {
    return new UserError('models/config', `${this.#where}: ${key} is not what this model can be`, {
      expected,
      given: JSON.stringify(this.json[key])?.slice(0, 80) ?? 'nothing',
    });
  }

  /** The value of a key, or of the first of several names of it; `null` counts as absent. */
  #value(key: string): unknown {
    const value = this.json[key];
    return value === null ? undefined : value;
  }

  has(key: string): boolean {
    return this.#value(key) !== undefined;
  }

  number(key: string, fallback: number): number {
    return this.optionalNumber(key) ?? fallback;
  }

  optionalNumber(key: string): number | undefined {
    const value = this.#value(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.wrong(key, 'a number');
    return value;
  }

  /** A size: a positive integer. */
  size(key: string, fallback: number): number {
    const value = this.number(key, fallback);
    if (!Number.isSafeInteger(value) || value < 1 || value >= 2 ** 31) throw this.wrong(key, 'a positive integer');
    return value;
  }

  /** How many layers or experts there are: each has tensors of its own, so a file cannot mean millions. */
  count(key: string, fallback: number): number {
    const value = this.size(key, fallback);
    if (value > MAX_COUNT) throw this.wrong(key, `at most ${MAX_COUNT}`);
    return value;
  }

  optionalSize(key: string): number | undefined {
    return this.has(key) ? this.size(key, 1) : undefined;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.#value(key);
    if (value === undefined) return fallback;
    if (typeof value !== 'boolean') throw this.wrong(key, 'true or false');
    return value;
  }

  text(key: string, fallback: string): string {
    const value = this.#value(key);
    if (value === undefined) return fallback;
    if (typeof value !== 'string') throw this.wrong(key, 'a text');
    return value;
  }

  activation(key: string, fallback: string): Activation {
    const found = activationNamed(this.text(key, fallback));
    if (!found) throw this.wrong(key, 'a known activation (silu, gelu, gelu_new, gelu_pytorch_tanh, relu …)');
    return found;
  }

  list<T>(key: string, isItem: (x: unknown) => x is T): readonly T[] | undefined {
    const value = this.#value(key);
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || !value.every(isItem)) throw this.wrong(key, 'a list');
    return value;
  }

  texts(key: string): readonly string[] | undefined {
    return this.list(key, (x): x is string => typeof x === 'string');
  }

  numbers(key: string): readonly number[] | undefined {
    return this.list(key, (x): x is number => typeof x === 'number');
  }

  /** A list of sizes, at most as many as there may be layers. */
  sizes(key: string): readonly number[] | undefined {
    const isSize = (x: unknown): x is number =>
      Number.isSafeInteger(x) && (x as number) >= 1 && (x as number) < 2 ** 31;
    const found = this.list(key, isSize);
    if (found && (found.length === 0 || found.length > MAX_COUNT)) throw this.wrong(key, 'a list of positive integers');
    return found;
  }

  /** A nested object, empty where there is none. */
  nested(key: string): ConfigReader {
    const value = this.#value(key) ?? {};
    if (!isJson(value)) throw this.wrong(key, 'an object');
    return new ConfigReader(value, `${this.#where}: ${key}`);
  }
}
