import { np } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import {
  type DeclaredTree,
  defaultRules,
  linear,
  matrix,
  normalize,
  normWeights,
  rowsOf,
  type TensorsOf,
} from '../../nn/index.ts';
import type { Family } from '../families/index.ts';
import { ConfigReader } from '../folder/config-reader.ts';
import { type LoadOptions, loadTensors, resolveNames } from '../folder/load.ts';
import type { NameRule } from '../folder/name-rules.ts';
import type { ModelFolder } from '../load-model.ts';
import type { DecoderConfig } from '../stack/config.ts';
import { runStack } from '../stack/stack.ts';
import { type DecoderTensors, decoderWeights } from '../stack/weights.ts';
import type { Writer } from './writer.ts';

/*
 * The layer behind the last one of a DeepSeek, which was trained to say what comes after the next token: of what the model makes of a token and of the
 * token that follows it. h' = layer(W [norm(embedding of the next token); norm(h)]), with the model's own embedding and head. To guess further it goes on
 * from its own h'. Source: DeepSeek-V3 (2024), section 2.2, and its README_WEIGHTS.
 */

/** The index of the layer in files. */
const layerOf = (decoder: DecoderConfig): number => decoder.layers.length;

/** Whether the files of a model have such a layer. */
export const hasMtp = ({ family, config, store }: ModelFolder): boolean => {
  const decoder = family.decoder?.(config);
  return decoder !== undefined && store.tensors.has(`model.layers.${layerOf(decoder)}.eh_proj.weight`);
};

interface MtpTensors extends Omit<DecoderTensors, 'embedding' | 'head'> {
  readonly tokenNorm: DecoderTensors['finalNorm'];
  readonly hiddenNorm: DecoderTensors['finalNorm'];
  readonly projection: DecoderTensors['embedding'];
}

/** Names of its tensors: those of a decoder of one layer, but that the layer is another one and the last norm is its own. */
function namesOf(family: Family, c: DecoderConfig, reader: ConfigReader, index: number): NameRule[] {
  const at = `model.layers.${index}`;
  const own = family.names(c, reader).filter((r) => r.path !== 'embedding' && r.path !== 'head');
  const renamed = own.map((r) => ({
    ...r,
    names: r.names.map((n) =>
      n.replace(/^model\.layers\.0\./, `${at}.`).replace(/^model\.norm\./, `${at}.shared_head.norm.`),
    ),
  }));
  const { embedDim: embed } = c;
  return [
    ...renamed,
    { path: 'tokenNorm.weight', names: [`${at}.enorm.weight`], fileShape: [embed] },
    { path: 'hiddenNorm.weight', names: [`${at}.hnorm.weight`], fileShape: [embed] },
    { path: 'projection', names: [`${at}.eh_proj.weight`], fileShape: [embed, 2 * embed] },
  ];
}

/** Reads the layer of a model that is loaded, in the same few bits; `writer` is what the model writes with. Throws `models/mtp` where files have none. */
export function loadMtp(folder: ModelFolder, writer: Writer, o: Pick<LoadOptions, 'dtype' | 'quantize'>): Writer {
  const { decoder, weights, mesh, engine, plan } = writer;
  if (!hasMtp(folder))
    throw new UserError('models/mtp', `the model in ${folder.dir} has no layer that guesses further tokens`, {
      expected: `model.layers.${layerOf(decoder)}.eh_proj.weight`,
    });
  const config: DecoderConfig = { ...decoder, layers: decoder.layers.slice(-1) };
  const { embedding: _, head: __, ...own } = decoderWeights(config);
  const { embedDim: embed } = config;
  const declared: DeclaredTree = {
    ...own,
    tokenNorm: normWeights(config.norm, embed),
    hiddenNorm: normWeights(config.norm, embed),
    projection: matrix({ embed, both: 2 * embed }, ['embed'], ['both'], { init: { normal: (2 * embed) ** -0.5 } }),
  };
  const rules = resolveNames(
    namesOf(folder.family, config, new ConfigReader(folder.json), layerOf(decoder)),
    folder.store,
  );
  const loaded = loadTensors(declared, rules, folder.store, { ...o, mesh, engine, rules: plan.rules ?? defaultRules });
  const { embedding, head } = weights as unknown as DecoderTensors;
  return {
    ...writer,
    config,
    decoder: config,
    adapterNames: [],
    weights: { ...loaded, embedding, head } as TensorsOf<DeclaredTree>,
    writing: {
      weights: (w) => w as unknown as DecoderTensors,
      write: (w, _config, { tokens, positions, context }, options) => {
        const own = w as unknown as MtpTensors & DecoderTensors;
        const compute = options.numerics?.compute ?? 'f32';
        const next = np.astype(rowsOf(own.embedding, tokens), compute);
        const before = np.astype(context.hidden!, compute);
        const both = [normalize(next, own.tokenNorm!, config.norm), normalize(before, own.hiddenNorm!, config.norm)];
        const x = linear(np.concatenate(both, -1), own.projection);
        return runStack(own, config, x, { positions, tokens }, options);
      },
    },
  };
}
