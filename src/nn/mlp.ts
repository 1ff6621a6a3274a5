import { lax, nn, np, type Tensor } from '../api/index.ts';
import { project, type Weight } from './projection.ts';

/** Nonlinearities by the names that `config.json` gives them. */
export type Activation = 'relu' | 'silu' | 'gelu' | 'geluTanh' | 'tanh' | 'sigmoid';

const activationByName: Readonly<Record<string, Activation>> = {
  relu: 'relu',
  silu: 'silu',
  swish: 'silu',
  gelu: 'gelu',
  gelu_new: 'geluTanh',
  gelu_pytorch_tanh: 'geluTanh',
  gelu_fast: 'geluTanh',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
};

/** The activation that a configuration file means; undefined for unknown names. */
export const activationNamed = (name: string): Activation | undefined => activationByName[name];

/** Applied in float32, rounded to the type of `x`. */
export function activate(x: Tensor, activation: Activation): Tensor {
  const wide = np.astype(x, 'f32');
  switch (activation) {
    case 'relu':
      return nn.relu(x);
    case 'silu':
      return np.astype(nn.silu(wide), x.dtype);
    case 'gelu':
      return np.astype(nn.gelu(wide, false), x.dtype);
    case 'geluTanh':
      return np.astype(nn.gelu(wide, true), x.dtype);
    case 'sigmoid':
      return np.astype(nn.sigmoid(wide), x.dtype);
    case 'tanh':
      return np.astype(lax.tanh(wide), x.dtype);
  }
}

const same = (x: Tensor): Tensor => x;

/** Weights of an MLP: `gate, up: [mlp, embed]`, `down: [embed, mlp]`. */
export interface MlpTensors {
  readonly gate?: Weight | undefined;
  readonly up: Weight;
  readonly down: Weight;
  readonly gateBias?: Tensor | undefined;
  readonly upBias?: Tensor | undefined;
  readonly downBias?: Tensor | undefined;
}

/** `x · wᵀ + bias` of a weight as it lies on disk. `x: [batch, seq, in]`, `w: [out, in]`, `bias: [out]` → `[batch, seq, out]`. */
export const linear = (x: Tensor, w: Weight, bias?: Tensor): Tensor => {
  const y = project(x, w);
  return bias ? np.add(y, np.astype(bias, x.dtype)) : y;
};

/**
 * `down(act(gate(x)) · up(x))`, or `down(act(up(x)))` without a gate. `chooseGates`: what becomes of gates before the activation; `hidden`: puts what lies between where it is to be. `x: [batch, seq, embed]` → the same. Source: Shazeer 2020.
 */
export function mlp(
  x: Tensor,
  w: MlpTensors,
  activation: Activation,
  o: { readonly chooseGates?: (gates: Tensor) => Tensor; readonly hidden?: (x: Tensor) => Tensor } = {},
): Tensor {
  const { chooseGates = same, hidden = same } = o;
  const up = hidden(linear(x, w.up, w.upBias));
  const between = w.gate
    ? np.multiply(activate(chooseGates(hidden(linear(x, w.gate, w.gateBias))), activation), up)
    : activate(up, activation);
  return linear(between, w.down, w.downBias);
}
