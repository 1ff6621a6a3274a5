import { grad, jit, lax, nn, np, type Tensor } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import type { Module } from '../../src/ir/index.ts';

/* Attention under masks of many kinds, as programs. */

export interface MaskedAttention {
  readonly batch: number;
  readonly heads: number;
  readonly rows: number;
  readonly columns: number;
  readonly headDim: number;
  /** Row r sees columns up to `r + above`, and from `r + below` on. */
  readonly above: number | undefined;
  readonly below: number | undefined;
  /** Comparisons without equality, of shifted indices. */
  readonly strict: boolean;
  /** Score of a hidden element. */
  readonly fill: number;
  readonly dtype: 'f32' | 'bf16';
  /** Layers in a scan; 0: one, without a scan. */
  readonly layers: number;
  /** The mask is made outside the scan. */
  readonly hoisted: boolean;
  /** Gradients of q, k and v instead of the result. */
  readonly gradient: boolean;
  /** The scores are a result as well. */
  readonly scores: boolean;
  /** So is the entropy of each row, written as it should not be: `0 · log 0` is NaN. */
  readonly entropy: boolean;
}

function maskOf(a: MaskedAttention): Tensor {
  const row = lax.iota('i32', [a.rows, a.columns], 0);
  const column = lax.iota('i32', [a.rows, a.columns], 1);
  const parts: Tensor[] = [];
  if (a.above !== undefined)
    parts.push(a.strict ? np.greater(np.add(row, a.above + 1), column) : np.greaterEqual(np.add(row, a.above), column));
  if (a.below !== undefined)
    parts.push(a.strict ? np.less(np.subtract(row, 1 - a.below), column) : np.lessEqual(np.add(row, a.below), column));
  return parts.length === 0 ? np.equal(row, row) : parts.reduce((x, y) => np.logicalAnd(x, y));
}

/** Masked attention as a program, and arguments for it: q, k and v `[batch, length, heads, headDim]`. */
export function maskedAttention(a: MaskedAttention, seed: number): { module: Module; args: HostArray[] } {
  const scoresOf = (q: Tensor, k: Tensor, mask: Tensor): Tensor =>
    np.where(mask, np.multiply(np.astype(np.einsum('bqhd,bkhd->bhqk', q, k), 'f32'), 1 / Math.sqrt(a.headDim)), a.fill);
  const layer = (q: Tensor, k: Tensor, v: Tensor, mask: Tensor): Tensor =>
    np.einsum('bhqk,bkhd->bqhd', np.astype(nn.softmax(scoresOf(q, k, mask)), a.dtype), v);
  const run = (q: Tensor, k: Tensor, v: Tensor): Tensor => {
    const mask = maskOf(a);
    if (a.layers === 0) return layer(q, k, v, mask);
    const [out] = lax.scan(
      (x: Tensor, _: Tensor) => [np.add(x, layer(x, k, v, a.hoisted ? mask : maskOf(a))), np.zeros([])] as const,
      q,
      np.zeros([a.layers]),
    );
    return out;
  };
  const program = (q: Tensor, k: Tensor, v: Tensor): Tensor[] => {
    if (a.scores) return [run(q, k, v), scoresOf(q, k, maskOf(a))];
    if (a.entropy) {
      const p = nn.softmax(scoresOf(q, k, maskOf(a)));
      return [run(q, k, v), np.sum(np.multiply(p, np.log(p)), { axis: -1 })];
    }
    if (!a.gradient) return [run(q, k, v)];
    const g = grad((p: { q: Tensor; k: Tensor; v: Tensor }) => np.sum(np.square(np.astype(run(p.q, p.k, p.v), 'f32'))))(
      {
        q,
        k,
        v,
      },
    );
    return [g.q, g.k, g.v];
  };
  let state = seed;
  const args = [a.rows, a.columns, a.columns].map((length) => {
    const shape = [a.batch, length, a.heads, a.headDim];
    const values = Array.from({ length: shape.reduce((n, d) => n * d, 1) }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 31 - 1;
    });
    return HostArray.from(a.dtype, shape, values);
  });
  const [q, k, v] = args.map((x) => np.array(x));
  return { module: jit(program).lower(q, k, v).perDevice, args };
}
