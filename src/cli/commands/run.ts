import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { runModule } from '../../api/index.ts';
import { dtypeInfo, HostArray, numElements, type Scalar, UserError } from '../../base/index.ts';
import { readNpy, writeNpy } from '../../data/index.ts';
import { type Type, typeText } from '../../ir/index.ts';
import { engineNames } from '../../runtime/index.ts';
import type { Precision } from '../../transform/index.ts';
import { makeFolder } from '../folder.ts';
import { mustWatch, runWatched } from '../limits.ts';
import { nonNegativeInteger, positiveNumber, precisionHelp, precisionOption, useEngine } from '../options.ts';
import { loadModule } from '../program-file.ts';

interface Options {
  input: string[];
  random?: number;
  output?: string;
  engine?: string;
  precision?: Precision;
  timeLimit?: number;
  memoryLimit?: number;
}

export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('Run a StableHLO program, for example one exported by JAX or PyTorch.')
    .argument('<file>', 'MLIR text, bytecode, or what jax.export serialized')
    .option(
      '--input <file>',
      'an input of @main as .npy; repeat it for several, in order',
      (f, all: string[]) => [...all, f],
      [],
    )
    .option('--random <seed>', 'make up the inputs instead', nonNegativeInteger)
    .option('--output <dir>', 'write results as .npy files')
    .option('--engine <name>', engineNames.join(', '))
    .option('--precision <name>', precisionHelp, precisionOption)
    .option('--time-limit <seconds>', 'stop a program that takes longer', positiveNumber)
    .option('--memory-limit <MiB>', 'stop a program that takes more memory, that of Node included', positiveNumber)
    .action(async (file: string, o: Options) => {
      if (mustWatch(o)) {
        process.exitCode = await runWatched(o);
        return;
      }
      if (o.output) makeFolder(o.output, '--output');
      const engine = useEngine(o);
      const module = loadModule(file);
      const types = module.main.argTypes;
      if (o.input.length === 0 && o.random === undefined && types.length > 0)
        throw new UserError('cli/inputs', `${file} takes ${types.length} inputs: ${types.map(typeText).join(', ')}`, {
          advice: 'give each with --input file.npy, or make them up with --random 0',
        });
      const inputs = o.random === undefined ? o.input.map(readNpy) : types.map((t, i) => madeUp(t, o.random! + i));
      const results = await runModule(module, inputs, { engine });
      // Results of an earlier program in this folder are not mistaken for this one's.
      if (o.output) for (const f of readdirSync(o.output)) if (/^result\d+\.npy$/.test(f)) rmSync(join(o.output, f));
      results.forEach((r, i) => {
        process.stdout.write(`result ${i}: ${r}\n`);
        if (o.output) writeNpy(join(o.output, `result${i}.npy`), r);
      });
      await engine.close();
    });
}

/** Numbers in [-1, 1) (0 … 3 for integers) that depend on the seed only. */
function madeUp(t: Type, seed: number): HostArray {
  if (t.kind !== 'tensor' || t.shape.some((d) => d < 0))
    throw new UserError('cli/inputs', `cannot make up a value of type ${typeText(t)}`);
  const { kind } = dtypeInfo(t.dtype);
  let state = (seed * 0x9e3779b9 + 1) >>> 0;
  const next = (): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return state / 2 ** 32;
  };
  const values = Array.from({ length: numElements(t.shape) }, (): Scalar => {
    const x = next();
    return kind === 'bool' ? x < 0.5 : kind === 'float' || kind === 'complex' ? 2 * x - 1 : Math.floor(4 * x);
  });
  return HostArray.from(t.dtype, t.shape, values);
}
