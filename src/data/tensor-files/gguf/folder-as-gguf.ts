import { HostArray, numElements, UserError } from '../../../base/index.ts';
import { float32Of } from '../float-values.ts';
import type { TensorSource } from '../write-tensor-folder.ts';
import { type GgufName, ggufNameOf, tableByArchitecture } from './folder-names.ts';
import { ggufTypeInfo } from './tensor-types.ts';
import type { GgufOutputType, GgufTensorSource } from './write-gguf.ts';

/** What most weights of a file are kept as; vectors, norms and routers are float32 in all of them. */
export type GgufFileType = 'f32' | 'f16' | 'bf16' | 'q8_0' | 'q4_0' | 'q4_k' | 'q6_k';

/* What weights and the head become, and `general.file_type`. The head of 4-bit files has 6 bits. Source: `llama_ftype` of llama.cpp. */
const fileTypes: Readonly<Record<GgufFileType, { weights: GgufOutputType; head: GgufOutputType; id: number }>> = {
  f32: { weights: 'F32', head: 'F32', id: 0 },
  f16: { weights: 'F16', head: 'F16', id: 1 },
  bf16: { weights: 'BF16', head: 'BF16', id: 32 },
  q8_0: { weights: 'Q8_0', head: 'Q8_0', id: 7 },
  q4_0: { weights: 'Q4_0', head: 'Q6_K', id: 2 },
  q4_k: { weights: 'Q4_K', head: 'Q6_K', id: 14 },
  q6_k: { weights: 'Q6_K', head: 'Q6_K', id: 18 },
};

export const ggufFileTypes = Object.keys(fileTypes) as readonly GgufFileType[];
/** `general.file_type` of a file type. */
export const ggufFileTypeId = (type: GgufFileType): number => fileTypes[type].id;

/** What takes the place of a type whose blocks do not divide the rows. Source: `llama-quant.cpp` of llama.cpp. */
const fallbacks: Partial<Record<GgufOutputType, GgufOutputType>> = {
  Q4_K: 'Q5_0',
  Q6_K: 'Q8_0',
  Q5_0: 'F16',
  Q4_0: 'F16',
  Q8_0: 'F16',
};

/** Kept as float32 in every file: small, and llama.cpp reads them as nothing else. */
const ALWAYS_F32 = /(_norm\.weight|\.ffn_gate_inp(_shexp)?\.weight|^position_embd\.weight|\.bias)$/;

/** A tensor of a model. */
export interface GgufModelTensor extends GgufTensorSource {
  /** What it would be if blocks of that divided its rows; else `type` is the nearest that do. */
  readonly wanted: GgufOutputType;
}

function typesOf(
  name: string,
  shape: readonly number[],
  fileType: GgufFileType,
  hasHead: boolean,
): Pick<GgufModelTensor, 'wanted' | 'type'> {
  if (shape.length < 2 || ALWAYS_F32.test(name)) return { wanted: 'F32', type: 'F32' };
  const { weights, head } = fileTypes[fileType];
  const wanted = name === (hasHead ? 'output.weight' : 'token_embd.weight') ? head : weights;
  let type = wanted;
  while (shape[shape.length - 1] % ggufTypeInfo(type).blockElements !== 0) type = fallbacks[type]!;
  return { wanted, type };
}

/** What a model is written as. */
export interface GgufModelOptions {
  readonly type: GgufFileType;
  /** Rows of a head, whose halves alternate in files of the architecture llama. */
  readonly headDim: number;
}

/**
 * The tensors of a folder as those of a GGUF file, each made when it is written: named, rearranged and typed as llama.cpp expects them of the
 * architecture; the inverse of `ggufAsFolder`. Throws `data/gguf-model` for architectures and tensors that are not known.
 * Source: the converters of llama.cpp.
 */
export function ggufTensorsOf(
  architecture: string,
  tensors: ReadonlyMap<string, TensorSource>,
  { type, headDim }: GgufModelOptions,
): GgufModelTensor[] {
  const table = tableByArchitecture.get(architecture);
  if (!table)
    throw new UserError('data/gguf-model', 'models of this architecture cannot be written as GGUF', {
      expected: [...tableByArchitecture.keys()].join(', '),
      given: architecture,
    });
  const partsByName = new Map<string, { known: GgufName; source: TensorSource }[]>();
  const unknown: string[] = [];
  for (const [name, source] of tensors) {
    const known = ggufNameOf(table, name);
    if (!known) unknown.push(name);
    else partsByName.set(known.name, [...(partsByName.get(known.name) ?? []), { known, source }]);
  }
  if (unknown.length > 0)
    throw new UserError('data/gguf-model', `the model holds tensors that GGUF has no names for (${architecture})`, {
      given: unknown.slice(0, 5).join(', ') + (unknown.length > 5 ? ` and ${unknown.length - 5} more` : ''),
    });
  const hasHead = partsByName.has('output.weight');
  return [...partsByName].map(([name, parts]) => {
    const [{ known, source }] = parts;
    const one = shapeInFile(known, source.shape);
    const shape = known.expert === undefined ? one : [parts.length, ...one];
    const data =
      known.expert === undefined
        ? async () => rearranged(await source.read(), known, headDim)
        : () => stacked(name, parts, shape);
    return { name, ...typesOf(name, shape, type, hasHead), shape, data };
  });
}

function shapeInFile({ rearrangement }: GgufName, shape: readonly number[]): readonly number[] {
  return rearrangement === 'transposed' ? [...shape].reverse() : shape;
}

/** Experts one after the other. */
async function stacked(
  name: string,
  parts: readonly { readonly known: GgufName; readonly source: TensorSource }[],
  shape: readonly number[],
): Promise<HostArray> {
  const out = HostArray.zeros(parts[0].source.dtype, shape);
  const each = numElements(shape.slice(1));
  const isSeen = new Set<number>();
  for (const { known, source } of parts) {
    const expert = known.expert!;
    if (expert >= parts.length || isSeen.has(expert))
      throw new UserError('data/gguf-model', `the experts of ${name} are not numbered without gaps`, {
        given: `expert ${expert} of ${parts.length}`,
      });
    isSeen.add(expert);
    (out.data as Float64Array).set((await source.read()).data as Float64Array, expert * each);
  }
  return out;
}

function rearranged(array: HostArray, { rearrangement }: GgufName, headDim: number): HostArray {
  switch (rearrangement) {
    case 'none':
    case 'row':
      return array;
    case 'plusOne':
      return new HostArray(
        'f32',
        array.shape,
        float32Of(array).map((x) => x + 1),
      );
    case 'transposed': {
      const [rows, columns] = array.shape;
      const out = HostArray.zeros(array.dtype, [columns, rows]);
      const [from, to] = [array.data as Float64Array, out.data as Float64Array];
      for (let r = 0, at = 0; r < rows; r++) for (let c = 0; c < columns; c++, at++) to[c * rows + r] = from[at];
      return out;
    }
    case 'rotary': {
      // Row j of the first half of a head goes to row 2j, that of the second to row 2j + 1.
      const out = HostArray.zeros(array.dtype, array.shape);
      const width = numElements(array.shape.slice(1));
      const [from, to] = [array.data as Float64Array, out.data as Float64Array];
      const half = headDim / 2;
      for (let row = 0; row < array.shape[0]; row++) {
        const inHead = row % headDim;
        const stored = row - inHead + 2 * (inHead % half) + Math.floor(inHead / half);
        to.set(from.subarray(row * width, (row + 1) * width), stored * width);
      }
      return out;
    }
  }
}
