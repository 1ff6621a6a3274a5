import { np, type Tensor } from '../../api/index.ts';
import type { Declared } from '../declared.ts';
import { runningMean } from './adam.ts';
import { fromMatrices, matrixView, toMatrices } from './matrix-view.ts';
import { type TensorRule, zerosBeside } from './transformation.ts';

type Coefficients = readonly (readonly [a: number, b: number, c: number])[];

/**
 * Polynomials a·x + b·x³ + c·x⁵ that bring singular values near 1, one per iteration. `standard`: Jordan et al. 2024; `dion`: Ahn et al.
 * 2025; `polar`: Amsel et al. 2025 (Polar Express).
 */
export const newtonSchulzCoefficients = {
  standard: Array.from({ length: 5 }, () => [3.4445, -4.775, 2.0315] as const),
  dion: [
    [4.0848, -6.8946, 2.927],
    [3.9505, -6.3029, 2.6377],
    [3.7418, -5.5913, 2.3037],
    [2.8769, -3.1427, 1.2046],
    [2.8366, -3.0525, 1.2012],
  ],
  polar: [
    [8.156554524902461, -22.48329292557795, 15.878769915207462],
    [4.042929935166739, -2.808917465908714, 0.5000178451051316],
    [3.8916678022926607, -2.772484153217685, 0.5060648178503393],
    [3.285753657755655, -2.3681294933425376, 0.46449024233003106],
    [2.3465413258596377, -1.7097828382687081, 0.42323551169305323],
  ],
} as const satisfies Record<string, Coefficients>;

/**
 * The nearest matrices with equal singular values, nearly: `x: f32[matrices, rows, columns]` with all singular values brought near 1.
 * Source: Jordan et al. 2024 (Muon), Newton–Schulz iteration of fifth degree.
 */
export function orthogonalize(x: Tensor, coefficients: Coefficients = newtonSchulzCoefficients.standard): Tensor {
  const [, rows, columns] = x.shape;
  const isPolar = coefficients === newtonSchulzCoefficients.polar;
  const norm = np.sqrt(np.sum(np.square(x), { axis: [1, 2], keepdims: true }));
  const scaled = np.divide(x, isPolar ? np.add(np.multiply(norm, 1.01), 1e-6) : np.add(norm, 1e-7));
  // The smaller side is squared.
  const turned = (t: Tensor): Tensor => (rows > columns ? np.transpose(t, [0, 2, 1]) : t);
  let y = turned(scaled);
  for (const [a, b, c] of coefficients) {
    const square = np.matmul(y, np.transpose(y, [0, 2, 1]));
    const inner = np.add(np.multiply(square, b), np.multiply(np.matmul(square, square), c));
    y = np.add(np.multiply(y, a), np.matmul(inner, y));
  }
  return turned(y);
}

export interface MuonOptions {
  /** Default 0.95. */
  readonly momentum?: number;
  /** Default true. */
  readonly nesterov?: boolean;
  readonly coefficients?: keyof typeof newtonSchulzCoefficients;
  /** `original`: times √max(1, out / in); `rms`: times 0.2·√max(in, out), so that learning rates of AdamW fit. Default `original`. */
  readonly scale?: 'original' | 'rms';
}

/** Momentum with all singular values made equal, for matrices. Source: Jordan et al. 2024. */
export const muonRule = (o: MuonOptions = {}): TensorRule => {
  const { momentum: beta = 0.95, nesterov = true, coefficients = 'standard', scale = 'original' } = o;
  return {
    slots: (d) => ({ momentum: zerosBeside(d) }),
    update({ update, slots, declared }) {
      const view = matrixView(declared)!;
      const momentum = runningMean(slots.momentum, update, beta);
      const ahead = nesterov ? runningMean(momentum, update, beta) : momentum;
      const x = toMatrices(ahead, declared, view);
      const [, rows, columns] = x.shape;
      const factor =
        scale === 'original' ? Math.sqrt(Math.max(1, columns / rows)) : 0.2 * Math.sqrt(Math.max(rows, columns));
      const equal = np.multiply(orthogonalize(x, newtonSchulzCoefficients[coefficients]), factor);
      return { update: fromMatrices(equal, declared, view), slots: { momentum } };
    },
  };
};

/** Whether Muon is for a weight: matrices between hidden layers, not embeddings, heads, gains and biases. */
export const isHiddenMatrix = (d: Declared): boolean => !d.axes.includes('vocab') && matrixView(d) !== undefined;
