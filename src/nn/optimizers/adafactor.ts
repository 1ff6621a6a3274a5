import { lax, np, type Tensor } from '../../api/index.ts';
import { Declared } from '../declared.ts';
import { matrixView } from './matrix-view.ts';
import { type Schedule, scheduleOf } from './schedules.ts';
import { countOf, perTensor, type TensorRule, type Transformation, zerosBeside } from './transformation.ts';

export interface AdafactorOptions {
  readonly learningRate: number | Schedule;
  /** The mean of squares forgets by 1 − t^−this. Default 0.8. */
  readonly decayRate?: number;
  /** Updates whose root mean square is larger are scaled down to it; null: never. Default 1. */
  readonly clipThreshold?: number | null;
  /** Steps are shares of the root mean square of a weight. Default true. */
  readonly multiplyByParameterScale?: boolean;
  /** Added to squares of gradients, and least scale of a weight. Defaults 1e-30 and 1e-3. */
  readonly epsilon1?: number;
  readonly epsilon2?: number;
  /** Both sides of a matrix must have so many elements for its squares to be kept as sums of rows and of columns. Default 128. */
  readonly minDimSizeToFactor?: number;
  /** Of a running mean of updates, which costs memory. Default: none. */
  readonly beta1?: number;
  /** Each update takes so much of the weights that are declared with `decay` away: not times the learning rate. Default 0. */
  readonly weightDecayRate?: number;
}

/** Dimensions whose squares are kept apart, and those that count matrices; undefined where all are kept. */
interface Factors {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}
function factorsOf(d: Declared, least: number): Factors | undefined {
  const view = matrixView(d);
  if (!view) return undefined;
  const [rows, columns] = view.sides;
  // Weights of more dimensions have their sides by name; of two, small ones are not worth it.
  if (rows.length + columns.length === 2 && (d.shape[rows[0]] < least || d.shape[columns[0]] < least)) return undefined;
  return { rows, columns };
}
const without = (d: Declared, dims: readonly number[]): Declared => {
  const left = d.shape.map((_, i) => i).filter((i) => !dims.includes(i));
  return zerosBeside(
    new Declared(
      left.map((i) => d.shape[i]),
      left.map((i) => d.axes[i]),
    ),
  );
};
/** Mean over all dimensions but those that count matrices, which are kept with size 1 or as they are: it broadcasts over the weight. */
const meanOfEach = (x: Tensor, d: Declared): Tensor => {
  const batch = matrixView(d)?.batch ?? d.axes.flatMap((a, i) => (a === 'layers' || a === 'stack' ? [i] : []));
  const axis = d.shape.map((_, i) => i).filter((i) => !batch.includes(i));
  return axis.length === 0 ? x : np.mean(x, { axis, keepdims: true });
};

/**
 * One number per row and column of a matrix instead of one per element. Statistics and scales are those of each layer and expert where
 * these are stacked. Source: Shazeer & Stern 2018; T5X `adafactor.py`.
 */
export function adafactorRule(o: AdafactorOptions): TensorRule {
  const { decayRate = 0.8, clipThreshold = 1, multiplyByParameterScale = true, beta1, weightDecayRate = 0 } = o;
  const { epsilon1 = 1e-30, epsilon2 = 1e-3, minDimSizeToFactor = 128 } = o;
  const rateAt = scheduleOf(o.learningRate);
  return {
    slots(d) {
      const f = factorsOf(d, minDimSizeToFactor);
      const mean: Readonly<Record<string, Declared>> = beta1 === undefined ? {} : { mean: zerosBeside(d) };
      return f
        ? { rows: without(d, f.columns), columns: without(d, f.rows), ...mean }
        : { squares: zerosBeside(d), ...mean };
    },
    update({ update: g, slots, param, declared: d, step }) {
      const f = factorsOf(d, minDimSizeToFactor);
      const rate = rateAt(step);
      const mix = np.power(countOf(step), -decayRate);
      const decay = np.subtract(1, mix);
      const mean = (old: Tensor, x: Tensor): Tensor => np.add(np.multiply(decay, old), np.multiply(mix, x));
      const squares = np.add(np.square(g), epsilon1);
      const next: Record<string, Tensor> = {};
      let u: Tensor;
      if (f) {
        next.rows = mean(slots.rows, np.mean(squares, { axis: [...f.columns] }));
        next.columns = mean(slots.columns, np.mean(squares, { axis: [...f.rows] }));
        const rows = np.expandDims(next.rows, [...f.columns]);
        const share = np.divide(rows, np.mean(rows, { axis: [...f.rows], keepdims: true }));
        const columns = np.expandDims(next.columns, [...f.rows]);
        u = np.multiply(np.multiply(g, lax.rsqrt(share)), lax.rsqrt(columns));
      } else {
        next.squares = mean(slots.squares, squares);
        u = np.multiply(g, lax.rsqrt(next.squares));
      }
      const rootMeanSquare = (x: Tensor): Tensor => np.sqrt(meanOfEach(np.square(x), d));
      if (clipThreshold !== null) u = np.divide(u, np.maximum(1, np.divide(rootMeanSquare(u), clipThreshold)));
      const scale = multiplyByParameterScale ? np.multiply(rate, np.maximum(rootMeanSquare(param), epsilon2)) : rate;
      u = np.multiply(u, scale);
      if (beta1 !== undefined) {
        u = np.add(np.multiply(slots.mean, beta1), np.multiply(u, 1 - beta1));
        next.mean = u;
      }
      const decayed = weightDecayRate !== 0 && d.has('decay') ? np.add(u, np.multiply(param, weightDecayRate)) : u;
      return { update: np.negative(decayed), slots: next };
    },
  };
}

/** Adafactor as a stage: its updates are steps already. */
export const scaleByAdafactor = (o: AdafactorOptions): Transformation => perTensor(adafactorRule(o));
