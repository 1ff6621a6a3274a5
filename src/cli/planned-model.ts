import { readFileSync } from 'node:fs';
import { UserError } from '../base/index.ts';
import { type DecoderConfig, familyOf, type LayerConfig, readConfig } from '../models/index.ts';
import { parseJson, type TransformerShape, transformerReader } from '../plan/index.ts';

/** The sizes of a model from its folder's `config.json`, weights need not be there; or from a JSON file of sizes. Throws `cli/model` for what is no decoder. */
export function plannedModel(dir: string): TransformerShape {
  if (dir.endsWith('.json')) return transformerReader.read(parseJson(readFileSync(dir, 'utf8'), dir), dir);
  const config = readConfig(dir);
  const read = familyOf(config.modelType).config(config) as Partial<DecoderConfig>;
  if (!read.layers || !read.vocabSize || !read.embedDim || !read.head)
    throw new UserError(
      'cli/model',
      `a model of the type "${config.modelType}" cannot be described by the sizes of one stack`,
      { expected: 'a decoder' },
    );
  return shapeOfDecoder(read as DecoderConfig);
}

/** The sizes of a decoder: those of its commonest kind of layer. */
export function shapeOfDecoder(c: DecoderConfig): TransformerShape {
  const dense = c.layers.filter((l) => !expertsOf(l));
  const sparse = c.layers.filter((l) => expertsOf(l));
  const layer = (sparse.length > 0 ? sparse : dense)[0];
  const { attention } = layer;
  const experts = expertsOf(layer);
  const mlp = (dense[0] ?? layer).mlp;
  const width = mlp.kind === 'parallel' ? mlp.mlp.dim : mlp.dim;
  const window =
    attention.kind === 'grouped' &&
    c.layers.every((l) => l.attention.kind === 'grouped' && l.attention.window !== undefined)
      ? attention.window
      : undefined;
  const firstSparse = c.layers.findIndex((l) => expertsOf(l));
  return {
    layers: c.layers.length,
    width: c.embedDim,
    vocab: c.vocabSize,
    mlpWidth: width,
    gated: mlp.kind !== 'dense',
    tied: c.head.tied,
    norm: c.norm.kind === 'layer' ? 'scale and bias' : 'scale',
    normsPerLayer: layer.block === 'sandwich' ? 4 : layer.block === 'parallel' ? 1 : 2,
    ...(c.learnedPositions ? { learnedPositions: c.learnedPositions } : {}),
    ...(window ? { window } : {}),
    ...(attention.kind === 'grouped'
      ? {
          heads: attention.numKvHeads * attention.queriesPerGroup,
          kvHeads: attention.numKvHeads,
          headDim: attention.headDim,
          ...(attention.bias.out ? { biases: true } : attention.bias.query ? { qkvBiases: true } : {}),
          ...(attention.queryNorm ? { qkNorm: true } : {}),
        }
      : {
          heads: attention.numHeads,
          latent: {
            queryRank: attention.queryRank ?? attention.numHeads * (attention.nopeDim + attention.ropeDim),
            kvRank: attention.kvRank,
            ropeDim: attention.ropeDim,
            nopeDim: attention.nopeDim,
            valueDim: attention.valueDim,
          },
        }),
    ...(experts
      ? {
          experts: {
            count: experts.router.numExperts,
            active: experts.router.topK,
            mlpWidth: experts.dim,
            denseFirst: Math.max(0, firstSparse),
            every: Math.max(1, Math.round((c.layers.length - firstSparse) / sparse.length)),
            ...(experts.shared ? { shared: Math.round(experts.shared.dim / experts.dim) } : {}),
          },
        }
      : {}),
  };
}

const expertsOf = (l: LayerConfig) =>
  l.mlp.kind === 'experts' ? l.mlp : l.mlp.kind === 'parallel' ? l.mlp.experts : undefined;
