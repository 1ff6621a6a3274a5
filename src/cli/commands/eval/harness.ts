import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { textTable } from '../../../base/index.ts';
import {
  evaluatedModel,
  type HarnessReport,
  loadModelTokenizer,
  readHarnessTasks,
  runHarness,
} from '../../../models/index.ts';
import { type ModelOptions, openFor, withModelOptions } from '../../model-options.ts';
import { nonNegativeInteger, positiveInteger } from '../../options.ts';

interface HarnessCommandOptions extends ModelOptions {
  readonly tasks: readonly string[];
  readonly numFewshot?: number;
  readonly limit?: number;
  readonly batchSize: number;
  readonly maxLength?: number;
  readonly bootstrap: number;
  readonly seed: number;
  readonly output?: string;
  readonly samples?: string;
  readonly json?: boolean;
}

export function addHarnessCommand(command: Command): void {
  withModelOptions(command.command('harness'))
    .description('Measure a model on tasks in the YAML of lm-eval, over local data.')
    .requiredOption('--tasks <file...>', 'task files, or files of groups')
    .option('--num-fewshot <n>', 'examples in front of each document (default: what tasks say)', nonNegativeInteger)
    .option('--limit <n>', 'documents of each task, from its first on', positiveInteger)
    .option('--batch-size <n>', 'sequences that are computed together', positiveInteger, 8)
    .option(
      '--max-length <n>',
      'tokens that are read at once (default: what the model was made for, up to 2048)',
      positiveInteger,
    )
    .option(
      '--bootstrap <n>',
      'resamplings for standard errors that have no formula; 0: none',
      nonNegativeInteger,
      100_000,
    )
    .option('--seed <n>', 'for the choice of examples', nonNegativeInteger, 1234)
    .option('--output <file>', 'write all numbers as JSON, in the shape of lm-eval')
    .option('--samples <file>', 'write every document with what was asked, answered and scored, as JSON lines')
    .option('--json', 'print that JSON instead of a table')
    .action(async (o: HarnessCommandOptions) => {
      const asked = readHarnessTasks(o.tasks);
      const tokenizer = await loadModelTokenizer(o.model);
      const model = await openFor(o);
      try {
        const evaluated = evaluatedModel(model, tokenizer, {
          batchSize: o.batchSize,
          ...(o.maxLength === undefined ? {} : { maxLength: o.maxLength }),
          onProgress: (done, all) => {
            if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all}${done === all ? '\n' : ''}`);
          },
        });
        const { report, tasks } = await runHarness(evaluated, asked, {
          bootstrapIterations: o.bootstrap,
          fewshotSeed: o.seed,
          ...(o.limit === undefined ? {} : { limit: o.limit }),
          ...(o.numFewshot === undefined ? {} : { numFewshot: o.numFewshot }),
          onTask: (task) => {
            if (process.stderr.isTTY) process.stderr.write(`${task.name}\n`);
          },
        });
        const json = JSON.stringify(
          {
            ...report,
            config: { model: o.model, limit: o.limit ?? null, bootstrap_iters: o.bootstrap, fewshot_seed: o.seed },
          },
          null,
          2,
        );
        if (o.output !== undefined) writeFileSync(o.output, `${json}\n`);
        if (o.samples !== undefined)
          writeFileSync(
            o.samples,
            tasks.flatMap((t) => t.samples.map((s) => `${JSON.stringify({ task: t.task.name, ...s })}\n`)).join(''),
          );
        console.log(o.json ? json : tableOf(report));
      } finally {
        tokenizer.close();
        await model.options.engine?.close();
      }
    });
}

/** A row per number. */
function tableOf(report: HarnessReport): string {
  const rows = Object.entries(report.results).flatMap(([name, row]) =>
    Object.entries(row).flatMap(([key, value]) => {
      const [metric, filter] = key.split(',');
      if (typeof value !== 'number' || metric.endsWith('_stderr')) return [];
      const stderr = row[`${metric}_stderr,${filter}`];
      const direction = report.higher_is_better[name]?.[metric];
      return [
        [
          name,
          String(report.versions[name] ?? ''),
          filter,
          String(report['n-shot'][name] ?? ''),
          metric + (direction === undefined ? '' : direction ? ' ↑' : ' ↓'),
          value.toFixed(4),
          typeof stderr === 'number' ? `± ${stderr.toFixed(4)}` : '',
        ],
      ];
    }),
  );
  return textTable(['task', 'version', 'filter', 'shots', 'metric', 'value', 'standard error'], rows);
}
