import type { Command } from 'commander';
import { hostTensor, type LoweredProgram, type Mesh, random } from '../../api/index.ts';
import { HostArray, UserError } from '../../base/index.ts';
import { printModule } from '../../ir/index.ts';
import { type TransformerPreset, transformerConfig, transformerPresets } from '../../nn/index.ts';
import type { PartitionReport } from '../../partition/index.ts';
import { createEngine } from '../../runtime/index.ts';
import { trainPrograms } from '../../train/index.ts';
import { meshOption, positiveInteger } from '../options.ts';
import { formatBytes } from '../progress.ts';

interface Options {
  mesh?: Mesh;
  preset: string;
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
    .option('--preset <name>', `model size: ${Object.keys(transformerPresets).join(', ')}`, 'tiny')
    .option('--batch-size <n>', 'sequences per step, over all devices', positiveInteger, 32)
    .option('--seq-len <n>', "bytes per sequence (default: the preset's)", positiveInteger)
    .option('--shard-update', 'cut optimizer state and the update over the data axis (ZeRO stage 1)')
    .option('--stage <name>', 'print MLIR text: traced, optimized or partitioned')
    .action(async (o: Options) => {
      if (!(o.preset in transformerPresets))
        throw new UserError('cli/preset', `unknown preset "${o.preset}"`, {
          expected: Object.keys(transformerPresets).join(', '),
        });
      const lowered = lowerTrainStep(o);
      if (o.stage === undefined) {
        process.stdout.write(summary(lowered));
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
  const config = transformerConfig(
    o.preset as TransformerPreset,
    o.seqLen === undefined ? {} : { maxSeqLen: o.seqLen },
  );
  const engine = createEngine('reference');
  const programs = trainPrograms(
    { config, mesh: o.mesh, engine, learningRate: 1e-3, weightDecay: 0.1, shardUpdate: o.shardUpdate ?? false },
    1000,
  );
  const tokens = hostTensor(HostArray.zeros('i32', [o.batchSize, config.maxSeqLen + 1]));
  return programs.step.lower(programs.init.evalShape(random.key(0)), tokens);
}

function summary(lowered: LoweredProgram): string {
  const { report } = lowered;
  if (!report) return 'one device: nothing is split; give --mesh, e.g. --mesh data=2,model=2\n';
  const rows = tableOf(report);
  const total = report.collectives.reduce((n, c) => n + c.bytes, 0);
  const header = ['collective', 'axes', 'group', 'bytes per device', 'after', 'from'];
  const cells = rows.map((r) => [
    r.count > 1 ? `${r.count} × ${r.kind}` : r.kind,
    r.axes,
    String(r.groupSize),
    formatBytes(r.bytes),
    r.cause.replace('stablehlo.', ''),
    r.location,
  ]);
  const widths = header.map((h, i) => Math.max(h.length, ...cells.map((c) => c[i].length)));
  const line = (row: readonly string[]): string =>
    row
      .map((c, i) => c.padEnd(widths[i]))
      .join('  ')
      .trimEnd();
  return [
    `${report.numDevices} devices; ${report.collectives.length} collectives, ${formatBytes(total)} per device and pass over the program text`,
    '(a collective inside a layer loop is listed once and runs once per layer)',
    '',
    line(header),
    ...cells.map(line),
    ...report.replicated.map((r) => `replicated: ${r.op}, ${r.reason}${r.location ? ` (${r.location})` : ''}`),
    '',
  ].join('\n');
}

interface Row {
  readonly kind: string;
  readonly axes: string;
  readonly groupSize: number;
  readonly cause: string;
  readonly location: string;
  readonly count: number;
  readonly bytes: number;
}

/** Equal collectives of one source line together, largest first. */
function tableOf(report: PartitionReport): Row[] {
  const rowByKey = new Map<string, Row>();
  for (const c of report.collectives) {
    const location = c.location ?? '';
    const key = [c.kind, c.axes, c.cause, location].join('|');
    const known = rowByKey.get(key);
    rowByKey.set(key, {
      ...c,
      location,
      count: (known?.count ?? 0) + 1,
      bytes: (known?.bytes ?? 0) + c.bytes,
    });
  }
  return [...rowByKey.values()].sort((a, b) => b.bytes - a.bytes);
}
