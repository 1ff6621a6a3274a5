import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { compileModule, hostTensor, type Mesh, random } from '../../api/index.ts';
import { formatBytes, HostArray, textTable, UserError } from '../../base/index.ts';
import { type TransformerPreset, transformerConfig, transformerPresets } from '../../nn/index.ts';
import { type Executable, TopologyEngine, type TopologyExecutable } from '../../runtime/index.ts';
import { trainPrograms } from '../../train/index.ts';
import { meshOption, positiveInteger, presetOption } from '../options.ts';
import { loadModule } from '../program-file.ts';

interface Options {
  topology: string;
  plugin?: string;
  partitioner: string;
  mesh?: Mesh;
  preset: TransformerPreset;
  batchSize: number;
  output?: string;
}

export function addCompileCommand(program: Command): void {
  program
    .command('compile')
    .description('Compile a program with XLA for machines that are not here, and show what it will need there.')
    .argument('[file]', 'MLIR text or bytecode, partitioned over the mesh it declares; without one, a training step')
    .requiredOption('--topology <name>', 'devices as the plugin names them, e.g. v5e:2x2 for TPUs')
    .option('--plugin <name>', 'path of a PJRT plugin, or cpu, cuda12, cuda13, tpu')
    .option(
      '--partitioner <name>',
      'espalier (a program per device) or xla (shardings, for its own partitioner)',
      'espalier',
    )
    .option('--mesh <axes>', 'devices of the training step, e.g. data=2,model=2', meshOption)
    .option(
      '--preset <name>',
      `model of the training step: ${Object.keys(transformerPresets).join(', ')}`,
      presetOption,
      'tiny' as TransformerPreset,
    )
    .option('--batch-size <n>', 'sequences per step, over all devices', positiveInteger, 32)
    .option('--output <file>', 'write the compiled program, to be loaded there')
    .action(async (file: string | undefined, o: Options) => {
      if (o.partitioner !== 'espalier' && o.partitioner !== 'xla')
        throw new UserError('cli/partitioner', `unknown partitioner "${o.partitioner}"`, { expected: 'espalier, xla' });
      const engine = new TopologyEngine({ topology: o.topology, plugin: o.plugin, partitioner: o.partitioner });
      await engine.open();
      const executable = file ? await compileModule(loadModule(file), { engine }) : await trainStep(engine, o);
      show(engine, executable as TopologyExecutable);
      if (o.output) writeFileSync(o.output, (executable as TopologyExecutable).compiled.serialize());
      (executable as TopologyExecutable).compiled.dispose();
      await engine.close();
    });
}

function trainStep(engine: TopologyEngine, o: Options): Promise<Executable> {
  const config = transformerConfig(o.preset);
  const programs = trainPrograms({ config, mesh: o.mesh, engine, learningRate: 1e-3, weightDecay: 0.1 }, 1000);
  const tokens = hostTensor(HostArray.zeros('i32', [o.batchSize, config.maxSeqLen + 1]));
  return programs.step.compile(programs.init.evalShape(random.key(0)), tokens);
}

function show(engine: TopologyEngine, executable: TopologyExecutable): void {
  const memory = executable.compiled.memory();
  const cost = executable.compiled.cost();
  const number = (name: string): number | undefined => {
    const value = cost.get(name);
    return typeof value === 'number' && value > 0 ? value : undefined;
  };
  const header = [
    'devices',
    `${executable.devices.size} of ${engine.maxDevices}: ${engine.devices()[0].description} …`,
  ];
  const rows = [
    ['compiled in', `${(executable.stats.compileTimeMs / 1000).toFixed(1)} s`],
    ['arguments per device', formatBytes(memory.arguments)],
    [
      'results per device',
      `${formatBytes(memory.outputs)}, of which in arguments' memory ${formatBytes(memory.aliased)}`,
    ],
    ['temporaries per device', formatBytes(memory.temporaries)],
    ['code', formatBytes(memory.code)],
  ];
  const flops = number('flops');
  if (flops) rows.push(['operations per device', `${(flops / 1e9).toPrecision(4)} GFLOP`]);
  const bytes = number('bytes accessed');
  if (bytes) rows.push(['bytes moved per device', formatBytes(bytes)]);
  const seconds = number('optimal_seconds');
  if (seconds) rows.push(["XLA's estimate", `${(seconds * 1e3).toPrecision(3)} ms`]);
  process.stdout.write(`${textTable(header, rows)}\n`);
}
