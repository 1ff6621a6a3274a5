import { np, type Tensor, vjp } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';

/* Several losses that share an activation: where their gradients point in opposite directions, one side is dropped by chance. */

export interface GradDropOptions {
  /** Of each loss, how much of its gradient always passes: 0 to 1. Default 0. */
  readonly leaks?: readonly number[];
  /** Makes the result as long as the sum of the gradients would be (Lingvo's code, not the paper). Default true. */
  readonly keepNorm?: boolean;
}

/**
 * One gradient of several at a shared activation: `x: f32[batch, …]`, a gradient of its shape from each loss, `u: f32[…]` uniform in [0, 1), one per place and the same for all
 * examples and losses. Where a share P of the signed gradients, summed over the batch, is positive, those of one sign pass with probability P. Source: Chen et al. 2020,
 * "Just Pick a Sign"; Lingvo, `graddrop.py`.
 */
export function gradDrop(x: Tensor, gradients: readonly Tensor[], u: Tensor, o: GradDropOptions = {}): Tensor {
  const { leaks, keepNorm = true } = o;
  if (gradients.length === 0 || (leaks && leaks.length !== gradients.length))
    throw new UserError('train/objective', 'there is not a leak for every loss', {
      expected: `${gradients.length}`,
      given: `${leaks?.length ?? 0}`,
    });
  const plus = (a: Tensor, b: Tensor): Tensor => np.add(a, b);
  const sign = np.sign(x);
  const signed = gradients.map((g) => np.sum(np.multiply(g, sign), { axis: 0 }));
  const all = signed.reduce(plus);
  const size = signed.map((s) => np.abs(s)).reduce(plus);
  const positive = np.add(0.5, np.divide(all, np.add(np.multiply(size, 2), 1e-7)));
  const side = np.subtract(np.astype(np.greaterEqual(positive, u), 'f32'), 0.5);
  const kept = gradients.map((g, k) => {
    const passes = np.astype(np.greaterEqual(np.multiply(np.sign(signed[k]), side), 0), 'f32');
    const leak = leaks?.[k] ?? 0;
    return np.multiply(g, np.add(leak, np.multiply(passes, 1 - leak)));
  });
  const dropped = kept.reduce(plus);
  if (!keepNorm) return dropped;
  const norm = (t: Tensor): Tensor => np.sqrt(np.sum(np.square(t)));
  return np.multiply(dropped, np.divide(norm(gradients.reduce(plus)), np.maximum(norm(dropped), 1e-12)));
}

/**
 * Gradients of a trunk and of the losses behind it: `trunk(params)` gives the shared activation `f32[batch, …]`, each loss a number of it. Losses are differentiated by themselves
 * first, then the trunk once, with what `gradDrop` leaves. Traceable.
 */
export function gradDropped<P>(
  trunk: (params: P) => Tensor,
  losses: readonly ((x: Tensor) => Tensor)[],
  params: P,
  u: Tensor,
  o: GradDropOptions = {},
): { readonly losses: readonly Tensor[]; readonly gradient: P } {
  const [x, back] = vjp(trunk, params);
  const each = losses.map((loss) => {
    const [value, pull] = vjp(loss, x);
    return { value, gradient: pull(np.onesLike(value))[0] };
  });
  const [gradient] = back(
    gradDrop(
      x,
      each.map((e) => e.gradient),
      u,
      o,
    ),
  );
  return { losses: each.map((e) => e.value), gradient };
}
