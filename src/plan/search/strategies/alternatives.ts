import { bytesOf, type Registry } from '../../../ir/index.ts';
import { type EnergyProblem, type SolveOptions, solveEnergy } from '../energy/index.ts';
import { type IntraOpPlan, planOf } from './intra-op.ts';
import { layoutKey } from './layouts.ts';

/** The best plan that cuts one argument otherwise. */
export interface Alternative {
  /** The argument, and how it lies in the alternative. */
  readonly argument: number;
  readonly plan: IntraOpPlan;
}

/** How many of the largest arguments are tried. */
const TRIED = 3;

/**
 * The runner-up: of the largest arguments one lies otherwise than in the plan, all else is chosen anew. Undefined where no argument can
 * lie otherwise.
 */
export async function runnerUp(
  plan: IntraOpPlan,
  options: SolveOptions & { readonly registry: Registry },
): Promise<Alternative | undefined> {
  const { graph, solution } = plan;
  const candidates = graph.nodes
    .flatMap(({ kind, values, strategies }, node) =>
      kind === 'argument' && strategies.length > 1 ? [{ node, bytes: bytesOf(values[0].type) }] : [],
    )
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, TRIED);
  let best: Alternative | undefined;
  for (const { node } of candidates) {
    const { strategies } = graph.nodes[node];
    const chosen = layoutKey(strategies[solution.choice[node]].results[0]);
    const nodes = graph.problem.nodes.map((n, i) =>
      i === node
        ? { ...n, costs: n.costs.map((c, s) => (layoutKey(strategies[s].results[0]) === chosen ? Infinity : c)) }
        : n,
    );
    const problem: EnergyProblem = { ...graph.problem, nodes };
    const found = await solveEnergy(problem, options);
    if (found.feasible && found.objective < (best?.plan.solution.objective ?? Infinity))
      best = { argument: node, plan: planOf(graph, found, options.registry) };
  }
  return best;
}
