/// <reference lib="esnext.disposable" preserve="true" />
import { type DType, type HostArray, type HostData, type Scalar, type Shape, UserError } from '../../base/index.ts';
import { type Op, type TensorType, typeText, type Value } from '../../ir/index.ts';
import type { TensorMethods } from '../numpy/methods.ts';
import type { Placed } from './placement.ts';
import { nestedArray, showTensor } from './show-tensor.ts';

/** Where a tensor's elements are. */
export type TensorSource =
  /** Inside a function being traced: an SSA value, no elements yet. */
  | { readonly kind: 'traced'; readonly trace: TraceIdentity; readonly value: Value }
  /** In host memory, perhaps still being computed. */
  | { readonly kind: 'host'; readonly array: HostArray | Promise<HostArray> }
  /** On devices, whole or in shards. */
  | { readonly kind: 'placed'; readonly placed: Placed }
  /** A type only, made by `evalShape`. */
  | { readonly kind: 'abstract' };

/** An op recorded outside any trace, to be computed when one of its results is needed. */
export interface PendingOp {
  readonly op: Op;
  /** What stands for the operands in `op`. */
  readonly args: readonly Value[];
  readonly operands: readonly Tensor[];
  /** Length of the longest chain of pending ops that ends here. */
  readonly length: number;
  /** How many pending or computed ops use its results. */
  uses: number;
  results: readonly Tensor[];
  /** Starts its computation and settles its results. */
  readonly force: () => void;
}

/** How elements are read. */
export interface ReadOptions {
  /** Default true: the elements are the caller's own. */
  readonly copy?: boolean;
}

/** What a tensor knows of the trace it belongs to. */
export interface TraceIdentity {
  readonly name: string;
  readonly isFinished: boolean;
}

/**
 * An immutable n-dimensional array: concrete (its elements can be awaited) or, inside a traced function, a placeholder.
 * Freed by the garbage collector; `dispose` or `using` frees device memory earlier.
 * @example np.array([[1, 2], [3, 4]]).shape // => [2, 2]
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: bindMethods defines what the interface below adds
export class Tensor implements Disposable {
  readonly type: TensorType;
  #source: TensorSource | { readonly kind: 'pending'; readonly op: PendingOp };

  /** @internal Use `np.array`, `np.zeros`, `random.normal` … to make tensors. */
  constructor(type: TensorType, source: TensorSource | { readonly kind: 'pending'; readonly op: PendingOp }) {
    this.type = type;
    this.#source = source;
  }

  /** @internal Where the elements are; starts the computation of a recorded op. */
  get source(): TensorSource {
    if (this.#source.kind === 'pending') this.#source.op.force();
    return this.#source as TensorSource;
  }
  /** @internal The op that will compute it, as long as nothing has asked for the elements. */
  get pending(): PendingOp | undefined {
    return this.#source.kind === 'pending' ? this.#source.op : undefined;
  }
  /** @internal */
  settle(source: TensorSource): void {
    this.#source = source;
  }

  get shape(): Shape {
    return this.type.shape;
  }
  get dtype(): DType {
    return this.type.dtype;
  }
  /** Number of dimensions. */
  get ndim(): number {
    return this.type.shape.length;
  }
  /** Number of elements. */
  get size(): number {
    return this.type.shape.reduce((a, b) => a * b, 1);
  }

  /**
   * All elements in row-major order, in the dtype's host storage (bf16 and f16 as raw 16-bit patterns): a copy, unless
   * `{ copy: false }` asks for the tensor's own memory where it is on the host, which must not be changed.
   */
  async data(options: ReadOptions = {}): Promise<HostData> {
    return (await this.toHost(options)).data;
  }

  /**
   * The elements with their type: a copy, unless `{ copy: false }` is given, as for `data`. Throws `api/traced-value` inside a
   * traced function.
   */
  async toHost({ copy = true }: ReadOptions = {}): Promise<HostArray> {
    const array = await this.view();
    return copy && this.source.kind === 'host' ? array.clone() : array;
  }

  /** @internal The elements, in the tensor's own memory if they are on the host: only to be read. */
  async view(): Promise<HostArray> {
    switch (this.source.kind) {
      case 'host':
        return this.source.array;
      case 'placed':
        return this.source.placed.read();
      case 'traced':
        throw tracedValueError(this, 'its elements were asked for');
      case 'abstract':
        throw new UserError('api/abstract-value', `${this} was made by evalShape: it has a type but no elements`);
    }
  }

  /** The only element of a tensor of size 1: a number, bigint for 64-bit integers, boolean for bool, `[re, im]` for complex numbers. */
  async item(): Promise<Scalar> {
    return this.#only(await this.view());
  }

  /** Nested JavaScript arrays of the elements. */
  async toArray(): Promise<unknown> {
    return nestedArray(await this.view());
  }

  /**
   * `data` without waiting, for a REPL or a notebook. Throws `api/not-ready` where the elements are still being computed, or the
   * engine can only be asked (`xla`).
   */
  dataSync(): HostData {
    return this.#now('dataSync').clone().data;
  }
  /** `item` without waiting, like `dataSync`. */
  itemSync(): Scalar {
    return this.#only(this.#now('itemSync'));
  }
  /** `toArray` without waiting, like `dataSync`. */
  toArraySync(): unknown {
    return nestedArray(this.#now('toArraySync'));
  }

  /** @internal The elements if they are there, only to be read. */
  viewNow(): HostArray | undefined {
    const { source } = this;
    if (source.kind === 'host') return source.array instanceof Promise ? undefined : source.array;
    return source.kind === 'placed' ? source.placed.readNow() : undefined;
  }

  #now(method: string): HostArray {
    const array = this.viewNow();
    if (array) return array;
    if (this.source.kind === 'traced') throw tracedValueError(this, 'its elements were asked for');
    throw new UserError('api/not-ready', `${method}: the elements of ${this} are not there yet`, {
      advice: 'await t.ready() before, or use await t.data(), t.item(), t.toArray()',
    });
  }

  #only(host: HostArray): Scalar {
    if (this.size === 1) return host.get(0);
    throw new UserError('api/item', 'item() needs a tensor with one element', {
      given: typeText(this.type),
      advice: 'use data() or toArray() for all elements',
    });
  }

  /** Waits until the elements have been computed. */
  async ready(): Promise<this> {
    if (this.source.kind === 'host') await this.source.array;
    else if (this.source.kind === 'placed' && !this.source.placed.known) await this.source.placed.buffers;
    return this;
  }

  /** Frees device memory now; the tensor cannot be used afterwards. */
  dispose(): void {
    if (this.source.kind === 'placed') this.source.placed.dispose();
  }
  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    const kind = this.#source.kind === 'traced' ? 'Traced' : 'Tensor';
    return `${kind}<${this.dtype}[${this.shape.join(',')}]>`;
  }
  /** Shows the elements where they are there; asking for them starts their computation. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    if (this.#source.kind === 'placed' && this.#source.placed.isDeleted) return `${this} (disposed)`;
    const host = this.#source.kind === 'traced' ? undefined : this.viewNow();
    return host ? showTensor(host) : this.toString();
  }

  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw this.source.kind === 'traced'
      ? tracedValueError(this, 'it was used as a number')
      : concreteCoercionError(this);
  }
  valueOf(): never {
    throw this.source.kind === 'traced'
      ? tracedValueError(this, 'it was used as a number')
      : concreteCoercionError(this);
  }
  /** Rows along the first dimension: `for (const row of t)`, `const [a, b] = random.split(key)`. */
  [Symbol.iterator](): Iterator<Tensor> {
    return rowsOf(this);
  }

  /** Dimensions in reverse order: `np.transpose(x)`. */
  get T(): Tensor {
    return this.transpose();
  }
}

