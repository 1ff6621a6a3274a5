import type { Command } from 'commander';
import type { HostArray } from '../../base/index.ts';
import type { TransformerConfig } from '../../nn/index.ts';
import { engineNames } from '../../runtime/index.ts';
import { type SampleOptions, TextSampler } from '../../serve/index.ts';
import { loadNewestCheckpoint } from '../../train/index.ts';
import type { Precision } from '../../transform/index.ts';
import {
  nonNegativeInteger,
  nonNegativeNumber,
  positiveInteger,
  precisionHelp,
  precisionOption,
  useEngine,
} from '../options.ts';

export function addSampleCommand(program: Command): void {
  program
    .command('sample')
    .description('Continue a prompt with a trained model.')
    .requiredOption('--from <dir>', 'folder of a training run')
    .option('--prompt <text>', 'text to continue', '\n')
    .option('--max-tokens <n>', 'bytes to write', positiveInteger, 400)
    .option('--temperature <x>', '0 always takes the likeliest byte', nonNegativeNumber, 0.8)
    .option('--seed <n>', 'seed of the drawing', nonNegativeInteger, 0)
    .option('--engine <name>', engineNames.join(', '))
    .option('--precision <name>', precisionHelp, precisionOption)
    .action(
      async (o: {
        from: string;
        prompt: string;
        maxTokens: number;
        temperature: number;
        seed: number;
        engine?: string;
        precision?: Precision;
      }) => {
        const engine = useEngine(o);
        const checkpoint = loadNewestCheckpoint(o.from);
        await writeSample(checkpoint.info.config, checkpoint.model, o.prompt, o);
        process.stdout.write('\n');
        await engine.close();
      },
    );
}

/** Writes the prompt and its continuation to the terminal as they come. */
export async function writeSample(
  config: TransformerConfig,
  tensors: ReadonlyMap<string, HostArray>,
  prompt: string,
  options: SampleOptions,
): Promise<void> {
  const sampler = new TextSampler(config, tensors);
  const decoder = new TextDecoder('utf-8');
  process.stdout.write(prompt);
  for await (const byte of sampler.sample(new TextEncoder().encode(prompt), options))
    process.stdout.write(decoder.decode(Uint8Array.of(byte), { stream: true }));
  process.stdout.write(decoder.decode());
}
