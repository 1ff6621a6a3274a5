import type { RopeConfig, RopeScaling } from '../../nn/index.ts';
import { ConfigReader, isJson, type Json } from './config-reader.ts';

/*
 * Rotary position embedding in both dialects of config.json: `rope_theta` with `rope_scaling` (whose kind is called `type` or
 * `rope_type`), and `rope_parameters`, flat or per kind of layer.
 */

export interface RopeDefaults {
  readonly headDim: number;
  readonly theta: number;
  readonly maxPositions: number;
  /** Before it was stretched, where neither the rotation nor the file says so; default `maxPositions`. */
  readonly originalMaxPositions?: number;
  readonly interleaved?: boolean;
  /** Of `rope_parameters` with one entry per kind of layer. */
  readonly layerType?: string;
  /** Name of the base of this kind of layer in hub files (`rope_local_base_freq`). */
  readonly thetaKey?: string;
  /** Whether hub files scale this kind of layer. Default true. */
  readonly isScaled?: boolean;
  /** Part of the head that turns, unless the file says otherwise; absent where the published class turns all, whatever files say. */
  readonly partial?: number;
}

/** The rotation of a kind of layers. Throws `models/config` for a scaling that is not known. */
export function readRope(c: ConfigReader, d: RopeDefaults): RopeConfig {
  const parameters = ropeParameters(c, d);
  const p = parameters ?? (d.isScaled === false ? new ConfigReader({}) : c.nested('rope_scaling'));
  const theta = p.number('rope_theta', c.number(d.thetaKey ?? 'rope_theta', d.theta));
  const kind = p.text('rope_type', p.text('type', 'default'));
  const partial =
    d.partial === undefined ? 1 : p.number('partial_rotary_factor', c.number('partial_rotary_factor', d.partial));
  if (!(partial > 0 && partial <= 1)) throw c.wrong('partial_rotary_factor', 'a number above 0, at most 1');
  const dims = kind === 'proportional' ? d.headDim : 2 * Math.floor((d.headDim * partial) / 2);
  return {
    dims,
    theta,
    ...(d.interleaved ? { interleaved: true } : {}),
    scaling: readScaling(p, kind, c, d, partial),
  };
}

function ropeParameters(c: ConfigReader, d: RopeDefaults): ConfigReader | undefined {
  if (!c.has('rope_parameters')) return undefined;
  const all = c.nested('rope_parameters');
  const own = d.layerType === undefined ? undefined : (all.json as Json)[d.layerType];
  return isJson(own) ? new ConfigReader(own, `rope_parameters.${d.layerType}`) : all;
}

function readScaling(p: ConfigReader, kind: string, c: ConfigReader, d: RopeDefaults, partial: number): RopeScaling {
  const factor = (): number => p.number('factor', 1);
  const original = (): number =>
    p.number(
      'original_max_position_embeddings',
      c.number('original_max_position_embeddings', d.originalMaxPositions ?? d.maxPositions),
    );
  switch (kind) {
    case 'default':
      return { kind: 'none' };
    case 'linear':
      return { kind: 'linear', factor: factor() };
    case 'dynamic':
      return { kind: 'dynamic', factor: factor(), maxPositions: d.maxPositions };
    case 'llama3':
      return {
        kind: 'llama3',
        factor: factor(),
        lowFrequencyFactor: p.number('low_freq_factor', 1),
        highFrequencyFactor: p.number('high_freq_factor', 4),
        originalMaxPositions: original(),
      };
    case 'yarn':
      return {
        kind: 'yarn',
        factor: p.has('original_max_position_embeddings') && !p.has('factor') ? d.maxPositions / original() : factor(),
        originalMaxPositions: original(),
        betaFast: p.number('beta_fast', 32),
        betaSlow: p.number('beta_slow', 1),
        attentionFactor: yarnAttentionFactor(p, factor()),
        truncate: p.flag('truncate', true),
      };
    case 'longrope':
    case 'su': {
      const [short, long] = [p.numbers('short_factor'), p.numbers('long_factor')];
      if (!short) throw p.wrong('short_factor', 'a list of numbers');
      if (!long) throw p.wrong('long_factor', 'a list of numbers');
      const numPairs = Math.floor((d.headDim * partial) / 2);
      for (const [key, list] of Object.entries({ short_factor: short, long_factor: long }))
        if (list.length !== numPairs || !list.every((x) => x > 0))
          throw p.wrong(key, `${numPairs} positive numbers, one for each pair of dimensions that turns`);
      const grown = p.has('factor') ? factor() : d.maxPositions / original();
      return {
        kind: 'longrope',
        shortFactors: short,
        longFactors: long,
        originalMaxPositions: original(),
        attentionFactor: p.number(
          'attention_factor',
          grown <= 1 ? 1 : Math.sqrt(1 + Math.log(grown) / Math.log(original())),
        ),
      };
    }
    case 'proportional':
      return { kind: 'proportional', rotatedPairs: Math.floor(Math.floor(partial * d.headDim) / 2) };
    default:
      throw p.wrong(p.has('rope_type') ? 'rope_type' : 'type', 'default, linear, dynamic, llama3, yarn or longrope');
  }
}

/** `0.1 · scale · ln(factor) + 1` of yarn. */
export const yarnScale = (factor: number, scale = 1): number => (factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1);

function yarnAttentionFactor(p: ConfigReader, factor: number): number {
  const given = p.optionalNumber('attention_factor');
  if (given !== undefined) return given;
  const [m, all] = [p.optionalNumber('mscale'), p.optionalNumber('mscale_all_dim')];
  return m && all ? yarnScale(factor, m) / yarnScale(factor, all) : yarnScale(factor);
}

/** Up to which length a model with this rotation can be run, when files say `maxPositions`: scalings stretch it. */
export function reachOf({ scaling: s }: RopeConfig, maxPositions: number): number {
  switch (s.kind) {
    case 'linear':
      return Math.ceil(maxPositions * Math.max(1, s.factor));
    case 'dynamic':
      // It grows with the text, without end.
      return Math.max(maxPositions, 2 ** 20);
    case 'yarn':
    case 'llama3':
      return Math.max(maxPositions, Math.ceil(s.originalMaxPositions * s.factor));
    default:
      return maxPositions;
  }
}
