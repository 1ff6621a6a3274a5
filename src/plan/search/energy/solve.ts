import { assert, EspalierError } from '../../../base/index.ts';
import { branch } from './branch.ts';
import { eliminateAll } from './eliminate.ts';
import { costOf, type FlatGraph, flatten, usageOf } from './flat-graph.ts';
import { numColumns, solveMip } from './mip.ts';
import { type Found, searchChoice } from './priced-search.ts';
import {
  checkProblem,
  type EnergyProblem,
  type EnergySolution,
  type MemoryShortage,
  objectiveOf,
  peakMemoryOf,
} from './problem.ts';
import { NoStrategyLeft, reduce, removeForbidden } from './reduce.ts';
import { WorkingGraph } from './working-graph.ts';

export interface SolveOptions {
  /** Seconds after which the best choice so far is given; 10 unless given. */
  readonly timeLimitS?: number;
  /** The same seed gives the same choice where the time suffices. */
  readonly seed?: number;
  /** Relative gap that is small enough; 1e-6 unless given. */
  readonly gap?: number;
  /** Told of progress, as text. */
  readonly log?: (line: string) => void;
}

/** Most entries of a table of exact elimination. */
const MAX_TABLE = 1 << 22;
/** Steps that trying every choice may take: some tenths of a second. */
const MAX_STEPS = 1_000_000;
const MAX_BRANCHED = 64;
/** Columns of a program that HiGHS solves within some minutes and GB. */
const MAX_COLUMNS = 300_000;
/** Share of the time that search has before HiGHS, where that can follow. */
const SEARCH_BEFORE_MIP = 0.3;

/**
 * Chooses a strategy for every node: reduction, then exact elimination where the tables are small and what it chooses keeps the limit,
 * else search with prices on memory, and HiGHS from its choice where the program is small enough.
 */
export async function solveEnergy(problem: EnergyProblem, options: SolveOptions = {}): Promise<EnergySolution> {
  const { timeLimitS = 10, seed = 1, gap = 1e-6, log } = options;
  checkProblem(problem);
  const start = performance.now();
  const deadline = start + 1000 * timeLimitS;
  const numNodes = problem.nodes.length;
  const failed = (shortage?: MemoryShortage): EnergySolution => ({
    choice: new Int32Array(numNodes),
    objective: Infinity,
    lowerBound: Infinity,
    gap: 0,
    method: 'none',
    timeMs: performance.now() - start,
    feasible: false,
    peakMemory: shortage?.minimumMemory ?? NaN,
    ...(shortage ? { shortage } : {}),
  });
  const graph = new WorkingGraph(problem);
  try {
    removeForbidden(graph);
    const shortage = shortageOf(problem, graph);
    if (shortage) return failed(shortage);
    reduce(graph, { tableSize: 4096, dominanceWork: 2e6, deadline: start + 0.3 * (deadline - start) });
  } catch (error) {
    if (error instanceof NoStrategyLeft) return failed();
    throw error;
  }
  if (graph.limits.some((limit) => limit < 0)) return failed();
  const flat = flatten(graph);
  log?.(
    `${numNodes} nodes, ${flat.numNodes} after reduction with ${numColumns(flat)} columns and ${flat.limits.length} rows`,
  );
  const { found, method } = await solveFlat(flat, { start, deadline, seed, gap, log });
  if (!found?.choice) return { ...failed(), lowerBound: found?.lowerBound ?? graph.constant, feasible: false, gap: 1 };
  const at = new Int32Array(numNodes);
  flat.nodes.forEach((a, i) => {
    at[a] = found.choice![i];
  });
  const choice = graph.expand((a) => at[a]);
  const objective = objectiveOf(problem, choice);
  const peakMemory = peakMemoryOf(problem, (i, usages) => usages[choice[i]]).memory;
  assert(peakMemory <= problem.memoryLimit * (1 + 1e-12), 'a choice of the search does not keep the memory limit');
  assert(
    Math.abs(objective - found.objective) <= 1e-6 * Math.max(1, Math.abs(objective)),
    'the reduced problem has another cost than the whole one',
    { expected: String(objective), given: String(found.objective) },
  );
  const lowerBound = Math.min(found.lowerBound, objective);
  return {
    choice,
    objective,
    lowerBound,
    gap: objective === 0 ? 0 : (objective - lowerBound) / Math.abs(objective),
    method,
    timeMs: performance.now() - start,
    feasible: true,
    peakMemory,
  };
}

