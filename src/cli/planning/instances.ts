import { type EnergyProblem, type EnergySolution, readInstance, solveEnergy } from '../../plan/index.ts';
import { percent, type SearchChoice, searchOptions } from './choices.ts';

/** Solves an instance of the contest, and prints what was found. */
export async function solveInstance(file: string, o: SearchChoice): Promise<void> {
  const problem = readInstance(file);
  const solution = await solveEnergy(problem, searchOptions(o));
  process.stdout.write(`${instanceText(problem, solution)}\n`);
  if (!solution.feasible) process.exitCode = 1;
}

const number = (x: number): string => x.toLocaleString('en-US', { maximumFractionDigits: 3 });

function instanceText(problem: EnergyProblem, s: EnergySolution): string {
  const head = `instance     ${problem.name}: ${number(problem.nodes.length)} nodes, ${number(problem.edges.length)} edges`;
  const time = `time         ${(s.timeMs / 1000).toFixed(1)} s, ${s.method}`;
  if (!s.feasible)
    return [
      head,
      s.shortage
        ? `infeasible   needs at least ${number(s.shortage.minimumMemory)} at time ${s.shortage.time}, the limit is ${number(problem.memoryLimit)}; the largest then: ${s.shortage.alive
            .slice(0, 5)
            .map((a) => `node ${a.node} with ${number(a.usage)}`)
            .join(', ')}`
        : 'infeasible   no choice that keeps the limit was found',
      time,
    ].join('\n');
  return [
    head,
    `objective    ${number(s.objective)}`,
    `lower bound  ${number(s.lowerBound)} (the best is at most ${percent(s.gap)} less)`,
    `peak memory  ${number(s.peakMemory)} of ${number(problem.memoryLimit)}`,
    time,
  ].join('\n');
}
