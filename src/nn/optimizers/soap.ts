import { lax, np, type Tensor } from '../../api/index.ts';
import { Declared } from '../declared.ts';
import { adamRule, runningMean } from './adam.ts';
import { fromMatrices, type MatrixView, matrixView, toMatrices } from './matrix-view.ts';
import type { TensorRule } from './transformation.ts';

export interface SoapOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  /** Of the means of the sides' squares. Default: `beta2`. */
  readonly shampooBeta?: number;
  readonly epsilon?: number;
  /** Updates between new bases. Default 10. */
  readonly every?: number;
  /** Sides that are larger are left as they are. Default 10,000. */
  readonly maxDim?: number;
}

const sideNames = ['left', 'right'] as const;
type Side = (typeof sideNames)[number];
type Bases = Readonly<Partial<Record<Side, Tensor>>>;

const turnedAround = (x: Tensor): Tensor => np.transpose(x, [0, 2, 1]);

/** `x: f32[matrices, rows, columns]` in the bases of its sides, or back. */
function inBases(x: Tensor, { left, right }: Bases, back = false): Tensor {
  let y = x;
  if (left) y = np.matmul(back ? left : turnedAround(left), y);
  if (right) y = np.matmul(y, back ? turnedAround(right) : right);
  return y;
}

/**
 * A basis after one power iteration, its vectors in the order of what they are worth now, and that order: `i32[matrices, n]`. `square, basis: f32[matrices, n, n]`
 */
function nextBasis(square: Tensor, basis: Tensor): { readonly basis: Tensor; readonly order: Tensor } {
  const worth = np.sum(np.multiply(basis, np.matmul(square, basis)), { axis: 1 });
  const order = np.argsort(np.negative(worth), 1);
  const index = np.broadcastTo(np.expandDims(order, 1), basis.shape);
  const [q] = np.linalg.qr(np.matmul(square, np.takeAlongAxis(basis, index, 2)));
  return { basis: q, order };
}

/** Second moments follow the vectors of a side to their new places. `x: f32[matrices, rows, columns]` */
function reordered(x: Tensor, order: Tensor, side: Side): Tensor {
  const axis = side === 'left' ? 1 : 2;
  const index = np.broadcastTo(np.expandDims(order, side === 'left' ? 2 : 1), x.shape);
  return np.takeAlongAxis(x, index, axis);
}

/**
 * Adam in the basis of the eigenvectors of Shampoo's sides. The first update only finds a basis and changes nothing. Source: Vyas et al. 2024, "SOAP: Improving and
 * Stabilizing Shampoo using Adam", and the authors' code.
 */
export function soapRule(o: SoapOptions = {}): TensorRule {
  const { beta1 = 0.95, beta2 = 0.95, epsilon = 1e-8, every = 10, maxDim = 10_000 } = o;
  const shampooBeta = o.shampooBeta ?? beta2;
  const adam = adamRule({ beta1, beta2, epsilon });
  const sizesOf = (d: Declared, { batch, sides }: MatrixView): [number, ...number[]] => {
    const count = (dims: readonly number[]): number => dims.reduce((n, i) => n * d.shape[i], 1);
    return [count(batch), count(sides[0]), count(sides[1])];
  };
  return {
    slots(d) {
      const view = matrixView(d);
      if (!view) return adam.slots(d);
      const [matrices, ...sides] = sizesOf(d, view);
      const of = (rows: number, columns: number): Declared =>
        new Declared([matrices, rows, columns], ['matrices', 'row', 'column'], {
          init: { constant: 0 },
          dtype: 'f32',
          tags: [],
        });
      const kept = sides.flatMap((n, i) =>
        n > maxDim ? [] : [[sideNames[i], of(n, n)] as const, [`${sideNames[i]}Basis`, of(n, n)] as const],
      );
      return { mu: of(sides[0], sides[1]), nu: of(sides[0], sides[1]), ...Object.fromEntries(kept) };
    },
    update(u) {
      const view = matrixView(u.declared);
      if (!view) return adam.update(u);
      const g = toMatrices(u.update, u.declared, view);
      const sides = sideNames.filter((side) => side in u.slots);
      const bases: Bases = Object.fromEntries(sides.map((side) => [side, u.slots[`${side}Basis`]]));
      const isFirst = np.equal(u.step, 0);
      const t = np.astype(np.maximum(u.step, 1), 'f32');
      // Before there is a basis all of this is nothing: the bases are zero.
      const seen = inBases(g, bases);
      const unless = (now: Tensor, first: Tensor): Tensor => np.where(isFirst, first, now);
      const mu = unless(runningMean(u.slots.mu, seen, beta1), u.slots.mu);
      const nu = unless(runningMean(u.slots.nu, np.square(seen), beta2), u.slots.nu);
      const [c1, c2] = [beta1, beta2].map((beta) => np.subtract(1, np.power(beta, t)));
      const length = np.divide(lax.sqrt(c2), c1);
      const direction = np.multiply(inBases(np.divide(mu, np.add(lax.sqrt(nu), epsilon)), bases, true), length);
      const update = unless(direction, np.zerosLike(direction));

      const squares: Record<string, Tensor> = {};
      for (const side of sides) {
        const square = side === 'left' ? np.matmul(g, turnedAround(g)) : np.matmul(turnedAround(g), g);
        squares[side] = runningMean(u.slots[side], square, shampooBeta);
      }
      const old = { nu, ...Object.fromEntries(sides.map((side) => [`${side}Basis`, bases[side]!])) };
      type Turned = Readonly<Record<string, Tensor>>;
      const begun = (): Turned => ({
        nu,
        ...Object.fromEntries(sides.map((side) => [`${side}Basis`, np.linalg.eigh(squares[side])[1]])),
      });
      const turned = (): Turned => {
        const next: Record<string, Tensor> = { nu };
        for (const side of sides) {
          const { basis, order } = nextBasis(squares[side], bases[side]!);
          next[`${side}Basis`] = basis;
          next.nu = reordered(next.nu, order, side);
        }
        return next;
      };
      const isTurned = np.equal(np.remainder(u.step, every), 0);
      const kept = lax.cond(isFirst, begun, () => lax.cond(isTurned, turned, () => old) as Turned) as Turned;
      const now: Bases = Object.fromEntries(sides.map((side) => [side, kept[`${side}Basis`]]));
      return {
        update: fromMatrices(update, u.declared, view),
        slots: { ...squares, ...kept, mu: inBases(inBases(mu, bases, true), now) },
      };
    },
  };
}