/**
 * Tensors also have the functions of `np` as methods, `x.add(y)` for `np.add(x, y)`.
 * @example np.array([[1, 2], [3, 4]]).T.mul(2).sum({ axis: 0 }) // => [6, 14]
 */
export interface Tensor extends TensorMethods {}

let rowsOf: (t: Tensor) => Iterator<Tensor>;

/** Gives tensors their methods: functions whose first argument is the tensor. */
export function bindMethods(
  methods: Readonly<Record<string, (x: Tensor, ...rest: never[]) => unknown>>,
  rows: (t: Tensor) => Iterator<Tensor>,
): void {
  for (const [name, f] of Object.entries(methods))
    Object.defineProperty(Tensor.prototype, name, {
      value(this: Tensor, ...rest: never[]) {
        return f(this, ...rest);
      },
      writable: true,
      configurable: true,
    });
  rowsOf = rows;
}

/**
 * `t[0]` and `t[0] = 1` are what people write who know numpy. Lookups that a tensor does not answer end here, at the end of its
 * prototypes, where such keys get an explanation.
 */
Object.setPrototypeOf(
  Tensor.prototype,
  new Proxy(Object.prototype, {
    get(target, key, receiver) {
      if (typeof key === 'string' && /^-?\d+$/.test(key))
        throw new UserError('api/index', `a Tensor has no element [${key}] in JavaScript`, {
          advice: `use np.at(t, ${key}).get(), np.index(t, 0, ${key}), or \`(await t.toArray())[${key}]\` for plain values`,
        });
      return Reflect.get(target, key, receiver);
    },
    set(target, key, value, receiver) {
      if (typeof key === 'string' && /^-?\d+$/.test(key))
        throw new UserError('api/immutable', 'tensors are immutable', {
          given: `an assignment to [${key}]`,
          advice: `use \`t = np.at(t, ${key}).set(value)\`, which makes a new tensor`,
        });
      return Reflect.set(target, key, value, receiver);
    },
  }),
);

/**
 * Whether a value is a tensor.
 * @example [isTensor(np.ones([2])), isTensor([1, 1])] // => [true, false]
 */
export const isTensor = (x: unknown): x is Tensor => x instanceof Tensor;

function tracedValueError(t: Tensor, what: string): UserError {
  return new UserError('api/traced-value', `${t} has no elements while a function is being traced, but ${what}`, {
    advice:
      'compute with np/lax functions instead: np.where or lax.cond for a branch on its value, lax.whileLoop, lax.foriLoop or lax.scan for a loop, x.shape for sizes; ' +
      'what must be a plain JavaScript value is passed as one: numbers and booleans are not traced',
  });
}

function concreteCoercionError(t: Tensor): UserError {
  return new UserError('api/coercion', `${t} cannot be used as a JavaScript number`, {
    advice: 'use np.add(a, b), np.less(a, b) … to compute, or `await t.item()` for its value',
  });
}
