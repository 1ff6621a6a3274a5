import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Tokenizer } from '../../../data/index.ts';
import { loadModelTokenizer, openModel, type Perplexity, perplexity } from '../../../models/index.ts';
import { openTasks, taskEvaluator } from '../../../train/index.ts';
import { type ModelOptions, noteLength, openFor, withModelOptions } from '../../model-options.ts';
import { positiveInteger } from '../../options.ts';
import { evaluationText, taskModelOf, tasksAsked } from '../train-tasks.ts';
import { addHarnessCommand } from './harness.ts';
import { addNeedleCommand } from './needle.ts';

export function addEvalCommand(program: Command): void {
  const command = program.command('eval').description('Measure a model.');
  addTaskEvaluation(command);
  addHarnessCommand(command);
  addNeedleCommand(command);
  withModelOptions(command.command('perplexity'))
    .description('How surprised a model is of a text: the lower, the better it knows it.')
    .requiredOption('--data <file>', 'text')
    .option('--length <n>', 'tokens per window; default: 1024, or what the model was made for', positiveInteger)
    .option('--json', 'print JSON')
    .action(async (o: ModelOptions & { data: string; length?: number; json?: boolean }) => {
      openModel(o.model).store.close();
      const text = readFileSync(o.data, 'utf8');
      const tokenizer = await loadModelTokenizer(o.model);
      try {
        const tokens = await tokenizer.encodeAsync(text, { addSpecialTokens: false });
        const measure = (own: ModelOptions): Promise<Perplexity> => measured(own, tokens, tokenizer, o.length);
        const result = await measure(o);
        const { quantize: _, activations: __, ...plain } = o;
        const whole = o.quantize ? await measure(plain) : undefined;
        console.log(o.json ? JSON.stringify({ ...result, ...(whole ? { unquantized: whole } : {}) }) : textOf(result));
        if (whole && !o.json) {
          const difference = result.natsPerToken - whole.natsPerToken;
          console.log(
            `as stored: ${textOf(whole)}; difference ${signed(difference, 4)} nats per token, ${signed(100 * Math.expm1(difference), 2)} %`,
          );
        }
      } finally {
        tokenizer.close();
      }
    });
}

function addTaskEvaluation(command: Command): void {
  withModelOptions(command.command('task'))
    .description('How a model does on a task of a task file: loss, accuracy, and the metrics of what it writes.')
    .option('--task <name>', 'a task file (FILE or FILE#name), or a name in espalier.config.*')
    .option('--mixture <rates>', 'several tasks of that file: books=3,chats=1')
    .option('--examples <n>', 'of each task, from its first on', positiveInteger, 256)
    .option('--batch-size <n>', 'sequences that are computed together', positiveInteger, 8)
    .option('--seq-len <n>', 'tokens in a row, where the task file does not say', positiveInteger, 512)
    .option('--max-new-tokens <n>', 'tokens that it may write (default: as long as targets may be)', positiveInteger)
    .option('--json', 'print JSON')
    .action(evaluateOnTask);
}

interface TaskEvalOptions extends ModelOptions {
  readonly task?: string;
  readonly mixture?: string;
  readonly examples: number;
  readonly batchSize: number;
  readonly seqLen: number;
  readonly maxNewTokens?: number;
  readonly json?: boolean;
}

async function evaluateOnTask(o: TaskEvalOptions): Promise<void> {
  const asked = await tasksAsked(o);
  const model = await openFor(o);
  try {
    const tasks = await openTasks(asked.declaration, asked.name, taskModelOf(model.folder), {
      seed: 0,
      batchSize: o.batchSize,
      length: o.seqLen,
    });
    try {
      const results = await taskEvaluator(tasks, o)(model);
      console.log(o.json ? JSON.stringify(results) : results.map(evaluationText).join('\n'));
    } finally {
      tasks.close();
    }
  } finally {
    await model.options.engine?.close();
  }
}

const textOf = ({ perplexity: p, natsPerToken, numTokens }: Perplexity): string =>
  `perplexity ${p.toFixed(3)}, ${natsPerToken.toFixed(4)} nats per token, ${numTokens} tokens`;

const signed = (x: number, digits: number): string => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(digits)}`;

/** The perplexity of the model that options name, on an engine of its own. */
async function measured(
  o: ModelOptions,
  tokens: Int32Array,
  tokenizer: Tokenizer,
  length: number | undefined,
): Promise<Perplexity> {
  const model = await openFor(o);
  const { bos } = tokenizer.special;
  try {
    if (length !== undefined) noteLength(model, Math.min(length, tokens.length + (bos === undefined ? 0 : 1)));
    return await perplexity(model, tokens, {
      ...(length === undefined ? {} : { length }),
      bos,
      onWindow: (done, all) => {
        if (process.stderr.isTTY) process.stderr.write(`\rwindow ${done} of ${all}${done === all ? '\n' : ''}`);
      },
    });
  } finally {
    await model.options.engine?.close();
  }
}
