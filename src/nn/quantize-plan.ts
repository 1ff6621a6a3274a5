import type { Mesh } from '../api/index.ts';
import { product, UserError } from '../base/index.ts';
import { type AxisRules, defaultRules, specOf } from './axis-rules.ts';
import { type Declared, type DeclaredTree, mapDeclared } from './declared.ts';
import { DeclaredMatrix, DeclaredTable } from './projection.ts';
import { groupFor, type QuantizedDeclaration, type QuantizeOptions, quantizedDeclaration } from './quantized.ts';

/** How one declared weight is kept in few bits. */
export interface QuantizePlan {
  readonly bits: 8 | 4;
  /** Neighbours along the last dimension that share a scale. */
  readonly group: number;
  readonly declared: QuantizedDeclaration;
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
 * undefined for all else, and where no group fits.
 */
export function quantizePlan(d: Declared, path: string, how: QuantizeOptions, o: CutOver): QuantizePlan | undefined {
  if (!isMultiplied(d)) return undefined;
  const last = specOf(d.axes, o.rules ?? defaultRules, o.mesh, { shape: d.shape, path }).entries[d.shape.length - 1];
  const cuts = product([last ?? []].flat().map((m) => o.mesh?.axisSize(m) ?? 1));
  const group = groupFor(d.shape[d.shape.length - 1], cuts, how);
  return group === undefined
    ? undefined
    : { bits: how.bits, group, declared: quantizedDeclaration(d, how.bits, group) };
}

/** The declarations of a model whose products read few bits. */
export const quantizedDeclarations = (declared: DeclaredTree, how: QuantizeOptions, o: CutOver = {}): DeclaredTree =>
  mapDeclared((d, path) => quantizePlan(d, path, how, o)?.declared ?? d, declared) as DeclaredTree;

/** `q8` or `q4`: groups of 32, as GGUF's Q8_0 and Q4_0; or bits and group. Throws `nn/quantize` for what products cannot read. */
export function quantizeOptions(how: 'q8' | 'q4' | QuantizeOptions): QuantizeOptions {
  if (how === 'q8' || how === 'q4') return { bits: how === 'q8' ? 8 : 4, group: 32 };
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