interface FlatOptions {
  readonly start: number;
  readonly deadline: number;
  readonly seed: number;
  readonly gap: number;
  readonly log: ((line: string) => void) | undefined;
}

async function solveFlat(
  g: FlatGraph,
  { start, deadline, seed, gap, log }: FlatOptions,
): Promise<{ found: Found | undefined; method: EnergySolution['method'] }> {
  const unlimited = eliminateAll(g, MAX_TABLE);
  let lowerBound = g.constant;
  if (unlimited) {
    const objective = costOf(g, unlimited);
    lowerBound = objective;
    if (usageOf(g, unlimited).every((u, r) => u <= g.limits[r]))
      return {
        found: { choice: unlimited, objective, lowerBound },
        method: g.numNodes === 0 ? 'presolve' : 'elimination',
      };
    log?.(`elimination: no choice costs less than ${objective}, which takes too much memory`);
  }
  const branched = g.numNodes <= MAX_BRANCHED ? branch(g, MAX_STEPS) : undefined;
  if (branched) return { found: { ...branched, lowerBound: branched.objective }, method: 'enumeration' };
  const canProve = numColumns(g) <= MAX_COLUMNS;
  const until = canProve ? start + SEARCH_BEFORE_MIP * (deadline - start) : deadline;
  const searched = searchChoice(g, { seed, deadline: until, gap, log });
  lowerBound = Math.max(lowerBound, searched.lowerBound);
  const isClose = (objective: number): boolean => objective - lowerBound <= gap * Math.abs(objective);
  if (!canProve || (searched.choice && isClose(searched.objective)))
    return { found: { ...searched, lowerBound }, method: 'message passing' };
  const proved = await solveMip(g, { seed, deadline, gap, start: searched.choice });
  log?.(
    proved ? `HiGHS: cost ${proved.objective}, bound ${proved.lowerBound}` : 'HiGHS is not there, or found nothing',
  );
  if (!proved) return { found: { ...searched, lowerBound }, method: 'message passing' };
  lowerBound = Math.max(lowerBound, proved.lowerBound);
  const keepsLimits = usageOf(g, proved.choice!).every((u, r) => u <= g.limits[r]);
  return keepsLimits && proved.objective <= searched.objective
    ? { found: { ...proved, lowerBound }, method: 'mip' }
    : { found: { ...searched, lowerBound }, method: 'message passing' };
}

/** What the smallest strategies left need, where that is more than the limit. */
function shortageOf(problem: EnergyProblem, graph: WorkingGraph): MemoryShortage | undefined {
  const least = (node: number, usages: Float64Array): number =>
    graph.names[node].reduce((a, s) => Math.min(a, usages[s]), Infinity);
  const { memory, time } = peakMemoryOf(problem, least);
  if (memory <= problem.memoryLimit) return undefined;
  const alive = problem.nodes.flatMap(({ memory: lives }, node) => {
    const usage = lives.reduce((n, m) => n + (m.start <= time && time < m.end ? least(node, m.usages) : 0), 0);
    return usage > 0 ? [{ node, usage }] : [];
  });
  return { minimumMemory: memory, time, alive: alive.sort((a, b) => b.usage - a.usage) };
}

/** Throws `plan/infeasible` for a problem that cannot keep its limit, with what was found out, and `plan/unfinished` where no solution was found. `amount` writes memory in its unit. */
export function requireFeasible(
  solution: EnergySolution,
  problem: EnergyProblem,
  nameOf: (node: number) => string,
  amount: (memory: number) => string = String,
): void {
  if (solution.feasible) return;
  const { shortage } = solution;
  if (!shortage)
    throw new EspalierError('plan/unfinished', `no plan of ${problem.name} was found in time`, {
      expected: `a choice that keeps ${amount(problem.memoryLimit)}`,
      given: `${Math.round(solution.timeMs)} ms of search; that there is none was not shown`,
      advice: 'search longer (--time-limit)',
    });
  throw new EspalierError('plan/infeasible', `${problem.name} does not fit`, {
    expected: `at most ${amount(problem.memoryLimit)}`,
    given: `at least ${amount(shortage.minimumMemory)} at one time, of which ${shortage.alive
      .slice(0, 3)
      .map((a) => `${nameOf(a.node)} ${amount(a.usage)}`)
      .join(', ')}`,
  });
}
