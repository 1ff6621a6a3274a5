import { EspalierError, HostArray } from '../base/index.ts';
import { type Attr, DenseElements, dialectAttr } from './attribute.ts';
import type { AttributeCodec } from './definition.ts';
import type { Type } from './types.ts';

function wrongForm(expected: string, given: Attr): EspalierError {
  return new EspalierError('ir/attribute-form', 'attribute has the wrong form', { expected, given: given.kind });
}

/** `3 : i64` */
export const i64: AttributeCodec<number> = {
  read: (a) => {
    if (a.kind !== 'int') throw wrongForm('an integer', a);
    return Number(a.value);
  },
  write: (value) => ({ kind: 'int', value: BigInt(value), type: 'i64' }),
};

/** `true`; also reads `1 : i1` and a unit. */
export const bool: AttributeCodec<boolean> = {
  read: (a) => {
    if (a.kind === 'bool') return a.value;
    if (a.kind === 'unit') return true;
    if (a.kind === 'int') return a.value !== 0n;
    throw wrongForm('a boolean', a);
  },
  write: (value) => ({ kind: 'bool', value }),
};

/** Present or not: `use_global_device_ids`. */
export const flag: AttributeCodec<boolean> = {
  read: (a) => (a.kind === 'bool' ? a.value : true),
  write: (value) => (value ? { kind: 'unit' } : undefined),
  default: () => false,
};

export const string: AttributeCodec<string> = {
  read: (a) => {
    if (a.kind !== 'string') throw wrongForm('a string', a);
    return a.value;
  },
  write: (value) => ({ kind: 'string', value }),
};

/** Splats of enormous types are refused before they are spelled out. */
function denseNumbers(value: DenseElements, a: Attr): number[] {
  if (value.type.shape.reduce((n, d) => n * d, 1) > MAX_LIST) throw wrongForm(`at most ${MAX_LIST} integers`, a);
  return value.toHostArray().toNumbers();
}
const MAX_LIST = 1 << 20;

/** Numbers of a dense array, dense tensor or plain array attribute. */
function numbers(a: Attr): number[] {
  if (a.kind === 'denseArray') return a.values.map(Number);
  if (a.kind === 'dense') return denseNumbers(a.value, a);
  if (a.kind === 'array') return a.elements.map((e) => i64.read(e));
  throw wrongForm('a list of integers (array<i64: …>)', a);
}

/** `array<i64: 1, 2>`; also reads the older `dense<[1, 2]> : tensor<2xi64>`. */
export const i64Array: AttributeCodec<readonly number[]> = {
  read: numbers,
  write: (values) => ({ kind: 'denseArray', dtype: 'i64', values }),
};

/** `array<i32: 1, 2>`: operand and result segment sizes. */
export const i32Array: AttributeCodec<readonly number[]> = {
  read: numbers,
  write: (values) => ({ kind: 'denseArray', dtype: 'i32', values }),
};

/** `array<i1: true, false>` */
export const boolArray: AttributeCodec<readonly boolean[]> = {
  read: (a) =>
    a.kind === 'denseArray' ? a.values.map((v) => v === true || v === 1 || v === 1n) : numbers(a).map((n) => n !== 0),
  write: (values) => ({ kind: 'denseArray', dtype: 'bool', values }),
};

/** `dense<[[0, 1], [2, 3]]> : tensor<2x2xi64>`: replica groups, source-target pairs, paddings. */
export const i64Matrix: AttributeCodec<readonly (readonly number[])[]> = {
  read: (a) => {
    if (a.kind !== 'dense' || a.value.type.shape.length !== 2)
      throw wrongForm('a two-dimensional dense<…> of integers', a);
    const [rows, columns] = a.value.type.shape;
    const flat = denseNumbers(a.value, a);
    return Array.from({ length: rows }, (_, r) => flat.slice(r * columns, (r + 1) * columns));
  },
  write: (rows) => {
    const columns = rows[0]?.length ?? 0;
    return { kind: 'dense', value: DenseElements.of(HostArray.from('i64', [rows.length, columns], rows.flat())) };
  },
};

/** `dense<…> : tensor<…>` */
export const dense: AttributeCodec<DenseElements> = {
  read: (a) => {
    if (a.kind !== 'dense') throw wrongForm('dense<…>', a);
    return a.value;
  },
  write: (value) => ({ kind: 'dense', value }),
};

/** `@name`; a nested path is joined with `::@`. */
export const symbol: AttributeCodec<string> = {
  read: (a) => {
    if (a.kind !== 'symbol') throw wrongForm('a symbol (@name)', a);
    return a.path.join('::@');
  },
  write: (value) => ({ kind: 'symbol', path: value.split('::@') }),
};

export const typeCodec: AttributeCodec<Type> = {
  read: (a) => {
    if (a.kind !== 'type') throw wrongForm('a type', a);
    return a.type;
  },
  write: (type) => ({ kind: 'type', type }),
};

/** Any attribute, uninterpreted. */
export const raw: AttributeCodec<Attr> = { read: (a) => a, write: (a) => a };

/** `#stablehlo<comparison_direction LT>`; bare keywords and strings are read too. */
export function enumOf<T extends string>(kind: string, values: readonly T[]): AttributeCodec<T> {
  return {
    read: (a) => {
      const text =
        a.kind === 'dialect'
          ? (a.body ?? a.name).trim().replace(new RegExp(`^${kind}\\s+`), '')
          : a.kind === 'string'
            ? a.value
            : '';
      const found = values.find((v) => v === text);
      if (found === undefined)
        throw new EspalierError('ir/attribute-form', `unknown ${kind}`, {
          expected: values.join(', '),
          given: text || a.kind,
        });
      return found;
    },
    write: (value) => dialectAttr('stablehlo', `${kind} ${value}`),
    words: values,
  };
}

/** Makes a codec optional: absent reads as `undefined`. */
export function optional<T>(codec: AttributeCodec<T>): AttributeCodec<T | undefined> {
  return {
    ...codec,
    read: codec.read,
    write: (value) => (value === undefined ? undefined : codec.write(value)),
    default: () => undefined,
  };
}

/** Gives a codec a default; a value equal to it (by JSON text) is not written. */
export function withDefault<T>(codec: AttributeCodec<T>, value: T): AttributeCodec<T> {
  const key = JSON.stringify(value);
  return {
    ...codec,
    read: codec.read,
    write: (v) => (JSON.stringify(v) === key ? undefined : codec.write(v)),
    default: () => value,
  };
}
