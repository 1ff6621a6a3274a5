import { dtypeInfo, isInteger, UserError } from '../../base/index.ts';
import { bounded, widened } from '../../ops/index.ts';
import * as lax from '../lax/core.ts';
import { describeValue } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind1 } from '../trace/trace.ts';

/** Positions as a tensor: of numbers i32, or i64 where some are beyond it. Throws `api/index` for what is no integer. */
export function asPositions(x: lax.TensorLike): Tensor {
  const numbers = typeof x === 'number' || typeof x === 'bigint' ? [x] : Array.isArray(x) ? x.flat(64) : [];
  const isHuge = (numbers as readonly (number | bigint)[]).some((i) => i > 0x7fffffff || i < -0x80000000);
  const odd = numbers.find((i) => typeof i !== 'bigint' && !Number.isInteger(i));
  if (odd !== undefined) throw new UserError('api/index', 'positions are integers', { given: describeValue(odd) });
  const t = lax.asTensor(x, isHuge ? 'i64' : 'i32');
  if (!isInteger(t.dtype))
    throw new UserError('api/index', 'positions are integers', {
      given: `${t}`,
      advice:
        t.dtype === 'bool'
          ? 'a mask does not say how many it takes: use np.where, or np.nonzero with a size'
          : "round and convert them: np.astype(np.floor(i), 'i32')",
    });
  return t;
}

/** Positions in a dimension of size `n`, as i32: negative ones count from the end; what lies outside is −1 or `n`. */
export function fromTheEnd(index: Tensor, n: number): Tensor {
  const at = bounded(bind1, index, -n - 1, n);
  return dtypeInfo(index.dtype).kind === 'unsigned' ? at : lax.select(lax.lt(at, 0), lax.add(at, n), at);
}

/** Positions in a dimension of size `n`, as i32: those outside are moved to its ends. */
export const clipped = (index: Tensor, n: number): Tensor => bounded(bind1, index, 0, Math.max(0, n - 1));

/** Positions modulo the size `n` of a dimension, as i32. */
export function wrapped(index: Tensor, n: number): Tensor {
  const rest = lax.rem(widened(bind1, index), Math.max(1, n));
  return lax.convertElementType(lax.select(lax.lt(rest, 0), lax.add(rest, n), rest), 'i32');
}
