import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { addressableShards, type Tensor } from '../api/index.ts';
import { HostArray, numElements, sameShape, UserError } from '../base/index.ts';
import { type Box, encodeHeader, openSafetensors, type StoredTensor, type TensorStore } from '../data/index.ts';

/*
 * Tensors as the pieces that devices hold. A file of pieces is a safetensors file: a piece that is all of a tensor has the tensor's name, any other the name with
 * the place where it begins. The manifest of a checkpoint says which file has which box, so any mesh can read the boxes it needs.
 */

/** A box of a tensor that can be read. */
export interface Piece extends Box {
  /** Only to be read, while the tensor lives. */
  readonly read: () => HostArray | Promise<HostArray>;
}

export interface TensorInPieces extends StoredTensor {
  readonly pieces: readonly Piece[];
}

/** Where the manifest finds a tensor: `pieces` cover all of `shape`, each once. */
export interface ManifestEntry extends StoredTensor {
  readonly pieces: readonly (Box & { readonly file: string })[];
}
export type Manifest = Readonly<Record<string, ManifestEntry>>;

/** An array of the host as one piece. */
export const wholePiece = (array: HostArray): TensorInPieces => ({
  dtype: array.dtype,
  shape: array.shape,
  pieces: [{ start: array.shape.map(() => 0), shape: array.shape, read: () => array }],
});

/** The different pieces of a tensor, those that several devices hold once; their elements stay where they are until they are read. */
export function piecesOf(tensor: Tensor): TensorInPieces {
  const { dtype, shape } = tensor;
  const byPlace = new Map<string, Piece>();
  for (const { offset, shape: size, data } of addressableShards(tensor))
    if (numElements(size) > 0 || numElements(shape) === 0)
      byPlace.set(offset.join(), { start: offset, shape: size, read: () => data({ copy: false }) });
  if (byPlace.size === 0)
    byPlace.set('', { start: shape.map(() => 0), shape, read: () => tensor.toHost({ copy: false }) });
  return { dtype, shape, pieces: [...byPlace.values()] };
}

const pieceName = (name: string, { shape }: StoredTensor, piece: Box): string =>
  sameShape(piece.shape, shape) ? name : `${name}@${piece.start.join(',')}`;

/** Bytes handed to the system at a time, so that other work of the process has its turn between them. */
const SLICE_BYTES = 8 << 20;

/** Writes the pieces of tensors to `<folder>/<file>`, on other threads than this one, and waits until they are on disk. Gives what the manifest says of them. */
export async function writePieces(
  folder: string,
  file: string,
  tensors: ReadonlyMap<string, TensorInPieces>,
): Promise<Manifest> {
  const stored = [...tensors].flatMap(([name, tensor]) =>
    tensor.pieces.map((piece) => ({ name: pieceName(name, tensor, piece), dtype: tensor.dtype, piece })),
  );
  const header = encodeHeader(
    stored.map(({ name, dtype, piece }) => [name, { dtype, shape: piece.shape }]),
    { format: 'espalier' },
  );
  const handle = await open(join(folder, file), 'w');
  try {
    await writeSlices(handle, header);
    for (const { piece } of stored) await writeSlices(handle, (await piece.read()).bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return Object.fromEntries(
    [...tensors].map(([name, { dtype, shape, pieces }]) => [
      name,
      { dtype, shape, pieces: pieces.map((p) => ({ file, start: p.start, shape: p.shape })) },
    ]),
  );
}

async function writeSlices(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, Math.min(SLICE_BYTES, bytes.length - at));
    at += bytesWritten;
  }
}

/** Reads tensors, from whichever pieces they were written in. Throws `train/checkpoint` where pieces do not make up a tensor, or `data/safetensors`. */
export function readPieces(folder: string, manifest: Manifest): Map<string, HostArray> {
  const stores = new Map<string, TensorStore>();
  const storeOf = (file: string): TensorStore => {
    let store = stores.get(file);
    if (!store) {
      store = openSafetensors(join(folder, file));
      stores.set(file, store);
    }
    return store;
  };
  try {
    return new Map(
      Object.entries(manifest).map(([name, entry]) => {
        const parts = entry.pieces.map((piece) => ({
          start: piece.start,
          array: storeOf(piece.file).read(pieceName(name, entry, piece)),
          shape: piece.shape,
        }));
        return [name, joined(name, entry, parts)];
      }),
    );
  } finally {
    for (const store of stores.values()) store.close();
  }
}

function joined(
  name: string,
  { dtype, shape }: ManifestEntry,
  parts: readonly (Box & { readonly array: HostArray })[],
): HostArray {
  const wrong = (given: string): UserError =>
    new UserError('train/checkpoint', `the pieces of ${name} do not make it up`, {
      expected: `${dtype}[${shape.join(',')}]`,
      given,
    });
  for (const { start, shape: size, array } of parts) {
    if (array.dtype !== dtype || !sameShape(array.shape, size)) throw wrong(`${array.dtype}[${array.shape.join(',')}]`);
    if (start.length !== shape.length || start.some((s, d) => s < 0 || s + size[d] > shape[d]))
      throw wrong(`a piece [${size.join(',')}] at [${start.join(',')}]`);
  }
  const covered = parts.reduce((n, p) => n + numElements(p.shape), 0);
  if (covered !== numElements(shape)) throw wrong(`${covered} elements`);
  if (parts.length === 1) return parts[0].array;
  const whole = HostArray.zeros(dtype, shape);
  for (const { start, array } of parts) putBox(whole, array, start);
  return whole;
}

/** Copies an array into its box of a larger one, run by run. */
function putBox(whole: HostArray, part: HostArray, start: readonly number[]): void {
  const rank = part.shape.length;
  const width = part.bytes.length / Math.max(1, part.size);
  const run = rank === 0 ? 1 : part.shape[rank - 1];
  const index = part.shape.map(() => 0);
  for (let from = 0; from < part.size; from += run) {
    const to = index.reduce((at, i, d) => at * whole.shape[d] + start[d] + i, 0);
    whole.bytes.set(part.bytes.subarray(from * width, (from + run) * width), to * width);
    for (let d = rank - 2; d >= 0 && ++index[d] === part.shape[d]; d--) index[d] = 0;
  }
}

/** Reads a manifest as data. Throws `train/checkpoint`. */
export function decodeManifest(value: unknown): Manifest {
  const isRecord = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null;
  const isSizes = (x: unknown): boolean => Array.isArray(x) && x.every((n) => Number.isSafeInteger(n) && n >= 0);
  const isPiece = (x: unknown): boolean =>
    isRecord(x) &&
    typeof x.file === 'string' &&
    /^[\w.-]+\.safetensors$/.test(x.file) &&
    isSizes(x.start) &&
    isSizes(x.shape);
  const odd = isRecord(value)
    ? Object.entries(value).find(
        ([, e]) =>
          !isRecord(e) ||
          typeof e.dtype !== 'string' ||
          !isSizes(e.shape) ||
          !Array.isArray(e.pieces) ||
          !e.pieces.every(isPiece),
      )?.[0]
    : 'the top';
  if (odd !== undefined)
    throw new UserError('train/checkpoint', `checkpoint.json is damaged at tensors.${odd}`, {
      given: (JSON.stringify(isRecord(value) ? value[odd] : value) ?? 'nothing').slice(0, 80),
    });
  return value as Manifest;
}
