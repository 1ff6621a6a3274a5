import type { Command } from 'commander';
import { UserError } from '../../base/index.ts';
import { loadModel, saveModel } from '../../models/index.ts';
import { createEngine } from '../../runtime/index.ts';
import { positiveInteger } from '../options.ts';

const types = { f32: 'f32', bf16: 'bf16', f16: 'f16' } as const;

export function addConvertCommand(program: Command): void {
  program
    .command('convert')
    .description('Write a model as a folder of plain weights: from a GGUF file, a quantized folder, or another type.')
    .requiredOption('--model <path>', 'model folder, or .gguf file')
    .requiredOption('--output <dir>', 'folder to write')
    .option('--type <name>', `${Object.keys(types).join(', ')}; default: as stored`, typeOption)
    .option('--max-shard-bytes <n>', 'most bytes of weights in one file', positiveInteger, 5e9)
    .action(async (o: { model: string; output: string; type?: keyof typeof types; maxShardBytes: number }) => {
      if (o.output.endsWith('.gguf'))
        throw new UserError('cli/convert', 'GGUF files cannot be written yet', { expected: 'a folder as --output' });
      // Weights only pass through: an engine that compiles nothing holds them.
      const engine = createEngine('reference');
      const model = loadModel(o.model, { engine });
      await saveModel(model, o.output, { ...(o.type ? { dtype: o.type } : {}), maxShardBytes: o.maxShardBytes });
      const { tensors } = model.folder.store;
      const numElements = [...tensors.values()].reduce((n, t) => n + t.shape.reduce((a, b) => a * b, 1), 0);
      console.log(`written  ${o.output}: ${tensors.size} tensors, ${(numElements / 1e6).toFixed(1)} M numbers`);
      await engine.close();
    });
}

function typeOption(text: string): keyof typeof types {
  if (text in types) return text as keyof typeof types;
  throw new UserError('cli/type', `weights cannot be written as "${text}"`, {
    expected: Object.keys(types).join(', '),
  });
}
