import { dtypeInfo } from '../../base/index.ts';
import { type Checker, isTensor, type TensorType, type Type } from '../../ir/index.ts';
import { checkCount, checkDistinct, checkInRange, checkPositive } from '../define/constraints.ts';
import type { ConvolutionAttributes } from './convolution.ts';

const divides = (n: number, by: number): boolean => n < 0 || n % by === 0;

export function checkConvolution(
  lhs: TensorType,
  rhs: TensorType,
  result: Type | undefined,
  a: ConvolutionAttributes,
  c: Checker,
): void {
  const [x, k] = [lhs.shape, rhs.shape];
  const d = a.dimensionNumbers;
  const n = x.length;
  const spatial = n - 2;
  c.check(
    'C1',
    n === k.length && n >= 2,
    () => `lhs and rhs should have one rank of at least 2, got ranks ${n} and ${k.length}`,
  );
  checkDimensions(a, n, c);
  const lists = [
    ['C2', 'C3', 'window_strides', a.windowStrides],
    ['C5', 'C6', 'lhs_dilation', a.lhsDilation],
    ['C7', 'C8', 'rhs_dilation', a.rhsDilation],
  ] as const;
  for (const [countLabel, label, name, list] of lists) {
    if (!list) continue;
    checkCount(c, countLabel, name, list.length, spatial);
    checkPositive(c, label, name, list);
  }
  if (a.padding) {
    checkCount(c, 'C4', 'padding', a.padding.length, spatial);
    for (const [i, p] of a.padding.entries()) checkCount(c, 'C4', `row ${i} of padding`, p.length, 2);
  }
  if (a.windowReversal) checkCount(c, 'C9', 'window_reversal', a.windowReversal.length, spatial);
  const [fg, bg] = [a.featureGroupCount, a.batchGroupCount];
  c.check('C21', fg > 0, () => `feature_group_count should be positive, got ${fg}`);
  c.check('C22', bg > 0, () => `batch_group_count should be positive, got ${bg}`);
  c.check('C23', fg === 1 || bg === 1, () => `one group count should be 1, got ${fg} (feature) and ${bg} (batch)`);
  const [batch, features] = [x[d.inputBatch], x[d.inputFeature]];
  const [into, outputs] = [k[d.kernelInput], k[d.kernelOutput]];
  c.check('C10', divides(batch, bg), () => `batch size ${batch} should divide into ${bg} groups`);
  c.check('C11', divides(features, fg), () => `${features} input features should divide into ${fg} groups`);
  c.check(
    'C14',
    features < 0 || into < 0 || into === features / fg,
    () => `dimension ${d.kernelInput} of rhs should have size ${features / fg}, got ${into}`,
  );
  c.check('C15', divides(outputs, bg), () => `${outputs} output features should divide into ${bg} batch groups`);
  c.check('C16', divides(outputs, fg), () => `${outputs} output features should divide into ${fg} feature groups`);
  if (a.precisionConfig) checkCount(c, 'C24', 'precision_config', a.precisionConfig.length, 2);
  // Results of a wider type of the same kind are common (bf16 × bf16 → f32), so only the kinds must agree.
  const kind = dtypeInfo(lhs.dtype).kind;
  const all = [rhs.dtype, ...(result && isTensor(result) ? [result.dtype] : [])];
  c.check(
    'C27',
    all.every((t) => dtypeInfo(t).kind === kind),
    () => `element types should be of one kind, got ${[lhs.dtype, ...all].join(', ')}`,
  );
}

function checkDimensions(a: ConvolutionAttributes, n: number, c: Checker): void {
  const d = a.dimensionNumbers;
  const groups = [
    ['C12', 'C13', 'input', d.inputSpatial, [d.inputBatch, d.inputFeature]],
    ['C17', 'C18', 'kernel', d.kernelSpatial, [d.kernelInput, d.kernelOutput]],
    ['C19', 'C20', 'output', d.outputSpatial, [d.outputBatch, d.outputFeature]],
  ] as const;
  for (const [countLabel, label, name, spatial, others] of groups) {
    checkCount(c, countLabel, `${name}_spatial_dimensions`, spatial.length, n - 2);
    checkDistinct(c, label, `${name} dimensions`, [...others, ...spatial]);
    checkInRange(c, label, `${name} dimensions`, [...others, ...spatial], n);
  }
}
