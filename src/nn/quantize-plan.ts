import { type Mesh, type Tensor, tree } from '../api/index.ts';
import { type HostArray, product, UserError } from '../base/index.ts';
import { type AxisRules, defaultRules, specOf } from './axis-rules.ts';
import { type Declared, type DeclaredTree, heldFor, mapDeclared, type TensorsOf } from './declared.ts';
import { fakeQuantized, matQuantizeArray, requireBits, type SliceOptions, storedBits } from './matquant.ts';
import { DeclaredMatrix, DeclaredTable } from './projection.ts';
import {
  groupFor,
  type QuantizedArrays,
  type QuantizedDeclaration,
  type QuantizeOptions,
  quantizeArray,
  quantizedDeclaration,
} from './quantized.ts';

/** MLPs in the first bits of 8-bit codes: for weights that were trained so (`fakeQuantized`). */
export interface MatQuantOptions {
  /** Bits of the layers in turn; the last number is that of all further ones. */
  readonly matquant: readonly number[];
  readonly extraBit?: boolean | undefined;
  /** Bits of the whole codes; default 8. */
  readonly of?: number | undefined;
}

/** How a model's weights are kept in few bits. */
export type QuantizeHow = QuantizeOptions | MatQuantOptions;

/** How one declared weight is kept in few bits. */
export interface QuantizePlan {
  /** Bits of a stored code. */
  readonly bits: 8 | 4;
  /** Neighbours along the last dimension that share a scale. */
  readonly group: number;
  readonly declared: QuantizedDeclaration;
  /** `f32[…, n]`, whole groups of it, in few bits. */
  readonly round: (x: HostArray) => QuantizedArrays;
}

/** Where weights are cut. */
export interface CutOver {
  readonly mesh?: Mesh | undefined;
  readonly rules?: AxisRules | undefined;
}

/** Whether products read a weight. */
export const isMultiplied = (d: Declared): boolean => d instanceof DeclaredMatrix || d instanceof DeclaredTable;

/**
 * How a declared weight is kept in few bits, so that no group lies on two devices: what products read (projections, experts, a tied embedding);
 * undefined for all else, and where no group fits. Throws `nn/matquant` for bits that codes do not have.
 */
export function quantizePlan(d: Declared, path: string, how: QuantizeHow, o: CutOver): QuantizePlan | undefined {
  if (!isMultiplied(d)) return undefined;
  const size = d.shape[d.shape.length - 1];
  const last = specOf(d.axes, o.rules ?? defaultRules, o.mesh, { shape: d.shape, path }).entries[d.shape.length - 1];
  const cuts = product([last ?? []].flat().map((m) => o.mesh?.axisSize(m) ?? 1));
  if ('matquant' in how) {
    const slice = sliceOf(d, path, how);
    if (!slice) return undefined;
    const bits = storedBits(slice, size / cuts);
    return {
      bits,
      group: size,
      declared: quantizedDeclaration(d, bits, size, true),
      round: (x) => matQuantizeArray(x, slice, bits),
    };
  }
  // What is multiplied over its outputs, too, has one scale per output: products read no groups along a dimension that stays.
  const { bits, group: asked }: QuantizeOptions = d.has('bothWays') ? { bits: 8 } : how;
  const group = groupFor(size, cuts, { bits, group: asked });
  if (group === undefined) return undefined;
  return { bits, group, declared: quantizedDeclaration(d, bits, group), round: (x) => quantizeArray(x, bits, group) };
}

/** The bits that are kept of a weight of an MLP; undefined for other weights. */
export function sliceOf(
  d: Declared,
  path: string,
  { matquant, extraBit, of }: MatQuantOptions,
): SliceOptions | undefined {
  if (!isMultiplied(d) || !d.axes.includes('mlp')) return undefined;
  const layer = Number(/layers\[(\d+)\]/.exec(path)?.[1] ?? 0);
  return { bits: matquant[Math.min(layer, matquant.length - 1)], extraBit, of };
}

/** The weights with those of MLPs as they will be in few bits (`fakeQuantized`), for training. Traceable. */
export function fakeQuantizedWeights(
  declared: DeclaredTree,
  weights: TensorsOf<DeclaredTree>,
  how: MatQuantOptions,
): TensorsOf<DeclaredTree> {
  const { treedef, leaves, paths } = tree.flatten(declared);
  const held = heldFor(declared, weights).map((w, i) => {
    const slice = sliceOf(leaves[i] as Declared, paths[i], how);
    return slice ? fakeQuantized(w as Tensor, slice) : w;
  });
  return tree.unflatten(treedef, held) as TensorsOf<DeclaredTree>;
}

/** The declarations of a model whose products read few bits. */
export const quantizedDeclarations = (declared: DeclaredTree, how: QuantizeHow, o: CutOver = {}): DeclaredTree =>
  mapDeclared((d, path) => quantizePlan(d, path, how, o)?.declared ?? d, declared) as DeclaredTree;

/** `q8` or `q4`: groups of 32, as GGUF's Q8_0 and Q4_0; or bits and group. Throws `nn/quantize` for what products cannot read. */
export function quantizeOptions(how: 'q8' | 'q4' | QuantizeHow): QuantizeHow {
  if (how === 'q8' || how === 'q4') return { bits: how === 'q8' ? 8 : 4, group: 32 };
  if (typeof how !== 'object' || how === null)
    throw new UserError('nn/quantize', 'weights cannot be kept so', {
      expected: 'q8, q4, or bits and group',
      given: String(how),
    });
  if ('matquant' in how) {
    for (const bits of how.matquant) requireBits(bits, how.of);
    return how;
  }
  const { bits, group } = how;
  if (
    (bits !== 8 && bits !== 4) ||
    (group !== undefined && ![32, 64, 128].includes(group)) ||
    (bits === 4 && group === undefined)
  )
    throw new UserError('nn/quantize', 'weights cannot be kept so', {
      expected: '8 bits with a scale per channel, or 8 or 4 bits in groups of 32, 64 or 128',
      given: `${bits} bits, ${group === undefined ? 'a scale per channel' : `groups of ${group}`}`,
    });
  return how;
}
