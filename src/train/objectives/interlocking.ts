import { np, type Tensor, vjp } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';

/* Between learning layer by layer and learning all at once: a component hears of the losses of some components behind it. */

/** Part of a network, with a head that guesses the answer from what it makes. */
export interface Component<P, H> {
  readonly net: (params: P, x: Tensor) => Tensor;
  /** The loss of a guess from `net`'s result, of the component itself: a number. The last component's is the network's. */
  readonly local: (head: H, x: Tensor) => Tensor;
}

export interface InterlockingParams<P, H> {
  readonly nets: readonly P[];
  readonly heads: readonly H[];
}

/**
 * Losses and gradients of all components. `n` says of how many losses a component hears: 1, its own alone (local learning); as many as there are components, the network's
 * (backpropagation). A component's weights follow the loss farthest behind it that it hears of, a head its own loss. Of every boundary `n − 1` gradients are sent. Traceable.
 * Source: Gomez et al. 2022, "Interlocking Backpropagation".
 */
export function interlockingGradients<P, H>(
  components: readonly Component<P, H>[],
  params: InterlockingParams<P, H>,
  x: Tensor,
  n: number,
): { readonly losses: readonly Tensor[]; readonly nets: readonly P[]; readonly heads: readonly H[] } {
  if (!Number.isInteger(n) || n < 1 || n > components.length)
    throw new UserError('train/objective', 'a component hears of so many losses', {
      expected: `1 to ${components.length}`,
      given: `${n}`,
    });
  const forward: { pull: (g: Tensor) => [P, Tensor]; value: Tensor; head: H; own: Tensor }[] = [];
  let made = x;
  for (const [i, c] of components.entries()) {
    const [out, pull] = vjp(c.net, params.nets[i], made);
    const [value, pullLocal] = vjp(c.local, params.heads[i], out);
    const [head, own] = pullLocal(np.onesLike(value));
    forward.push({ pull, value, head, own });
    made = out;
  }
  const nets = Array<P>(components.length);
  let heard: readonly Tensor[] = [];
  for (let i = components.length - 1; i >= 0; i--) {
    const { pull, own } = forward[i];
    const all = [own, ...heard];
    const pulled = all.map((g) => pull(g));
    nets[i] = pulled[pulled.length - 1][0];
    heard = pulled.slice(0, n - 1).map(([, toInput]) => toInput);
  }
  return { losses: forward.map((f) => f.value), nets, heads: forward.map((f) => f.head) };
}
