import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { UserError } from '../../base/index.ts';
import { transformerPresets } from '../../nn/index.ts';
import {
  comparePlans,
  planExports,
  reportPage,
  reportText,
  scheduleNames,
  whatIfHelp,
  whatIfs,
} from '../../plan/index.ts';
import { STAGE_AXIS } from '../../train/index.ts';
import { requireFilePlace } from '../folder.ts';
import {
  durationSeconds,
  layersOption,
  meshOption,
  positiveInteger,
  positiveNumber,
  presetOption,
} from '../options.ts';
import type { PlanChoice } from '../planning/choices.ts';
import { solveInstance } from '../planning/instances.ts';
import { planProgram } from '../planning/programs.ts';
import { planStages } from '../planning/stages.ts';
import { openPlanFile } from '../training-plan.ts';

interface Options extends PlanChoice {
  readonly instance?: string;
  readonly compare?: readonly string[];
}

export function addPlanCommand(program: Command): void {
  program
    .command('plan')
    .description('Choose how a program is split over a mesh: a sharding for every op, and what it costs.')
    .argument('[file]', 'StableHLO text or bytecode; - reads standard input')
    .option(
      '--preset <name>',
      `a training step of ours instead: ${Object.keys(transformerPresets).join(', ')}`,
      presetOption,
    )
    .option('--batch-size <n>', 'with --preset: sequences per step, over all devices', positiveInteger, 32)
    .option('--seq-len <n>', "with --preset: bytes per sequence (default: the preset's)", positiveInteger)
    .addOption(
      new Option(
        '--remat <policy>',
        'with --preset: what the backward pass keeps of a layer, the rest being computed again',
      ).choices(['nothing', 'dots', 'everything']),
    )
    .option('--mesh <axes>', 'devices, the last axis along the fastest links, e.g. data=2,model=4', meshOption)
    .addOption(
      new Option('--schedule <name>', 'with a mesh axis stage: this one only (default: the fastest that fits)').choices(
        scheduleNames,
      ),
    )
    .option('--micro-batches <n>', 'with stages: parts of a batch (default: twice the stages)', positiveInteger)
    .option('--chunks <n>', 'with stages: how many each device set has, of interleaved and circular', positiveInteger)
    .option('--stage-layers <list>', 'with stages: layers of each, e.g. 3,1', layersOption)
    .option('--cluster <name>', 'where: see `espalier cluster list`, or a JSON file (default: cores of a CPU)')
    .option('--max-hbm <GB>', "memory per device, 1e9 bytes (default: what the cluster's chip has)", positiveNumber)
    .option('--deadline <time>', 'a step, or all of --steps, takes at most so long, as 20ms or 12h', durationSeconds)
    .option('--budget <usd>', 'a step, or all of --steps, costs at most so much', positiveNumber)
    .option('--steps <n>', 'of the whole run, for --deadline and --budget', positiveInteger)
    .option('--usd-per-chip-hour <n>', 'price of a device', positiveNumber)
    .option('--what-if <list>', whatIfHelp, whatIfs)
    .option('--html <file>', 'write the report as a page that needs nothing from elsewhere')
    .option('--compare <files...>', 'show two plans of --output side by side instead: what differs, and why one wins')
    .option('--output <file>', 'write the plan as JSON: mesh, shardings, predictions with their inputs')
    .addOption(
      new Option('--export <system>', 'print the plan for another system instead: Shardy text, or JAX').choices(
        planExports,
      ),
    )
    .option('--emit <file>', 'write the program with its shardings, for `espalier partition` and `run`')
    .option(
      '--instance <file>',
      'solve an instance of the ASPLOS 2025 contest (.json or .json.gz) instead of a program',
    )
    .option('--time-limit <seconds>', 'how long to search', positiveNumber, 10)
    .option('--seed <n>', 'of the search: the same gives the same plan', Number, 1)
    .option('--progress', 'print what the search finds as it goes, to standard error')
    .action(async (file: string | undefined, o: Options) => {
      if (o.compare !== undefined) compare([...o.compare, ...(file === undefined ? [] : [file])], o);
      else if (o.instance !== undefined) await solveInstance(o.instance, o);
      else await plan(file, o);
    });
}

async function plan(file: string | undefined, o: Options): Promise<void> {
  if (file === undefined && o.preset === undefined)
    throw new UserError('cli/plan', 'there is nothing to plan', {
      expected: 'a StableHLO file, --preset, --instance or --compare',
    });
  if (!o.mesh)
    throw new UserError('cli/plan', 'a plan needs a mesh', { expected: '--mesh, for example --mesh data=2,model=4' });
  for (const name of ['output', 'emit', 'html'] as const)
    if (o[name] !== undefined) requireFilePlace(o[name], `--${name}`);
  if (o.mesh.axisSize(STAGE_AXIS) > 1) await planStages(o);
  else await planProgram(file, o);
}

function compare(files: readonly string[], { html }: Options): void {
  if (files.length !== 2)
    throw new UserError('cli/plan', 'two plans are compared', {
      expected: '--compare a.json b.json',
      given: files.join(' '),
    });
  if (html !== undefined) requireFilePlace(html, '--html');
  const [a, b] = files.map((name) => ({ name, plan: openPlanFile(name) }));
  const report = comparePlans(a, b);
  process.stdout.write(`${reportText(report)}\n`);
  if (html !== undefined) writeFileSync(html, reportPage(report));
}
