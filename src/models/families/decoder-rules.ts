import type { Shape } from '../../base/index.ts';
import type { NormConfig } from '../../nn/index.ts';
import type { NameRule } from '../folder/name-rules.ts';
import type { DecoderConfig, ExpertsMlp, GroupedAttention, LatentAttention, LayerConfig } from '../stack/config.ts';

/*
 * Names of weights as most decoders on Hugging Face have them: separate projections, outputs before inputs. A family whose names are
 * these says where it differs; one with fused or transposed projections writes its own rules with `RuleList`.
 */

/** Rules under construction. */
export class RuleList {
  readonly rules: NameRule[] = [];

  /** Our tensor at `path` is the file's `name`, of this shape, seen in another way where `how` says so. */
  add(path: string, name: string | readonly string[], fileShape: Shape, how: Partial<NameRule> = {}): void {
    const names = typeof name === 'string' ? { names: [name] } : { names: name, isStacked: true };
    this.rules.push({ path, ...names, fileShape, ...how });
  }

  /** A norm's weight and bias. */
  norm(path: string, name: string, size: number, c: NormConfig): void {
    if (c.weight !== false) this.add(`${path}.weight`, `${name}.weight`, [size]);
    if (c.bias) this.add(`${path}.bias`, `${name}.bias`, [size]);
  }
}

/** Where names differ between families. */
export interface DecoderNames {
  /** Before everything but the head. Default `model.`. */
  readonly prefix?: string;
  /** Of the whole model, head included (`language_model.`). */
  readonly outer?: string;
  readonly attentionNorm?: string;
  readonly afterAttentionNorm?: string;
  readonly mlpNorm?: string;
  readonly afterMlpNorm?: string;
  readonly moe?: MoeNames;
}
export interface MoeNames {
  /** Default `mlp.gate`. */
  readonly router?: string;
  /** Default `mlp.experts`. */
  readonly experts?: string;
  readonly gate?: string;
  readonly up?: string;
  readonly down?: string;
  readonly shared?: string;
}

/** The rules of a decoder with such names. */
export function decoderRules(c: DecoderConfig, n: DecoderNames = {}): NameRule[] {
  const list = new RuleList();
  const outer = n.outer ?? '';
  const prefix = `${outer}${n.prefix ?? 'model.'}`;
  const { embedDim: embed, vocabSize: vocab } = c;
  list.add('embedding', `${prefix}embed_tokens.weight`, [vocab, embed]);
  list.norm('finalNorm', `${prefix}norm`, embed, c.finalNorm ?? c.norm);
  if (!c.head.tied) list.add('head', `${outer}lm_head.weight`, [vocab, embed]);
  if (c.head.bias) list.add('headBias', `${outer}lm_head.bias`, [vocab]);
  for (const [i, l] of c.layers.entries()) layerRules(list, c, l, `layers[${i}]`, `${prefix}layers.${i}.`, n);
  return list.rules;
}

function layerRules(list: RuleList, c: DecoderConfig, l: LayerConfig, path: string, at: string, n: DecoderNames): void {
  const embed = c.embedDim;
  const sandwich = l.block === 'sandwich';
  const norm = (our: string, name: string): void => list.norm(`${path}.${our}`, `${at}${name}`, embed, c.norm);
  norm('attentionNorm', n.attentionNorm ?? 'input_layernorm');
  if (sandwich) {
    norm('afterAttentionNorm', n.afterAttentionNorm ?? 'post_attention_layernorm');
    norm('mlpNorm', n.mlpNorm ?? 'pre_feedforward_layernorm');
    norm('afterMlpNorm', n.afterMlpNorm ?? 'post_feedforward_layernorm');
  } else if (l.block !== 'parallel') norm('mlpNorm', n.mlpNorm ?? 'post_attention_layernorm');
  if (l.attention.kind === 'grouped') groupedRules(list, l.attention, embed, `${path}.attention`, `${at}self_attn.`);
  else latentRules(list, l.attention, embed, `${path}.latent`, `${at}self_attn.`);
  const { mlp } = l;
  if (mlp.kind === 'experts') expertRules(list, mlp, embed, `${path}.mlp.moe`, at, n.moe ?? {});
  else if (mlp.kind !== 'parallel')
    mlpRules(list, mlp.dim, embed, `${path}.mlp.dense`, `${at}mlp.`, mlp.kind === 'gated', mlp.bias);
}

/** What a file calls the projections of an attention. */
export interface AttentionNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly out: string;
}
const usualNames: AttentionNames = { query: 'q_proj', key: 'k_proj', value: 'v_proj', out: 'o_proj' };

