import { HostArray, numElements, UserError } from '../../../base/index.ts';
import { float32Of } from '../float-values.ts';
import { type Box, requireBox, type StoredTensor, type TensorStore, tensorNamed } from '../tensor-store.ts';
import { folderConfig } from './folder-config.ts';
import { type FolderName, folderNameOf, tableByArchitecture } from './folder-names.ts';
import type { GgufFile } from './open-gguf.ts';

/** A model as a folder of Hugging Face holds it. */
export interface ModelOfFolder {
  /** `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: TensorStore;
}

/** A tensor of the folder in terms of the file. */
interface View extends StoredTensor {
  read(box: Box): HostArray;
}

/**
 * Presents a GGUF file as the folder of Hugging Face that it was made from: names, configuration, and values as they were before the converter rearranged
 * them (rows of rotated heads, norms with 1 added, experts in stacks). Boxes are read lazily. Knows the architectures llama (with Mistral and Mixtral),
 * qwen2, qwen2moe, qwen3, qwen3moe, gemma, gemma2, gemma3 and gpt2. Throws `data/gguf-model` for others, and for tensors it does not know. What the
 * format has no key for (windows of Mistral, the scale of queries of unusual Gemmas) cannot come back.
 * Source: the converters of llama.cpp.
 */
export function ggufAsFolder(file: GgufFile): ModelOfFolder {
  const config = folderConfig(file);
  const table = tableByArchitecture.get(String(file.metadata['general.architecture']))!;
  const views = new Map<string, View>();
  const unknown: string[] = [];
  for (const name of file.tensors.keys()) {
    const known = folderNameOf(table, name);
    if (known) for (const [inFolder, view] of viewsOf(file, name, known, config)) views.set(inFolder, view);
    // Its factors are in the configuration.
    else if (name !== 'rope_freqs.weight') unknown.push(name);
  }
  if (unknown.length > 0)
    throw new UserError('data/gguf-model', 'the file holds tensors that are not known of its architecture', {
      given: unknown.slice(0, 5).join(', ') + (unknown.length > 5 ? ` and ${unknown.length - 5} more` : ''),
    });
  return {
    config,
    tensors: {
      tensors: views,
      metadata: file.metadata,
      read: (name, box) => {
        const view = tensorNamed(views, name);
        return view.read(requireBox(name, view.shape, box));
      },
      close: () => file.close(),
    },
  };
}

function viewsOf(
  file: GgufFile,
  name: string,
  { name: inFolder, rearrangement }: FolderName,
  config: Readonly<Record<string, unknown>>,
): [string, View][] {
  const { dtype, shape } = file.tensors.get(name)!;
  if (inFolder.includes('{e}'))
    return Array.from({ length: shape[0] }, (_, expert) => [
      inFolder.replace('{e}', `${expert}`),
      {
        dtype,
        shape: shape.slice(1),
        read: (box) => file.read(name, { start: [expert, ...box.start], shape: [1, ...box.shape] }).reshape(box.shape),
      },
    ]);
  switch (rearrangement) {
    case 'none':
      return [[inFolder, { dtype, shape, read: (box) => file.read(name, box) }]];
    case 'plusOne':
      return [[inFolder, { dtype: 'f32', shape, read: (box) => lessOne(file.read(name, box)) }]];
    case 'row':
      return shape.length === 2
        ? [[inFolder, { dtype, shape, read: (box) => file.read(name, box) }]]
        : [[inFolder, { dtype, shape: [1, ...shape], read: (box) => readRow(file, name, box) }]];
    case 'transposed':
      return [[inFolder, { dtype, shape: [...shape].reverse(), read: (box) => readTransposed(file, name, box) }]];
    case 'rotary': {
      const rows = Number(config.head_dim);
      if (!Number.isInteger(rows) || rows < 2 || rows % 2 !== 0 || shape[0] % rows !== 0)
        throw new UserError('data/gguf-model', `tensor ${name} does not consist of whole heads`, {
          expected: `a multiple of ${rows} rows`,
          given: `[${shape.join(',')}]`,
        });
      return [[inFolder, { dtype, shape, read: (box) => readRotary(file, name, rows, box) }]];
    }
  }
}

function lessOne(array: HostArray): HostArray {
  return new HostArray(
    'f32',
    array.shape,
    float32Of(array).map((x) => x - 1),
  );
}

function readRow(file: GgufFile, name: string, { start, shape }: Box): HostArray {
  if (shape[0] === 0) return HostArray.zeros(file.tensors.get(name)!.dtype, shape);
  return file.read(name, { start: start.slice(1), shape: shape.slice(1) }).reshape(shape);
}

function readTransposed(file: GgufFile, name: string, { start, shape }: Box): HostArray {
  const stored = file.read(name, { start: [...start].reverse(), shape: [...shape].reverse() });
  const out = HostArray.zeros(stored.dtype, shape);
  const [rows, columns] = shape;
  const [from, to] = [stored.data as Float64Array, out.data as Float64Array];
  for (let r = 0, at = 0; r < rows; r++) for (let c = 0; c < columns; c++, at++) to[at] = from[c * rows + r];
  return out;
}

/** Rows of heads in their order: in the file row 2j of a head is row j of its first half, row 2j + 1 that of its second. */
function readRotary(file: GgufFile, name: string, headRows: number, box: Box): HostArray {
  const [start, count] = [box.start[0], box.shape[0]];
  const first = Math.floor(start / headRows) * headRows;
  const end = Math.ceil((start + count) / headRows) * headRows;
  const heads = file.read(name, {
    start: [first, ...box.start.slice(1)],
    shape: [count === 0 ? 0 : end - first, ...box.shape.slice(1)],
  });
  const out = HostArray.zeros(heads.dtype, box.shape);
  const width = numElements(box.shape.slice(1));
  const [from, to] = [heads.data as Float64Array, out.data as Float64Array];
  for (let r = 0; r < count; r++) {
    const row = start + r - first;
    const [head, inHead] = [Math.floor(row / headRows), row % headRows];
    const [half, j] = [Math.floor((2 * inHead) / headRows), inHead % (headRows / 2)];
    const stored = head * headRows + 2 * j + half;
    to.set(from.subarray(stored * width, (stored + 1) * width), r * width);
  }
  return out;
}
