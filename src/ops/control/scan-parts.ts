import { range } from '../../base/index.ts';
import { type Block, type Builder, type Op, type TensorType, tensorType, type Value } from '../../ir/index.ts';

export interface ScanAttributes {
  readonly dimension: number;
  /** Length of the scan; needed when there are no inputs. */
  readonly scanDimSize: number | undefined;
  readonly isReverse: boolean;
  readonly isAssociative: boolean | undefined;
  /** [inputs, inits] */
  readonly operandSegmentSizes: readonly number[];
  /** [outputs, carries] */
  readonly resultSegmentSizes: readonly number[];
}

/** The parts of a scan op. */
export interface ScanParts {
  readonly numInputs: number;
  readonly numCarries: number;
  readonly numOutputs: number;
  readonly length: number;
  readonly body: Block;
  /** Carry j is yielded unchanged. */
  readonly invariant: readonly boolean[];
}

export function scanParts(op: Op<ScanAttributes>): ScanParts {
  const { dimension, scanDimSize, operandSegmentSizes } = op.attributes;
  const [numInputs, numCarries] = operandSegmentSizes;
  const [body] = op.regions;
  const numOutputs = body.yielded.length - numCarries;
  const length = numInputs > 0 ? op.operands[0].shape[dimension] : (scanDimSize ?? 0);
  const invariant = range(numCarries).map((j) => body.yielded[numOutputs + j] === body.args[numInputs + j]);
  return { numInputs, numCarries, numOutputs, length, body, invariant };
}

/** Emits a scan: `body` takes (input slices…, carries…) and yields (output slices…, carries…). */
export function scan(
  b: Builder,
  inputs: readonly Value[],
  inits: readonly Value[],
  body: Block,
  options: { readonly dimension?: number; readonly length: number; readonly isReverse?: boolean },
): { readonly outputs: readonly Value[]; readonly carries: readonly Value[] } {
  const numOutputs = body.yielded.length - inits.length;
  const attributes = {
    dimension: options.dimension ?? 0,
    scanDimSize: inputs.length === 0 ? options.length : undefined,
    isReverse: options.isReverse ?? false,
    operandSegmentSizes: [inputs.length, inits.length],
    resultSegmentSizes: [numOutputs, inits.length],
  };
  const { results } = b.create('chlo.scan', [...inputs, ...inits], attributes, { regions: [body] });
  return { outputs: results.slice(0, numOutputs), carries: results.slice(numOutputs) };
}

export const without = (shape: readonly number[], d: number): number[] => shape.filter((_, i) => i !== d);
export const withDim = (shape: readonly number[], d: number, n: number): number[] => [
  ...shape.slice(0, d),
  n,
  ...shape.slice(d),
];
export const sliceType = (t: TensorType, d: number): TensorType => tensorType(t.dtype, without(t.shape, d));
