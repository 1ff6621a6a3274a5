import type { Command } from 'commander';
import { collectiveTable, hostTensor, type LoweredProgram, type Mesh, random } from '../../api/index.ts';
import { HostArray, UserError } from '../../base/index.ts';
import { printModule } from '../../ir/index.ts';
import { type TransformerPreset, transformerConfig, transformerPresets } from '../../nn/index.ts';
import { createEngine } from '../../runtime/index.ts';
import { trainPrograms } from '../../train/index.ts';
import { meshOption, positiveInteger, presetOption } from '../options.ts';

interface Options {
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
    .action(async (o: Options) => {
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
