import { bytesOf, type Module, type Registry } from '../../../ir/index.ts';
import { type EnergySolution, requireFeasible, type SolveOptions, solveEnergy } from '../energy/index.ts';
import { annotate } from './annotate.ts';
import type { CollectiveUse } from './costs.ts';
import { foldClasses, foldProblem } from './fold.ts';
import { layoutKey } from './layouts.ts';
import { type ProgramGraph, type ProgramGraphOptions, programGraph } from './program-graph.ts';

/** A collective of a plan, with how often it is run and what for. */
export interface PlannedCollective extends CollectiveUse {
  readonly rounds: number;
  /** Cost of all its runs. */
  readonly cost: number;
  /** The op whose sum it makes, or that reads the value it moves. */
  readonly cause: string;
}

/** Shardings chosen for a program, and what they are predicted to cost. */
export interface IntraOpPlan {
  readonly graph: ProgramGraph;
  /** Its bound is one of plans in which repeated layers choose alike, where `numClasses` is given. */
  readonly solution: EnergySolution;
  /** Choices left after repeated layers were joined; absent where they were not. */
  readonly numClasses?: number;
  /** Makes the program with the chosen shardings, for the partitioner. */
  readonly annotated: () => Module;
  /** Each once; a value that several ops read in the same other layout is moved once. */
  readonly collectives: readonly PlannedCollective[];
  readonly computeCost: number;
  readonly communicationCost: number;
}

export interface IntraOpOptions extends ProgramGraphOptions, SolveOptions {
  readonly registry: Registry;
  /** Repeated layers choose alike; where not given, in programs of more than 1000 ops. */
  readonly fold?: boolean;
}

const FOLD_ABOVE = 1000;

/**
 * Chooses a sharding for every op of a program. Annotations that are there stay; the program has one function (`inline`). Throws
 * `plan/infeasible` where no choice fits the memory, with what would be alive.
 */
export async function planIntraOp(module: Module, options: IntraOpOptions): Promise<IntraOpPlan> {
  const graph = programGraph(module, options);
  const { fold = graph.nodes.length > FOLD_ABOVE } = options;
  const classes = fold ? foldClasses(graph) : undefined;
  const solved = await solveEnergy(classes ? foldProblem(graph.problem, classes) : graph.problem, options);
  // Names of a folded problem's nodes are those of some member.
  const member = (node: number): number => (classes ? classes.indexOf(node) : node);
  requireFeasible(
    solved,
    graph.problem,
    (i) => graph.nodes[member(i)].name,
    (n) => `${n} bytes`,
  );
  const solution = classes ? { ...solved, choice: Int32Array.from(classes, (c) => solved.choice[c]) } : solved;
  const plan = planOf(graph, solution, options.registry);
  return classes ? { ...plan, numClasses: new Set(classes).size } : plan;
}

/** The plan that a choice stands for. */
export function planOf(graph: ProgramGraph, solution: EnergySolution, registry: Registry): IntraOpPlan {
  const { nodes, uses, mesh, costs, reshards } = graph;
  const { choice } = solution;
  const priced = (use: CollectiveUse, rounds: number, cause: string): PlannedCollective => ({
    ...use,
    rounds,
    cause,
    cost: rounds * costs.collective(use, mesh),
  });
  const own = nodes.flatMap(({ strategies, rounds, sumEvery, name }, i) =>
    strategies[choice[i]].collectives.map((c) => priced(c, rounds / sumEvery, name)),
  );
  const moved = new Set<string>();
  const between = uses.flatMap(({ value, from, result, to, operand, rounds }) => {
    const made = nodes[from].strategies[choice[from]].results[result];
    const read = nodes[to].strategies[choice[to]].operands[operand];
    const key = `${value.id} ${layoutKey(read)} ${rounds}`;
    if (nodes[to].kind === 'op' && moved.has(key)) return [];
    if (nodes[to].kind === 'op') moved.add(key);
    const shape = value.type.kind === 'tensor' ? value.type.shape : [];
    const { collectives } = reshards.of(shape, bytesOf(value.type))(made, read);
    return collectives.map((c) => priced(c, rounds, nodes[to].name));
  });
  const collectives = [...own, ...between];
  return {
    graph,
    solution,
    annotated: () => annotate(graph, choice, registry),
    collectives,
    computeCost: nodes.reduce((n, { strategies, rounds }, i) => n + rounds * strategies[choice[i]].computeCost, 0),
    communicationCost: collectives.reduce((n, c) => n + c.cost, 0),
  };
}
