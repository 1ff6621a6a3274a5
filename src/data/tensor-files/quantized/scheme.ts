import { type DType, sameShape, UserError } from '../../../base/index.ts';
import { isRecord } from '../json-file.ts';
import type { Box, StoredTensor, TensorStore } from '../tensor-store.ts';

/** A tensor of floats that a folder holds in other tensors. */
export interface QuantizedTensor {
  /** As a folder that is not quantized calls it. */
  readonly name: string;
  readonly shape: readonly number[];
  /** The stored tensors that it is made of, which are not shown. */
  readonly parts: readonly string[];
  /** Elements of a box, row-major. */
  read(box: Box): Float32Array;
}

/** Finds the quantized tensors of a folder. Throws `data/quantization` for a layout it does not know. */
export type QuantizationScheme = (store: TensorStore, config: QuantizationConfig) => QuantizedTensor[];

/** `quantization_config` of a model's `config.json`, read as data. */
export class QuantizationConfig {
  readonly #json: Readonly<Record<string, unknown>>;

  constructor(json: unknown) {
    if (!isRecord(json))
      throw new UserError('data/quantization', 'quantization_config is no JSON object', {
        given: String(json).slice(0, 80),
      });
    this.#json = json;
  }

  value(key: string): unknown {
    return Object.hasOwn(this.#json, key) ? this.#json[key] : undefined;
  }

  /** A text, or undefined where there is none. */
  text(key: string): string | undefined {
    const value = this.value(key);
    return value === undefined || value === null ? undefined : String(value);
  }

  /** A whole number, or undefined where there is none. */
  integer(key: string): number | undefined {
    const value = this.value(key);
    if (value === undefined || value === null) return undefined;
    if (!Number.isSafeInteger(value)) throw this.wrong(key, 'a whole number', JSON.stringify(value));
    return value as number;
  }

  /** Refuses a value that is none of those known. */
  requireOneOf(key: string, known: readonly string[], fallback: string): string {
    const value = this.text(key) ?? fallback;
    if (!known.includes(value)) throw this.wrong(key, known.join(' or '), value);
    return value;
  }

  wrong(key: string, expected: string, given: string): UserError {
    return new UserError('data/quantization', `quantization_config.${key} is not supported`, {
      expected,
      given: given.slice(0, 80),
    });
  }
}

/** A stored tensor of one of these types, and of a shape where that is known. Throws `data/quantization`. */
export function requirePart(
  store: TensorStore,
  name: string,
  dtypes: readonly DType[],
  shape?: readonly number[],
): StoredTensor {
  const found = store.tensors.get(name);
  if (found === undefined)
    throw new UserError('data/quantization', `tensor ${name} is missing: a quantized weight needs it`, {
      advice: 'download the model again, or check its quantization_config',
    });
  const isRight = dtypes.includes(found.dtype) && (shape === undefined || sameShape(found.shape, shape));
  if (!isRight)
    throw new UserError('data/quantization', `tensor ${name} does not fit the quantized weight it belongs to`, {
      expected: `${dtypes.join(' or ')}${shape === undefined ? '' : `[${shape.join(',')}]`}`,
      given: `${found.dtype}[${found.shape.join(',')}]`,
    });
  return found;
}

/** Names of stored tensors with an ending, without it. */
export const namesBefore = (store: TensorStore, ending: string): string[] =>
  [...store.tensors.keys()].filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length));

/** The names that exist. */
export const present = (store: TensorStore, names: readonly string[]): string[] =>
  names.filter((name) => store.tensors.has(name));

/** Refuses a matrix that is none. */
export function requireMatrix(name: string, { shape, dtype }: StoredTensor): readonly [rows: number, columns: number] {
  if (shape.length !== 2)
    throw new UserError('data/quantization', `tensor ${name} is no matrix`, { given: `${dtype}[${shape.join(',')}]` });
  return [shape[0], shape[1]];
}
