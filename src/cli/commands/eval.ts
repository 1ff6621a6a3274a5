import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { loadModelTokenizer, openModel, perplexity } from '../../models/index.ts';
import { type ModelOptions, openFor, withModelOptions } from '../model-options.ts';
import { positiveInteger } from '../options.ts';

export function addEvalCommand(program: Command): void {
  const command = program.command('eval').description('Measure a model.');
  withModelOptions(command.command('perplexity'))
    .description('How surprised a model is of a text: the lower, the better it knows it.')
    .requiredOption('--data <file>', 'text')
    .option('--length <n>', 'tokens per window', positiveInteger, 1024)
    .option('--json', 'print JSON')
    .action(async (o: ModelOptions & { data: string; length: number; json?: boolean }) => {
      openModel(o.model).store.close();
      const text = readFileSync(o.data, 'utf8');
      const tokenizer = await loadModelTokenizer(o.model);
      const model = await openFor(o);
      try {
        const tokens = await tokenizer.encodeAsync(text, { addSpecialTokens: false });
        const { bos } = tokenizer.special;
        const result = await perplexity(model, tokens, {
          length: o.length,
          bos,
          onWindow: (done, all) => {
            if (process.stderr.isTTY) process.stderr.write(`\rwindow ${done} of ${all}${done === all ? '\n' : ''}`);
          },
        });
        console.log(
          o.json
            ? JSON.stringify(result)
            : `perplexity ${result.perplexity.toFixed(3)}, ${result.natsPerToken.toFixed(4)} nats per token, ${result.numTokens} tokens`,
        );
      } finally {
        tokenizer.close();
        await model.options.engine?.close();
      }
    });
}
