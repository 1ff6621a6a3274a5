import { constants } from 'node:buffer';
import { type DType, formatBytes, type HostArray, numElements, type Shape, UserError } from '../../base/index.ts';

/** Where part of a tensor begins and how large it is, per dimension. */
export interface Box {
  readonly start: readonly number[];
  readonly shape: readonly number[];
}

export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** Tensors by name in one or several files, read when asked for. */
export interface TensorStore {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, unknown>>;
  /**
   * All elements of a tensor, or those of a box, in memory of the caller's own. Reads from disk only what the box needs.
   * Throws `data/tensor-name` for a name that is absent, `data/box` for a box that does not lie in the tensor, `data/too-large` for
   * more than one array can hold, `data/closed` after `close`, and the format's own code when the file has changed.
   */
  read(name: string, box?: Box): HostArray;
  /**
   * The same into memory that is given: the bytes of a `HostArray` of the box, so many as it needs. Absent where values are computed.
   */
  readInto?(name: string, box: Box, target: Uint8Array): void;
  /** Closes the files. Arrays that were read stay valid. */
  close(): void;
}

/** The box that is all of a tensor. */
export const wholeBox = (shape: Shape): Box => ({ start: shape.map(() => 0), shape });

/** The tensor of a name. Throws `data/tensor-name`, which names some that exist. */
export function tensorNamed<T>(tensors: ReadonlyMap<string, T>, name: string): T {
  const found = tensors.get(name);
  if (found !== undefined) return found;
  const last = name.slice(name.lastIndexOf('.') + 1);
  const near = [...tensors.keys()].filter((other) => other.endsWith(last));
  const shown = (near.length > 0 ? near : [...tensors.keys()]).slice(0, 4);
  throw new UserError('data/tensor-name', `there is no tensor ${JSON.stringify(name)}`, {
    expected: shown.length === 0 ? 'nothing: the store is empty' : `one of ${tensors.size} (${shown.join(', ')} …)`,
  });
}

/** The box, or all of the tensor. Throws `data/box` unless it lies in the tensor. */
export function requireBox(name: string, shape: Shape, box: Box = wholeBox(shape)): Box {
  const isInside =
    box.start.length === shape.length &&
    box.shape.length === shape.length &&
    shape.every((size, d) => {
      const [start, count] = [box.start[d], box.shape[d]];
      return (
        Number.isSafeInteger(start) && Number.isSafeInteger(count) && start >= 0 && count >= 0 && start + count <= size
      );
    });
  if (!isInside)
    throw new UserError('data/box', `a box that does not lie in tensor ${name}`, {
      expected: `a part of [${shape.join(',')}]`,
      given: `[${box.shape.join(',')}] from [${box.start.join(',')}]`,
    });
  return box;
}

/** Zeroed memory. Throws `data/too-large` for more than one array can hold. */
export function allocateBytes(name: string, numBytes: number): Uint8Array<ArrayBuffer> {
  if (numBytes > constants.MAX_LENGTH)
    throw new UserError('data/too-large', `tensor ${name} is too large for one array`, {
      expected: `at most ${formatBytes(constants.MAX_LENGTH)}`,
      given: formatBytes(numBytes),
      advice: 'read it in several boxes',
    });
  return new Uint8Array(numBytes);
}

/** A box of a row-major tensor as runs of contiguous elements, in rising order; offsets and lengths count elements. */
export function boxRuns(shape: Shape, box: Box): { readonly runLength: number; readonly offsets: Iterable<number> } {
  let inner = shape.length - 1;
  while (inner > 0 && box.shape[inner] === shape[inner]) inner--;
  const runLength = inner < 0 ? 1 : numElements(box.shape.slice(inner));
  return { runLength, offsets: numElements(box.shape) === 0 ? [] : runOffsets(shape, box, inner) };
}

function* runOffsets(shape: Shape, box: Box, inner: number): Generator<number> {
  let offset = 0;
  const strides = new Array<number>(shape.length);
  for (let d = shape.length - 1, stride = 1; d >= 0; stride *= shape[d--]) {
    strides[d] = stride;
    offset += box.start[d] * stride;
  }
  const index = new Array<number>(Math.max(inner, 0)).fill(0);
  for (;;) {
    yield offset;
    let d = inner - 1;
    for (; d >= 0; d--) {
      offset += strides[d];
      if (++index[d] < box.shape[d]) break;
      offset -= box.shape[d] * strides[d];
      index[d] = 0;
    }
    if (d < 0) return;
  }
}
