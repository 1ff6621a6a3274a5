import { type DType, HostArray, numElements, type Scalar } from '../base/index.ts';
import type { TensorType, Type } from './types.ts';

/** An MLIR attribute as written in text, before an op's codec gives it its meaning. */
export type Attr =
  | { readonly kind: 'int'; readonly value: bigint; readonly type: DType | 'index' }
  | { readonly kind: 'float'; readonly value: number; readonly type: DType }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'unit' }
  | { readonly kind: 'array'; readonly elements: readonly Attr[] }
  /** `array<i64: 1, 2>` */
  | { readonly kind: 'denseArray'; readonly dtype: DType; readonly values: readonly (number | bigint | boolean)[] }
  /** `dense<…> : tensor<…>`; integers of type `index` (layouts of foreign calls) are kept as i64. */
  | { readonly kind: 'dense'; readonly value: DenseElements; readonly elements?: 'index' }
  | { readonly kind: 'dictionary'; readonly entries: AttrDict }
  /** `@a::@b` */
  | { readonly kind: 'symbol'; readonly path: readonly string[] }
  | { readonly kind: 'type'; readonly type: Type }
  /** `#dialect.name<body>` or `#dialect<body>`: `name` is `stablehlo.gather` or `stablehlo`; `body` the text between the outer `<>` (undefined without). */
  | { readonly kind: 'dialect'; readonly name: string; readonly body: string | undefined };

export type AttrDict = Readonly<Record<string, Attr>>;

export const unitAttr: Attr = { kind: 'unit' };
export const stringAttr = (value: string): Attr => ({ kind: 'string', value });
export const boolAttr = (value: boolean): Attr => ({ kind: 'bool', value });
export const intAttr = (value: number | bigint, type: DType = 'i64'): Attr => ({
  kind: 'int',
  value: BigInt(value),
  type,
});
export const dialectAttr = (name: string, body?: string): Attr => ({ kind: 'dialect', name, body });

/** Constant tensor data; a splat stores its one element only. */
export class DenseElements {
  readonly type: TensorType;
  /** Shape `[]` for a splat, the full shape otherwise. */
  readonly values: HostArray;
  readonly isSplat: boolean;
  #full: HostArray | undefined;

  private constructor(type: TensorType, values: HostArray, isSplat: boolean) {
    this.type = type;
    this.values = values;
    this.isSplat = isSplat;
  }

  static splat(type: TensorType, value: Scalar): DenseElements {
    return new DenseElements(type, HostArray.full(type.dtype, [], value), true);
  }

  /** From a scalar array of the same dtype (keeps the exact bits). */
  static splatOf(type: TensorType, value: HostArray): DenseElements {
    return new DenseElements(type, value.reshape([]), true);
  }

  static of(array: HostArray): DenseElements {
    const type: TensorType = { kind: 'tensor', dtype: array.dtype, shape: array.shape };
    return new DenseElements(type, array, array.shape.length === 0);
  }

  /** The whole tensor, materialized once. */
  toHostArray(): HostArray {
    if (!this.isSplat || this.type.shape.length === 0) return this.values.reshape(this.type.shape);
    if (!this.#full) {
      const out = HostArray.zeros(this.type.dtype, this.type.shape);
      const perElement = this.values.data.length;
      const data = out.data as Float64Array;
      const source = this.values.data as Float64Array;
      if (perElement === 1) data.fill(source[0]);
      else for (let i = 0; i < data.length; i++) data[i] = source[i % perElement];
      this.#full = out;
    }
    return this.#full;
  }

  /** The element every position has, if it is known to be one value. */
  splatValue(): Scalar | undefined {
    if (this.isSplat) return this.values.get(0);
    return numElements(this.type.shape) === 1 ? this.values.get(0) : undefined;
  }

  /** The same splat under another shape; only for splats. */
  withType(type: TensorType): DenseElements {
    return DenseElements.splatOf(type, this.values);
  }
}
