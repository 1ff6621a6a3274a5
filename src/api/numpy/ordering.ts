import * as lax from '../lax/core.ts';
import type { Tensor } from '../trace/tensor.ts';

/** Whether sorted neighbours are different values: NaN is one value. */
export const differ = (x: Tensor, y: Tensor): Tensor =>
  lax.bitwiseAnd(lax.ne(x, y), lax.bitwiseOr(lax.eq(x, x), lax.eq(y, y)));
