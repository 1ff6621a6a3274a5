import type { Command } from 'commander';
import { collectiveTable, hostTensor, type LoweredProgram, type Mesh, random } from '../../api/index.ts';
import { formatBytes, HostArray, textTable, UserError } from '../../base/index.ts';
import { printModule } from '../../ir/index.ts';
import {
  type DevicePart,
  defaultLayouts,
  inspectModel,
  type Layout,
  layoutFor,
  type ModelFolder,
  openModel,
  type PhaseLayouts,
} from '../../models/index.ts';
import type { QuantizeHow } from '../../nn/index.ts';
import { type TransformerPreset, transformerConfig, transformerPresets } from '../../nn/index.ts';
import { createEngine } from '../../runtime/index.ts';
import { openPipeline, pipelineOf, plannedPrograms, type TrainingPlan, trainPrograms } from '../../train/index.ts';
import { isGiven as wasGiven } from '../config/layers.ts';
import { layoutHelp, layoutOption, quantizeOption } from '../model-options.ts';
import { meshOption, positiveInteger, presetOption } from '../options.ts';
import { choiceOf, readServingPlan, refuseDecided, requireModelOf } from '../serving-plan.ts';
import { openPlanFile, readTrainingPlan } from '../training-plan.ts';

interface Options {
  plan?: string;
  model?: string;
  length: number;
  quantize?: QuantizeHow;
  layout?: PhaseLayouts;
  tokens?: number;
  mesh?: Mesh;
  preset: TransformerPreset;
  batchSize: number;
  seqLen?: number;
  shardUpdate?: boolean;
  stage?: string;
}

export function addInspectCommand(program: Command): void {
  program
    .command('inspect')
    .description('Show how a training step is split over a mesh, or print the program at a stage.')
    .option('--model <path>', 'model folder or .gguf file: what each device would hold, and one step of writing')
    .option(
      '--plan <file>',
      'a plan: the collectives of what `train --plan` would run, or what `serve --plan` would, with --model step by step',
    )
    .option('--length <n>', 'with --model: columns of the cache', positiveInteger, 4096)
    .option('--quantize <how>', 'with --model: weights in few bits, q8 or q4', quantizeOption)
    .option('--layout <name>', `with --model: ${layoutHelp}`, layoutOption)
    .option('--tokens <n>', 'with --model: tokens of each sequence in the step; default 1', positiveInteger)
    .option('--mesh <axes>', 'devices, e.g. data=2,model=2', meshOption)
    .option(
      '--preset <name>',
      `model size: ${Object.keys(transformerPresets).join(', ')}`,
      presetOption,
      'tiny' as TransformerPreset,
    )
    .option('--batch-size <n>', 'sequences per step, over all devices', positiveInteger, 32)
    .option('--seq-len <n>', "bytes per sequence (default: the preset's)", positiveInteger)
    .option('--shard-update', 'cut optimizer state and the update over the data axis (ZeRO stage 1)')
    .option('--stage <name>', 'print MLIR text: traced, optimized or partitioned')
    .action(async (o: Options, command: Command) => {
      if (o.plan !== undefined) {
        if (openPlanFile(o.plan).serving) showServing(o, command);
        else process.stdout.write(`${planText(readTrainingPlan(o.plan, { isRun: false }))}\n`);
        return;
      }
      if (o.model !== undefined) {
        showModel(o.model, o, wasGiven(command, 'batchSize') ? o.batchSize : 1);
        return;
      }
      for (const name of ['quantize', 'length', 'layout', 'tokens'] as const)
        if (command.getOptionValueSource(name) === 'cli')
          throw new UserError('cli/inspect', `--${name} needs --model`, {
            advice: 'without it, a training step of a --preset is shown',
          });
      const lowered = lowerTrainStep(o);
      if (o.stage === undefined) {
        process.stdout.write(
          lowered.report
            ? `${collectiveTable(lowered.report)}\n`
            : 'one device: nothing is split; give --mesh, e.g. --mesh data=2,model=2\n',
        );
        return;
      }
      const module = lowered.stages.get(o.stage);
      if (!module)
        throw new UserError('cli/stage', `this program has no stage "${o.stage}"`, {
          expected: [...lowered.stages.keys()].join(', '),
        });
      process.stdout.write(printModule(module));
    });
}

