import { HostArray, numElements, product, rowMajorStrides, type Shape } from '../../base/index.ts';
import type { TensorStore } from '../../data/index.ts';
import { type NameRule, type Piece, piecesOf, type Region } from './name-rules.ts';

/**
 * A region of our tensor, read from files. Only what it needs is read, up to whole rows where a view takes rows apart. With `target`, bytes of the region's
 * size, it is read there.
 */
export function readRegion(
  store: TensorStore,
  r: NameRule,
  shape: Shape,
  region: Region,
  target?: Uint8Array,
): HostArray {
  const pieces = piecesOf(r, shape, region);
  const { dtype } = store.tensors.get(pieces[0]?.name ?? r.names[0])!;
  if (pieces.length === 1 && isInOrder(pieces[0]) && !target)
    return readView(store, r, pieces[0]).reshape(region.shape);
  const out = target ? HostArray.fromBytes(dtype, region.shape, target) : HostArray.zeros(dtype, region.shape);
  for (const p of pieces) {
    if (!isInOrder(p)) scatter(readView(store, r, p), p, out);
    else {
      const bytesPerElement = out.data.BYTES_PER_ELEMENT * (out.data.length / Math.max(1, out.size));
      const begin = p.offset * bytesPerElement;
      readView(store, r, p, out.bytes.subarray(begin, begin + numElements(p.region.shape) * bytesPerElement));
    }
  }
  return out;
}

/** Whether a piece's elements come in the order of the region. */
function isInOrder({ region, strides }: Piece): boolean {
  const dense = rowMajorStrides(region.shape);
  return region.shape.every((n, d) => n === 1 || strides[d] === dense[d]);
}

/** The elements of a piece in the order of the view; in `target`, where that is given. */
function readView(store: TensorStore, r: NameRule, { name, region }: Piece, target?: Uint8Array): HostArray {
  const view = r.view ?? r.fileShape;
  const { dtype } = store.tensors.get(name)!;
  const box = boxInFile(r.fileShape, view, region);
  if (box && target && store.readInto) {
    store.readInto(name, box, target);
    return HostArray.fromBytes(dtype, region.shape, target);
  }
  if (box) {
    const array = store.read(name, box).reshape(region.shape);
    target?.set(array.bytes);
    return array;
  }
  // A range of rows of the file that covers the region, of which the elements are picked.
  const row = numElements(r.fileShape.slice(1));
  const strides = rowMajorStrides(view);
  const low = region.start.reduce((at, s, d) => at + s * strides[d], 0);
  const high = region.start.reduce((at, s, d) => at + (s + region.shape[d] - 1) * strides[d], 0);
  const firstRow = Math.floor(low / row);
  const numRows = Math.floor(high / row) - firstRow + 1;
  const rows = store.read(name, {
    start: [firstRow, ...r.fileShape.slice(1).map(() => 0)],
    shape: [numRows, ...r.fileShape.slice(1)],
  });
  const out = target ? HostArray.fromBytes(dtype, region.shape, target) : HostArray.zeros(dtype, region.shape);
  copyStrided(rows, low - firstRow * row, strides, out, 0, rowMajorStrides(region.shape), region.shape);
  return out;
}

/** The box of the file's own shape that a region of a view is, if it is one. */
function boxInFile(file: Shape, view: Shape, region: Region): Region | undefined {
  const box = { start: [] as number[], shape: [] as number[] };
  let next = 0;
  for (const n of file) {
    // The dimensions of the view that make up one of the file.
    const group: number[] = [];
    for (let size = 1; size < n; size *= view[next++]) {
      if (next >= view.length || n % (size * view[next]) !== 0) return undefined;
      group.push(next);
    }
    while (view[next] === 1) next++;
    // One run: single indices, then a range, then everything.
    const range = group.findIndex((d) => region.shape[d] !== 1);
    if (range >= 0 && group.slice(range + 1).some((d) => region.shape[d] !== view[d])) return undefined;
    box.start.push(group.reduce((at, d) => at * view[d] + region.start[d], 0));
    box.shape.push(product(group.map((d) => region.shape[d])));
  }
  return box;
}

function scatter(piece: HostArray, p: Piece, out: HostArray): void {
  copyStrided(piece, 0, rowMajorStrides(p.region.shape), out, p.offset, p.strides, p.region.shape);
}

/** Copies a box of elements between two arrays under any strides, in elements. */
export function copyStrided(
  from: HostArray,
  fromAt: number,
  fromStrides: readonly number[],
  to: HostArray,
  toAt: number,
  toStrides: readonly number[],
  shape: Shape,
): void {
  const [source, target] = [from.data as Float64Array, to.data as Float64Array];
  const last = shape.length - 1;
  if (last < 0) {
    target[toAt] = source[fromAt];
    return;
  }
  if (numElements(shape) === 0) return;
  const visit = (d: number, a: number, b: number): void => {
    const n = shape[d];
    const [s, t] = [fromStrides[d], toStrides[d]];
    if (d < last) for (let i = 0; i < n; i++) visit(d + 1, a + i * s, b + i * t);
    else if (s === 1 && t === 1) target.set(source.subarray(a, a + n), b);
    else for (let i = 0; i < n; i++) target[b + i * t] = source[a + i * s];
  };
  visit(0, fromAt, toAt);
}
