import {
  chipNamed,
  choice,
  count,
  kvBytesPerToken,
  numActiveParams,
  numParams,
  object,
  paramsOf,
  peakFlops,
  positive,
  type ReadBy,
  real,
  text,
  trainingFlopsPerToken,
  transformerReader,
} from '../../../../src/plan/index.ts';
import type { RowKind } from '../../row.ts';

const countInputs = object({ model: transformerReader }, { kvBytesPerElement: positive });

export const counts: RowKind<ReadBy<typeof countInputs>> = {
  name: 'counts',
  about: 'parameters and cache of a Transformer from its sizes',
  inputs: countInputs,
  quantities: {
    params: 'all parameters',
    nonEmbeddingParams: 'without embedding, head and table of positions',
    embeddingParams: 'of the embedding',
    activeParams: 'that one token uses',
    kvBytesPerToken: 'bytes of keys and values per token',
  },
  evaluate({ model, kvBytesPerElement }) {
    const p = paramsOf(model);
    const all = numParams(model);
    return {
      params: all,
      nonEmbeddingParams: all - p.embedding - p.head - p.positions,
      embeddingParams: p.embedding,
      activeParams: numActiveParams(model),
      kvBytesPerToken: kvBytesPerToken(model, kvBytesPerElement),
    };
  },
};

const utilizationInputs = object(
  { model: transformerReader, seqLen: count, chip: text, chips: count, tokensPerSec: positive },
  { dtype: text, attention: choice('all', 'causal', 'none') },
);

export const utilization: RowKind<ReadBy<typeof utilizationInputs>> = {
  name: 'utilization',
  about: 'share of the peak that a measured training throughput is',
  inputs: utilizationInputs,
  quantities: {
    mfu: 'operations of the model over the peak; attention over all pairs unless said',
    tflopsPerChip: 'operations of the model per chip, 1e12/s',
  },
  evaluate({ model, seqLen, chip, chips, tokensPerSec, dtype = 'bf16', attention }) {
    const flops = (tokensPerSec * trainingFlopsPerToken(model, seqLen, { attention })) / chips;
    return { mfu: flops / peakFlops(chipNamed(chip), dtype), tflopsPerChip: flops / 1e12 };
  },
};

/** What planners may assume of dense language models on pods of A100 and H100. */
const assumedUtilization = 0.42;
const runInputs = object(
  { params: positive, tokens: positive, chip: text },
  { chipHours: positive, utilization: real({ above: 0, max: 1 }), dtype: text },
);

export const trainingRuns: RowKind<ReadBy<typeof runInputs>> = {
  name: 'training-runs',
  about: 'whole training runs by 6 operations per parameter and token',
  inputs: runInputs,
  quantities: {
    impliedUtilization: 'share of the peak that published chip-hours imply',
    chipHours: `chip-hours at the utilization of the row, ${assumedUtilization} if absent`,
  },
  evaluate({ params, tokens, chip, chipHours, utilization: share = assumedUtilization, dtype = 'bf16' }) {
    const chipSeconds = (6 * params * tokens) / peakFlops(chipNamed(chip), dtype);
    return {
      ...(chipHours === undefined ? {} : { impliedUtilization: chipSeconds / (chipHours * 3600) }),
      chipHours: chipSeconds / share / 3600,
    };
  },
};
