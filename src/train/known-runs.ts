import type { TransformerConfig } from '../nn/index.ts';

/** A run that others have made, with what it takes to make it again. */
export interface KnownRun {
  /** Where its text is looked for, if no other is named. */
  readonly file: string;
  /** What that file is. */
  readonly text: string;
  readonly model: Partial<TransformerConfig>;
  /** Sequences per step. */
  readonly batchSize: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly beta2: number;
  /** Steps between validations, of so many batches each. */
  readonly evalEvery: number;
  readonly evalBatches: number;
}

/**
 * Runs by name. `shakespeare-char` has the sizes, batches, steps and learning rates of nanoGPT's configuration for CPUs; the model is ours (RMSNorm, rotary positions, and
 * a gated MLP of as many weights). `enwik8` is of the size of the 12-layer models of Al-Rfou et al. 2018 and Transformer-XL.
 */
export const knownRuns = {
  'shakespeare-char': {
    file: 'data/tinyshakespeare.txt',
    text: 'the 1,115,394 characters of Shakespeare that char-rnn and nanoGPT train on (input.txt)',
    model: { embedDim: 128, numLayers: 4, numHeads: 4, headDim: 32, mlpDim: 344, maxSeqLen: 64 },
    ...{ batchSize: 12, steps: 2000, learningRate: 1e-3, weightDecay: 0.1, beta2: 0.99 },
    ...{ evalEvery: 250, evalBatches: 20 },
  },
  enwik8: {
    file: 'data/enwik8',
    text: 'the first 100,000,000 bytes of a dump of Wikipedia (enwik8 of the Large Text Compression Benchmark)',
    model: { embedDim: 512, numLayers: 12, numHeads: 8, headDim: 64, mlpDim: 1368, maxSeqLen: 512 },
    ...{ batchSize: 16, steps: 100_000, learningRate: 6e-4, weightDecay: 0.1, beta2: 0.95 },
    ...{ evalEvery: 1000, evalBatches: 20 },
  },
} as const satisfies Readonly<Record<string, KnownRun>>;
export type KnownRunName = keyof typeof knownRuns;