/** Separate projections of queries, keys and values. */
export function groupedRules(
  list: RuleList,
  a: GroupedAttention,
  embed: number,
  path: string,
  at: string,
  names: AttentionNames = usualNames,
): void {
  const [g, r, h] = [a.numKvHeads, a.queriesPerGroup, a.headDim];
  const projection = (our: string, name: string, heads: readonly number[], bias: boolean): void => {
    const rows = heads.reduce((x, y) => x * y, h);
    list.add(`${path}.${our}`, `${at}${name}.weight`, [rows, embed], { view: [...heads, h, embed] });
    if (bias) list.add(`${path}.${our}Bias`, `${at}${name}.bias`, [rows], { view: [...heads, h] });
  };
  projection('query', names.query, [g, r], a.bias.query);
  if (a.keysFrom === undefined) {
    projection('key', names.key, [g], a.bias.key);
    if (!a.valueIsKey) projection('value', names.value, [g], a.bias.value);
  }
  list.add(`${path}.out`, `${at}${names.out}.weight`, [embed, g * r * h], { view: [embed, g, r, h] });
  if (a.bias.out) list.add(`${path}.outBias`, `${at}${names.out}.bias`, [embed]);
  if (a.queryNorm) list.norm(`${path}.queryNorm`, `${at}q_norm`, h, a.queryNorm);
  if (a.keyNorm && a.keysFrom === undefined) list.norm(`${path}.keyNorm`, `${at}k_norm`, h, a.keyNorm);
  if (a.sinks) list.add(`${path}.sinks`, `${at}sinks`, [g * r], { view: [g, r] });
}

function latentRules(list: RuleList, a: LatentAttention, embed: number, path: string, at: string): void {
  const heads = a.numHeads;
  const query = a.nopeDim + a.ropeDim;
  const rank = a.queryRank;
  const rms = { kind: 'rms', epsilon: 1e-6 } as const;
  if (rank) {
    list.add(`${path}.queryDown`, `${at}q_a_proj.weight`, [rank, embed]);
    if (a.bias) list.add(`${path}.queryDownBias`, `${at}q_a_proj.bias`, [rank]);
    list.norm(`${path}.queryDownNorm`, `${at}q_a_layernorm`, rank, rms);
    list.add(`${path}.query`, `${at}q_b_proj.weight`, [heads * query, rank], { view: [heads, query, rank] });
  } else list.add(`${path}.query`, `${at}q_proj.weight`, [heads * query, embed], { view: [heads, query, embed] });
  list.add(`${path}.kvDown`, `${at}kv_a_proj_with_mqa.weight`, [a.kvRank + a.ropeDim, embed]);
  if (a.bias) list.add(`${path}.kvDownBias`, `${at}kv_a_proj_with_mqa.bias`, [a.kvRank + a.ropeDim]);
  list.norm(`${path}.kvNorm`, `${at}kv_a_layernorm`, a.kvRank, rms);
  const keyValue = a.nopeDim + a.valueDim;
  list.add(`${path}.keyValue`, `${at}kv_b_proj.weight`, [heads * keyValue, a.kvRank], {
    view: [heads, keyValue, a.kvRank],
  });
  list.add(`${path}.out`, `${at}o_proj.weight`, [embed, heads * a.valueDim], { view: [embed, heads, a.valueDim] });
  if (a.bias) list.add(`${path}.outBias`, `${at}o_proj.bias`, [embed]);
  if (!a.indexer) return;
  const { numHeads, headDim } = a.indexer;
  const input = rank ?? embed;
  list.add(`${path}.indexer.query`, `${at}indexer.wq_b.weight`, [numHeads * headDim, input], {
    view: [numHeads, headDim, input],
  });
  list.add(`${path}.indexer.key`, `${at}indexer.wk.weight`, [headDim, embed]);
  list.norm(`${path}.indexer.keyNorm`, `${at}indexer.k_norm`, headDim, { kind: 'layer', epsilon: 1e-6, bias: true });
  list.add(`${path}.indexer.heads`, `${at}indexer.weights_proj.weight`, [numHeads, embed]);
}

export function mlpRules(
  list: RuleList,
  dim: number,
  embed: number,
  path: string,
  at: string,
  gated: boolean,
  bias = false,
  names = { gate: 'gate_proj', up: 'up_proj', down: 'down_proj' },
): void {
  const one = (our: 'gate' | 'up' | 'down', out: number, into: number): void => {
    list.add(`${path}.${our}`, `${at}${names[our]}.weight`, [out, into]);
    if (bias) list.add(`${path}.${our}Bias`, `${at}${names[our]}.bias`, [out]);
  };
  if (gated) one('gate', dim, embed);
  one('up', dim, embed);
  one('down', embed, dim);
}

function expertRules(list: RuleList, c: ExpertsMlp, embed: number, path: string, at: string, n: MoeNames): void {
  const { numExperts } = c.router;
  const router = `${at}${n.router ?? 'mlp.gate'}`;
  list.add(`${path}.router`, `${router}.weight`, [numExperts, embed]);
  if (c.router.choiceBias) list.add(`${path}.choiceBias`, `${router}.e_score_correction_bias`, [numExperts]);
  const each = (name: string): string[] =>
    Array.from({ length: numExperts }, (_, e) => `${at}${n.experts ?? 'mlp.experts'}.${e}.${name}.weight`);
  list.add(`${path}.experts.gate`, each(n.gate ?? 'gate_proj'), [c.dim, embed]);
  list.add(`${path}.experts.up`, each(n.up ?? 'up_proj'), [c.dim, embed]);
  list.add(`${path}.experts.down`, each(n.down ?? 'down_proj'), [embed, c.dim]);
  if (!c.shared) return;
  const shared = n.shared ?? 'mlp.shared_experts';
  mlpRules(list, c.shared.dim, embed, `${path}.shared`, `${at}${shared}.`, true);
  if (c.shared.gated) list.add(`${path}.sharedGate`, `${at}${shared}_gate.weight`, [1, embed]);
}
