import { grad, jit, np, type Tensor } from '../../../../src/index.ts';
import { fullyClosed, Mesh, type Module, SHARDING_ATTRIBUTE, shardingAttr } from '../../../../src/ir/index.ts';
import { registry } from '../../../../src/ops/index.ts';
import {
  alpaCosts,
  choice,
  count,
  list,
  notNegative,
  object,
  planIntraOp,
  positive,
  type ReadBy,
  withMesh,
} from '../../../../src/plan/index.ts';
import type { RowKind } from '../../row.ts';

/*
 * Sharding problems whose best objective is published, built from programs that our own tracer makes. The costs are those of Alpa's
 * playground, whose α is of the same order as a byte.
 */

const inputs = object(
  {
    program: choice('mlp training', 'attention', 'transposed product'),
    mesh: list(count),
    alpha: list(notNegative),
    beta: list(notNegative),
    batch: count,
    hidden: count,
  },
  { layers: count, seq: count, heads: count, allGatherPenalty: positive },
);
type Inputs = ReadBy<typeof inputs>;

interface Traced {
  readonly module: Module;
  readonly aliases?: readonly (readonly [number, number])[];
  /** The results are wanted whole on every device. */
  readonly isWhole?: true;
}

const zeros = (...shape: number[]): Tensor => np.zeros(shape);

/** Squared loss of a chain of products; each weight [hidden, hidden] less its gradient takes its place. */
function mlpTraining({ layers = 2, batch, hidden }: Inputs): Traced {
  const weights = Array.from({ length: layers }, () => zeros(hidden, hidden));
  const step = (ws: Tensor[], x: Tensor, y: Tensor): Tensor[] => {
    const loss = (all: Tensor[]): Tensor => {
      const error = np.subtract(
        all.reduce((h, w) => np.matmul(h, w), x),
        y,
      );
      return np.sum(np.multiply(error, error));
    };
    const gradients = grad(loss)(ws);
    return ws.map((w, i) => np.subtract(w, gradients[i]));
  };
  const lowered = jit(step).lower(weights, zeros(batch, hidden), zeros(batch, hidden));
  return { module: lowered.stages.get('optimized')!, aliases: weights.map((_, i) => [i, i]) };
}

/** x: [batch, seq, hidden] → [batch, seq, hidden] */
function attention({ batch, seq = 128, hidden, heads = 16 }: Inputs): Traced {
  const forward = (x: Tensor, ...[wq, wk, wv, wo]: Tensor[]): Tensor => {
    const split = (w: Tensor): Tensor =>
      np.transpose(np.reshape(np.matmul(x, w), [batch, seq, heads, hidden / heads]), [0, 2, 1, 3]);
    const [q, k, v] = [split(wq), split(wk), split(wv)];
    const scores = np.matmul(q, np.transpose(k, [0, 1, 3, 2]));
    const e = np.exp(np.subtract(scores, np.max(scores, { axis: -1, keepdims: true })));
    const mixed = np.matmul(np.divide(e, np.sum(e, { axis: -1, keepdims: true })), v);
    return np.matmul(np.reshape(np.transpose(mixed, [0, 2, 1, 3]), [batch, seq, hidden]), wo);
  };
  const weights = Array.from({ length: 4 }, () => zeros(hidden, hidden));
  const lowered = jit(forward).lower(zeros(batch, seq, hidden), ...weights);
  return { module: lowered.stages.get('optimized')!, isWhole: true };
}

/** x: [batch, hidden], y: [hidden, batch] → xᵀ yᵀ: [hidden, hidden] */
function transposedProduct({ batch, hidden }: Inputs): Traced {
  const product = (x: Tensor, y: Tensor): Tensor => np.matmul(np.transpose(x), np.transpose(y));
  const lowered = jit(product).lower(zeros(batch, hidden), zeros(hidden, batch));
  return { module: lowered.stages.get('optimized')!, isWhole: true };
}

const programs = { 'mlp training': mlpTraining, attention, 'transposed product': transposedProduct };

function withWholeResults(module: Module): Module {
  const { main } = module;
  const whole = main.results.map((r) => ({ [SHARDING_ATTRIBUTE]: shardingAttr(fullyClosed('mesh', r.shape.length)) }));
  return module.with({ funcs: [main.with({ resultAttributes: whole })] });
}

export const goldens: RowKind<Inputs> = {
  name: 'intra-op goldens',
  about: "best objective of sharding a traced program, by the costs of Alpa's playground",
  inputs,
  quantities: { objective: "cost of the best shardings, in Alpa's units (bytes, where α and β are 1)" },
  async evaluate(row) {
    const mesh = new Mesh(row.mesh.map((size, i) => ({ name: `axis${i}`, size })));
    const { module, aliases = [], isWhole } = programs[row.program](row);
    const declared = withMesh(module, mesh, registry).module;
    const { alpha, beta, allGatherPenalty } = row;
    const { solution } = await planIntraOp(isWhole ? withWholeResults(declared) : declared, {
      mesh,
      costs: alpaCosts({ alpha, beta, ...(allGatherPenalty === undefined ? {} : { allGatherPenalty }) }),
      registry,
      aliases,
      scatterSums: false,
    });
    return { objective: solution.objective };
  },
};
