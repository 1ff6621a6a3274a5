import { type DType, dtypeInfo, EspalierError, numElements, type Shape, sameShape } from '../base/index.ts';

/** Size of a dimension unknown until run time (`?` in text). We parse and print such types; engines refuse them. */
export const DYNAMIC = -1;

/** `tensor<2x3xf32>`. */
export interface TensorType {
  readonly kind: 'tensor';
  readonly shape: Shape;
  readonly dtype: DType;
  /** Encoding attribute text, e.g. `#stablehlo.bounds<3, ?>`, when present. */
  readonly encoding?: string;
}
/** `!stablehlo.token`: orders side effects. */
export interface TokenType {
  readonly kind: 'token';
}
/** `tuple<…>`. */
export interface TupleType {
  readonly kind: 'tuple';
  readonly types: readonly Type[];
}
/** `(A, B) -> C`. */
export interface FunctionType {
  readonly kind: 'function';
  readonly inputs: readonly Type[];
  readonly results: readonly Type[];
}
/** A type we carry through as text only (`tensor<2x!quant.uniform<…>>`, `!stablehlo.future<…>`, `index`, `none` …). */
export interface OpaqueType {
  readonly kind: 'opaque';
  readonly text: string;
}

export type Type = TensorType | TokenType | TupleType | FunctionType | OpaqueType;

/** The type keeps a copy of the sizes, which nobody can change: lists of sizes are written over and used again. */
export function tensorType(dtype: DType, shape: Shape): TensorType {
  return { kind: 'tensor', dtype, shape: Object.freeze(shape.slice()) };
}

export const tokenType: TokenType = { kind: 'token' };

export function typeEquals(a: Type, b: Type): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case 'tensor':
      return b.kind === 'tensor' && a.dtype === b.dtype && sameShape(a.shape, b.shape) && a.encoding === b.encoding;
    case 'token':
      return b.kind === 'token';
    case 'tuple':
      return b.kind === 'tuple' && typesEqual(a.types, b.types);
    case 'function':
      return b.kind === 'function' && typesEqual(a.inputs, b.inputs) && typesEqual(a.results, b.results);
    case 'opaque':
      return b.kind === 'opaque' && a.text === b.text;
  }
}

export function typesEqual(a: readonly Type[], b: readonly Type[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!typeEquals(a[i], b[i])) return false;
  return true;
}

/** MLIR text of a type. */
export function typeText(t: Type): string {
  switch (t.kind) {
    case 'tensor': {
      const dims = t.shape.map((d) => `${d === DYNAMIC ? '?' : d}x`).join('');
      return `tensor<${dims}${dtypeInfo(t.dtype).mlir}${t.encoding ? `, ${t.encoding}` : ''}>`;
    }
    case 'token':
      return '!stablehlo.token';
    case 'tuple':
      return `tuple<${t.types.map(typeText).join(', ')}>`;
    case 'function':
      return functionTypeText(t.inputs, t.results);
    case 'opaque':
      return t.text;
  }
}

/** `(A, B) -> C`, with parentheses around zero or several results. */
export function functionTypeText(inputs: readonly Type[], results: readonly Type[]): string {
  const out = results.map(typeText);
  const right = results.length === 1 && results[0].kind !== 'function' ? out[0] : `(${out.join(', ')})`;
  return `(${inputs.map(typeText).join(', ')}) -> ${right}`;
}

export const isTensor = (t: Type): t is TensorType => t.kind === 'tensor';

/** The tensor type, or an error that names the place. */
export function asTensor(t: Type, what = 'value'): TensorType {
  if (t.kind !== 'tensor')
    throw new EspalierError('ir/not-a-tensor', `${what} is not a tensor`, { given: typeText(t) });
  return t;
}

/** Bytes of one value of this type in row-major storage (0 for tokens). */
export function bytesOf(t: Type): number {
  if (t.kind === 'tensor') return numElements(t.shape) * dtypeInfo(t.dtype).bytes;
  if (t.kind === 'tuple') return t.types.reduce((n, x) => n + bytesOf(x), 0);
  return 0;
}
