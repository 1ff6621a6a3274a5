import { np, type Tensor } from '../../api/index.ts';
import { product, UserError } from '../../base/index.ts';
import type { Axis, Declared } from '../declared.ts';

/*
 * Weights as matrices: several optimizers treat what goes in and what comes out of a layer apart. Layers that are stacked and experts
 * are many matrices.
 */

/** Axes that count matrices. */
const many: ReadonlySet<Axis> = new Set(['layers', 'stack', 'expert']);
/** Axes of the residual stream: rows, in T5X's words. */
const embedding: ReadonlySet<Axis> = new Set(['embed']);

export interface MatrixView {
  /** Dimensions that count matrices. */
  readonly batch: readonly number[];
  /** Dimensions of the first side, then of the second, in the order of the tensor: what goes in, what comes out. */
  readonly sides: readonly [readonly number[], readonly number[]];
}

/**
 * How a weight is read as a matrix, or as one for each layer and expert; undefined for vectors. Of more than two dimensions those of
 * one side are neighbours: `embed` on one, all others on the other. Throws `nn/matrix-view` where the axes do not tell.
 */
export function matrixView(d: Declared): MatrixView | undefined {
  const dims = d.shape.map((_, i) => i);
  const batch = dims.filter((i) => many.has(d.axes[i]));
  const rest = dims.filter((i) => !many.has(d.axes[i]));
  if (rest.length < 2) return undefined;
  if (rest.length === 2) return { batch, sides: [[rest[0]], [rest[1]]] };
  const isEmbedding = rest.map((i) => embedding.has(d.axes[i]));
  const turn = isEmbedding.findIndex((x, i) => i > 0 && x !== isEmbedding[i - 1]);
  if (turn < 0 || isEmbedding.slice(turn).some((x) => x !== isEmbedding[turn]))
    throw new UserError('nn/matrix-view', `a weight with axes ${d.axes.join(', ')} has no two sides`, {
      expected: `embed before all others or behind them`,
      advice: 'choose another rule for this weight',
    });
  return { batch, sides: [rest.slice(0, turn), rest.slice(turn)] };
}

const sizes = (d: Declared, dims: readonly number[]): number[] => dims.map((i) => d.shape[i]);

/** `x` as `f32[matrices, first side, second side]`. */
export function toMatrices(x: Tensor, d: Declared, { batch, sides }: MatrixView): Tensor {
  const [rows, columns] = sides.map((side) => product(sizes(d, side)));
  return np.reshape(np.transpose(x, [...batch, ...sides[0], ...sides[1]]), [product(sizes(d, batch)), rows, columns]);
}

/** The way back of `toMatrices`. */
export function fromMatrices(x: Tensor, d: Declared, { batch, sides }: MatrixView): Tensor {
  const order = [...batch, ...sides[0], ...sides[1]];
  const back = d.shape.map((_, i) => order.indexOf(i));
  return np.transpose(np.reshape(x, sizes(d, order)), back);
}