/** What a plan of inference would run; with a model what each device holds, and the collectives of a step. */
function showServing(o: Options, command: Command): void {
  refuseDecided(command, ['mesh', 'layout', 'quantize', 'length', 'batchSize']);
  const { plan, serving } = readServingPlan(o.plan!);
  const { mesh, layout, quantize } = choiceOf(plan, serving);
  const lines = [
    `plan     ${plan.program}, ${plan.layout ?? ''}`,
    `mesh     ${mesh ?? 'one device'}${mesh ? `: prompts ${serving.prefill}, writing ${serving.decode}` : ''}`,
    `texts    ${serving.maxBatch} at once, ${serving.context} positions each`,
    `cache    ${formatBytes(serving.cacheBytes)} on all devices, weights in ${serving.weightBits} bits`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (o.model === undefined) return;
  requireModelOf(o.plan!, serving, o.model);
  process.stdout.write('\n');
  showModel(o.model, { ...o, mesh, layout, quantize, length: serving.context }, serving.maxBatch);
}

/** The collectives of a plan: of its step, or of every pass of its stages. */
function planText(plan: TrainingPlan): string {
  const { config, batchSize, mesh, pipeline } = plan;
  const engine = createEngine('reference', { maxDevices: mesh.size });
  const run = { config, mesh, engine, batchSize, learningRate: 1e-3, weightDecay: 0.1 };
  if (!pipeline) {
    const programs = plannedPrograms(run, plan, 1000);
    const tokens = hostTensor(HostArray.zeros('i32', [batchSize, config.maxSeqLen + 1]));
    const lowered = programs.step.lower(programs.init.evalShape(random.key(0)), tokens);
    return [`mesh ${mesh}, the shardings of the plan`, '', collectiveTable(lowered.report!)].join('\n');
  }
  const layout = pipelineOf({ ...run, pipeline });
  const open = openPipeline({ ...run, pipeline }, layout);
  const { schedule, stages, meshes } = layout;
  const kinds = new Set(schedule.devices.flat(2).map((t) => t.kind));
  const lines = [
    `${schedule.name}, ${schedule.microBatches} micro-batches, ${stages.length} stages on ${meshes.length} sets of ${meshes[0].size} devices (${meshes[0]})`,
  ];
  stages.forEach((s, i) => {
    const passes = open.lower(i);
    const rows = { F: passes.forward, B: passes.backward, I: passes.inputGradient, W: passes.weightGradient };
    for (const kind of ['F', 'B', 'I', 'W'] as const) {
      const { report } = rows[kind];
      if (!kinds.has(kind)) continue;
      lines.push('', `stage ${i}, layers ${s.from}–${s.to - 1}, ${passNames[kind]} of each micro-batch:`);
      lines.push(report && report.collectives.length > 0 ? collectiveTable(report) : 'no collectives');
    }
  });
  return lines.join('\n');
}
const passNames = { F: 'forward', B: 'backward', I: 'gradient of inputs', W: 'gradient of weights' } as const;

/** What a model would need, without loading it. */
function showModel(path: string, o: Options, batch: number): void {
  const folder = openModel(path);
  folder.store.close();
  const { quantize, length, mesh, tokens: columns = 1 } = o;
  if (columns > length)
    throw new UserError('cli/inspect', 'a step has more tokens than the cache', {
      expected: `--tokens of at most ${length} (--length)`,
      given: `${columns}`,
    });
  const layout = layoutOfStep(o, folder, batch * columns);
  const options = { mesh, batch, length, quantize, columns, ...(layout ? { layout } : {}) };
  const { weights, cache, quantized, step } = inspectModel(folder, options);
  const sum = (parts: readonly DevicePart[]): number => parts.reduce((n, p) => n + p.bytesPerDevice, 0);
  const lines = [
    `devices  ${o.mesh ? `${o.mesh.size} (${o.mesh})` : '1'}`,
    `weights  ${formatBytes(sum(weights))} per device, in ${weights.length} tensors`,
    ...(quantized && quantize
      ? [
          `rounded  ${quantized.count} weights, ${howText(quantize)}, ${quantized.smaller} of them in smaller groups than asked for; ${quantized.kept} that products read stay as they are`,
        ]
      : []),
    ...(cache.length > 0 ? [`cache    ${formatBytes(sum(cache))} per device, for ${batch} × ${o.length} tokens`] : []),
    '',
    textTable(
      ['largest weights', 'type', 'cut', 'bytes per device'],
      weights
        .slice(0, 12)
        .map((p) => [p.path, `${p.dtype}[${p.shape.join(', ')}]`, `${p.spec}`, formatBytes(p.bytesPerDevice)]),
    ),
  ];
  if (step?.report) lines.push('', `one step of ${columns > 1 ? 'reading' : 'writing'}:`, collectiveTable(step.report));
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Where weights and vectors are in a step of so many tokens; undefined: as the default rules say. */
function layoutOfStep(
  { layout, mesh, tokens = 1 }: Options,
  folder: ModelFolder,
  numTokens: number,
): Layout | undefined {
  const stack = folder.family.decoder?.(folder.config);
  const layouts = layout ?? (mesh && defaultLayouts(mesh));
  if (!layouts || !stack) return undefined;
  if (!mesh) throw new UserError('models/layout', 'there is one device: nothing is cut', { expected: 'a mesh' });
  return layoutFor(layouts, mesh, { isPrefill: tokens > 1, numTokens, stack, canGather: true });
}

const howText = (how: QuantizeHow): string =>
  'matquant' in how
    ? `${how.matquant.join(', ')} bits of MLPs`
    : `to ${how.bits} bits, ${how.group === undefined ? 'a scale per channel' : `groups of ${how.group}`}`;

function lowerTrainStep(o: Options): LoweredProgram {
  const config = transformerConfig(o.preset, o.seqLen === undefined ? {} : { maxSeqLen: o.seqLen });
  const engine = createEngine('reference');
  const programs = trainPrograms(
    { config, mesh: o.mesh, engine, learningRate: 1e-3, weightDecay: 0.1, shardUpdate: o.shardUpdate ?? false },
    1000,
  );
  const tokens = hostTensor(HostArray.zeros('i32', [o.batchSize, config.maxSeqLen + 1]));
  return programs.step.lower(programs.init.evalShape(random.key(0)), tokens);
}
