import type { Command } from 'commander';
import { UserError } from '../../base/index.ts';
import { type EnergyProblem, type EnergySolution, readInstance, solveEnergy } from '../../plan/index.ts';
import { positiveNumber } from '../options.ts';

interface Options {
  readonly instance?: string;
  readonly timeLimit: number;
  readonly seed: number;
  readonly progress?: boolean;
}

export function addPlanCommand(program: Command): void {
  program
    .command('plan')
    .description('Choose how a program is split over a mesh.')
    .option(
      '--instance <file>',
      'solve an instance of the ASPLOS 2025 contest (.json or .json.gz) instead of a program',
    )
    .option('--time-limit <seconds>', 'how long to search', positiveNumber, 10)
    .option('--seed <n>', 'of the search: the same gives the same plan', Number, 1)
    .option('--progress', 'print what the search finds as it goes, to standard error')
    .action(async (o: Options) => {
      if (o.instance === undefined)
        throw new UserError('cli/plan', 'there is nothing to plan', { expected: '--instance FILE.json' });
      const problem = readInstance(o.instance);
      const solution = await solveEnergy(problem, {
        timeLimitS: o.timeLimit,
        seed: o.seed,
        ...(o.progress ? { log: (line) => process.stderr.write(`${line}\n`) } : {}),
      });
      process.stdout.write(`${instanceText(problem, solution)}\n`);
      if (!solution.feasible) process.exitCode = 1;
    });
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
    `lower bound  ${number(s.lowerBound)} (the best is at most ${(100 * s.gap).toPrecision(3)} % less)`,
    `peak memory  ${number(s.peakMemory)} of ${number(problem.memoryLimit)}`,
    time,
  ].join('\n');
}
