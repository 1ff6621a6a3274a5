import { np, type Tensor } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import type { ExpertWeights } from './experts.ts';

/* Layers of experts that become others: more experts for new data, or one dense network for one task. */

/** A router and its experts. */
export interface ExpertLayer {
  /** `[expert, embed]` */
  readonly router: Tensor;
  readonly experts: ExpertWeights;
}

/** What a tensor of all experts is made into. */
type Change = (name: string, of: (w: ExpertWeights) => Tensor | undefined) => Tensor | undefined;

/** The tensors of experts, each changed. */
function changed(change: Change): ExpertWeights {
  const biases = {
    gate: change('bias of gate', (w) => w.biases?.gate),
    up: change('bias of up', (w) => w.biases?.up),
    down: change('bias of down', (w) => w.biases?.down),
  };
  return {
    gate: change('gate', (w) => w.gate),
    up: change('up', (w) => w.up)!,
    down: change('down', (w) => w.down)!,
    ...(biases.gate || biases.up || biases.down ? { biases } : {}),
  };
}

/**
 * The layer with more experts behind its own. New rows of the router are the mean of the old ones: at zero they would draw half of all
 * tokens at once. To keep what was learnt, train the new ones only. Source: Chen et al. 2023 (Lifelong-MoE).
 * Throws `nn/experts` when the new experts have other tensors or sizes.
 */
export function growExperts({ router, experts }: ExpertLayer, added: ExpertWeights): ExpertLayer {
  const mean = np.mean(router, { axis: 0, keepdims: true });
  const rows = np.broadcastTo(mean, [added.up.shape[0], router.shape[1]]);
  return {
    router: np.concatenate([router, rows]),
    experts: changed((name, of) => {
      const [old, more] = [of(experts), of(added)];
      if (old?.shape.slice(1).join() !== more?.shape.slice(1).join())
        throw new UserError('nn/experts', `new experts have another ${name}`, {
          expected: old ? `[…, ${old.shape.slice(1).join(', ')}]` : 'none',
          given: more ? `${more}` : 'none',
        });
      return old && more && np.concatenate([old, more]);
    }),
  };
}

/** One dense network: `gate, up: [mlp, embed]`, `down: [embed, mlp]`, and a bias for each that has one. */
export interface DenseWeights {
  readonly gate?: Tensor;
  readonly up: Tensor;
  readonly down: Tensor;
  readonly biases?: { readonly gate?: Tensor; readonly up?: Tensor; readonly down?: Tensor };
}

/**
 * The dense network that a layer is for tokens that all have the same experts and weights: those of one task. `experts: i32[topK]`,
 * `weights: f32[topK]`; `topK` times as wide as an expert. Source: Kudugunta et al. 2021 (Task-MoE), §3.3.
 */
export function extractExperts(w: ExpertWeights, experts: Tensor, weights: Tensor): DenseWeights {
  const chosen = changed((_, of) => {
    const t = of(w);
    return t && np.take(t, experts, 0);
  });
  /** `[topK, mlp, …]` → `[topK · mlp, …]` */
  const joined = (t: Tensor | undefined): Tensor | undefined =>
    t && np.reshape(t, [t.shape[0] * t.shape[1], ...t.shape.slice(2)]);
  const down = np.multiply(chosen.down, np.astype(np.expandDims(weights, [1, 2]), chosen.down.dtype));
  const { biases } = chosen;
  return {
    gate: joined(chosen.gate),
    up: joined(chosen.up)!,
    down: np.reshape(np.transpose(down, [1, 0, 2]), [down.shape[1], down.shape[0] * down.shape[2]]),
    ...(biases
      ? {
          biases: {
            gate: joined(biases.gate),
            up: joined(biases.up),
            down: biases.down && np.einsum('kd,k->d', biases.down, weights),
          },
        }
      : {}),
  };
}
