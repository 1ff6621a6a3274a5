/*
 * Constants that were fitted to published rows, in this file only, each with the rows it was fitted on: every other row is a
 * prediction. The rows are those of `npm run figures -- planning`.
 */

export interface Calibration {
  readonly name: string;
  /** Share of the peak that products of large matrices reach. */
  readonly matmul: number;
  /**
   * Bytes that norms, activations, residuals and attention's softmax move in forward and backward pass, per token and layer, for each
   * column of the residual: what makes narrow models slower.
   */
  readonly elementwiseBytes: number;
  /** Bytes that the loss moves per token and logit. */
  readonly logitBytes: number;
  /** Of collectives over the tensor ways, where it is not taken from a cluster. */
  readonly tensorGBPerSec?: number;
  readonly fittedOn: readonly string[];
  readonly doubt: string;
}

/** Products of Megatron-Core on H100, gradient sums hidden behind the backward pass. */
export const megatronH100: Calibration = {
  name: 'Megatron-Core on H100',
  matmul: 0.78,
  elementwiseBytes: 850,
  logitBytes: 20,
  tensorGBPerSec: 400,
  fittedOn: ['1.7B', '16B', '70B', '177B', '462B'],
  doubt: 'four constants on five rows, all of which were seen when the form was chosen',
};

/** GSPMD's dense models on TPU v3, weights and activations both cut over two axes; nothing overlaps. */
export const gspmdV3 = {
  name: 'GSPMD on TPU v3',
  matmul: 0.71,
  coreGBPerSec: 110,
  corePeakTflops: 61.5,
  fittedOn: ['128B8x8', '128B32x32', '1T16x16', '41B16x16'],
  doubt: 'two constants on four rows; the form was chosen while further rows were visible',
} as const;

/** Elementwise traffic with scores of attention apart; the share of the peak comes with each row, from its single GPU. */
export const alpaV100 = {
  name: 'Alpa on V100',
  elementwiseBytes: 250,
  logitBytes: 20,
  fittedOn: ['the single-GPU value of each row'],
  doubt: 'the 250 were chosen while the rows of 8 and 32 GPUs were visible',
} as const;

/** Prefill of large batches: share of the peak; decode: what every layer takes besides its bound. */
export const palmInference = {
  name: 'PaLM inference on TPU v4',
  prefillMatmul: 0.76,
  decodeLayerOverheadUs: 270,
  fittedOn: ['540B, batch 512 prefill'],
} as const;
