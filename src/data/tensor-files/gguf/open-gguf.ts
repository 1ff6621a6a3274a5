import { HostArray, numElements, UserError } from '../../../base/index.ts';
import { OpenedFile } from '../opened-file.ts';
import { allocateBytes, type Box, requireBox, type TensorStore, tensorNamed } from '../tensor-store.ts';
import { type GgufHeader, type GgufTensor, type PlacedTensor, readGgufHeader } from './gguf-header.ts';
import type { GgufField } from './metadata-fields.ts';
import { type GgufType, ggufTypeInfo } from './tensor-types.ts';

/** Packed bytes of a tensor or of a box of it, rows one after the other; `shape` counts elements. */
export interface PackedTensor {
  readonly type: GgufType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Tensors and metadata of a model in the GGUF format. `read` gives plain types as they are and packed ones as float32. */
export interface GgufFile extends TensorStore {
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  /** Values by key; without prototype, so that any key may be asked for. */
  readonly metadata: Readonly<Record<string, GgufField['value']>>;
  /** The same values with their types. */
  readonly fields: ReadonlyMap<string, GgufField>;
  /**
   * A tensor, or a box of it, as it is stored. Throws as `read` does, and `data/box` for a box that cuts blocks of the innermost
   * dimension.
   */
  readRaw(name: string, box?: Box): PackedTensor;
}

interface Part extends GgufHeader {
  readonly file: OpenedFile;
}

/**
 * Opens a GGUF file (version 2 or 3); of a split model (`…-00001-of-00003.gguf`), all of its files, whichever is named. Throws `data/gguf` when a
 * file is no GGUF file, is cut short or hostile, or when the parts do not belong together.
 */
export function openGguf(path: string): GgufFile {
  const parts: Part[] = [];
  const close = (): void => {
    for (const { file } of parts) file.close();
  };
  try {
    for (const name of partsOf(path)) parts.push(openPart(name));
    const partByName = new Map<string, Part>();
    for (const part of parts)
      for (const name of part.tensors.keys()) {
        if (partByName.has(name)) throw wrongParts(path, `tensor ${JSON.stringify(name)} in two files`);
        partByName.set(name, part);
      }
    requireParts(path, parts, partByName.size);
    const tensors = new Map<string, PlacedTensor>(parts.flatMap((part) => [...part.tensors]));
    const { fields } = parts[0];
    const metadata: Record<string, GgufField['value']> = Object.create(null);
    for (const [key, { value }] of fields) metadata[key] = value;
    const blocks = (name: string, box: Box): Uint8Array => {
      const { type, shape, begin } = tensorNamed(tensors, name);
      const { blockElements, blockBytes } = ggufTypeInfo(type);
      const inBlocks = (sizes: readonly number[]): number[] =>
        sizes.map((n, d) => (d === sizes.length - 1 ? n / blockElements : n));
      const blockBox = { start: inBlocks(box.start), shape: inBlocks(box.shape) };
      return partByName.get(name)!.file.readBox(name, begin, blockBytes, inBlocks(shape), blockBox);
    };
    return {
      tensors,
      fields,
      metadata,
      read: (name, box) => {
        const tensor = tensorNamed(tensors, name);
        return readValues(name, tensor, requireBox(name, tensor.shape, box), (b) => blocks(name, b));
      },
      readRaw: (name, box) => {
        const { type, shape } = tensorNamed(tensors, name);
        const wanted = requireBox(name, shape, box);
        const { blockElements } = ggufTypeInfo(type);
        if ([wanted.start.at(-1) ?? 0, wanted.shape.at(-1) ?? blockElements].some((n) => n % blockElements !== 0))
          throw new UserError('data/box', `a box that cuts blocks of tensor ${name}`, {
            expected: `multiples of ${blockElements} in the innermost dimension`,
            given: `[${wanted.shape.join(',')}] from [${wanted.start.join(',')}]`,
          });
        return { type, shape: wanted.shape, bytes: blocks(name, wanted) };
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function openPart(path: string): Part {
  const file = new OpenedFile(path, 'data/gguf');
  try {
    return { file, ...readGgufHeader(file) };
  } catch (error) {
    file.close();
    throw error;
  }
}

function readValues(name: string, tensor: GgufTensor, box: Box, blocks: (box: Box) => Uint8Array): HostArray {
  const { type } = tensor;
  const { dtype, blockElements, dequantize } = ggufTypeInfo(type);
  if (dtype !== undefined) return HostArray.fromBytes(dtype, box.shape, blocks(box));
  if (dequantize === undefined)
    throw new UserError('data/gguf', `tensor ${name} has type ${type}, whose values are not computed`, {
      advice: 'use another quantization of the model, or readRaw for the packed bytes',
    });
  // Whole blocks around the box.
  const inner = box.shape.length - 1;
  const [first, end] = [box.start[inner], box.start[inner] + box.shape[inner]];
  const from = Math.floor(first / blockElements) * blockElements;
  const width = Math.ceil(end / blockElements) * blockElements - from;
  const shape = box.shape.with(inner, width);
  const values = new Float32Array(allocateBytes(name, numElements(shape) * 4).buffer);
  dequantize(blocks({ start: box.start.with(inner, from), shape }), values);
  if (width === box.shape[inner]) return new HostArray('f32', box.shape, values);
  const out = new Float32Array(numElements(box.shape));
  for (let o = 0, row = first - from; o < out.length; o += end - first, row += width)
    out.set(values.subarray(row, row + end - first), o);
  return new HostArray('f32', box.shape, out);
}

const PART_NAME = /-(\d{5})-of-(\d{5})\.gguf$/;

/** Paths of all files of a model. */
function partsOf(path: string): string[] {
  const match = PART_NAME.exec(path);
  if (match === null) return [path];
  const count = Number(match[2]);
  if (count === 0 || Number(match[1]) === 0 || Number(match[1]) > count)
    throw wrongParts(path, 'a name that cannot be');
  const stem = path.slice(0, -match[0].length);
  return Array.from({ length: count }, (_, i) => `${stem}-${String(i + 1).padStart(5, '0')}-of-${match[2]}.gguf`);
}

const wrongParts = (path: string, given: string): UserError =>
  new UserError('data/gguf', `${path} is no complete split model`, { given });

/** The parts' own keys must say what their names say. */
function requireParts(path: string, parts: readonly Part[], tensorCount: number): void {
  const splitValue = (part: Part, key: string): unknown => part.fields.get(`split.${key}`)?.value;
  for (const [i, part] of parts.entries()) {
    const [no, count] = [splitValue(part, 'no'), splitValue(part, 'count')];
    if (count === undefined && parts.length === 1) continue;
    if (count !== parts.length)
      throw new UserError('data/gguf', `${part.file.path} is a part of another model, or its name was changed`, {
        expected: `split.count ${parts.length}, as in its name`,
        given: `${count}`,
        advice: 'keep the names -00001-of-0000N.gguf, and all parts in one folder',
      });
    if (no !== i) throw wrongParts(part.file.path, `split.no ${no} in part ${i + 1}`);
  }
  const total = splitValue(parts[0], 'tensors.count');
  if (typeof total === 'number' && total !== tensorCount)
    throw wrongParts(path, `${tensorCount} tensors where split.tensors.count tells of ${total}`);
}
