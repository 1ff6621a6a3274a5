import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { UserError } from '../../base/index.ts';
import { loadModelTemplate, loadModelTokenizer, openModel } from '../../models/index.ts';
import {
  createServer,
  keysFor,
  type LogLine,
  type PolicyName,
  policyNames,
  type ReasoningFormatName,
  reasoningFormats,
  type ServedModel,
  ServingMetrics,
  serveModel,
  type ToolFormatName,
  toolFormats,
} from '../../serve/index.ts';
import { type ModelOptions, openFor, withModelOptions } from '../model-options.ts';
import { nonNegativeInteger, positiveInteger, positiveNumber } from '../options.ts';
import { stopOnSignals } from '../stop-signal.ts';

interface ServeOptions extends ModelOptions {
  readonly host: string;
  readonly port: number;
  readonly name?: string;
  readonly apiKeyFile?: string;
  readonly policy: PolicyName;
  readonly maxLength?: number;
  readonly maxSequences: number;
  readonly maxStepTokens: number;
  readonly cacheMemory: number;
  readonly stepTime: number;
  readonly maxQueue: number;
  readonly trustPriorities?: boolean;
  readonly toolFormat?: ToolFormatName;
  readonly reasoningFormat?: ReasoningFormatName | 'none';
  readonly drainTime: number;
  readonly quiet?: boolean;
}

export function addServeCommand(program: Command): void {
  withModelOptions(program.command('serve'))
    .description('Answer requests over HTTP, as OpenAI’s interface has them.')
    .option('--host <address>', 'where to listen; elsewhere than on this machine a key is demanded', '127.0.0.1')
    .option('--port <n>', '0 takes a free one', nonNegativeInteger, 8000)
    .option('--name <text>', 'what clients call the model; default: the name of its folder')
    .option('--api-key-file <file>', 'keys that open the server, one per line; else ESPALIER_API_KEY')
    .addOption(
      new Option('--policy <name>', 'who comes first: plas and atlas look at programs, not calls')
        .choices(policyNames)
        .default('fcfs'),
    )
    .option(
      '--max-length <n>',
      'tokens of a prompt with its answer; default: as many as model and cache take',
      positiveInteger,
    )
    .option('--max-sequences <n>', 'texts at once', positiveInteger, 32)
    .option('--max-step-tokens <n>', 'tokens of a prompt at once', positiveInteger, 512)
    .option('--cache-memory <MiB>', 'memory for keys and values', positiveNumber, 512)
    .option('--step-time <ms>', 'prompts are cut so that those who write wait about so long', positiveNumber, 150)
    .option('--max-queue <n>', 'requests that wait; more are refused', positiveInteger, 256)
    .option('--trust-priorities', 'the priority that a request states counts')
    .addOption(
      new Option('--tool-format <name>', 'how the model writes calls of tools; default: as its template shows').choices(
        Object.keys(toolFormats),
      ),
    )
    .addOption(
      new Option('--reasoning-format <name>', 'how it marks what it thinks; default: as its template shows').choices([
        ...Object.keys(reasoningFormats),
        'none',
      ]),
    )
    .option('--drain-time <s>', 'on SIGTERM, requests have so long to end', positiveNumber, 30)
    .option('--quiet', 'no log of requests')
    .action(async (o: ServeOptions) => {
      // What is no model says so before anything is loaded, what is no key before anybody waits.
      openModel(o.model).store.close();
      const apiKeys = readKeys(o.apiKeyFile);
      keysFor(o.host, apiKeys);
      const log = (line: LogLine): void => void process.stderr.write(`${JSON.stringify(line)}\n`);
      const metrics = await ServingMetrics.open();
      const model = await served(o, metrics, log);
      const server = await createServer({
        models: [model],
        host: o.host,
        apiKeys,
        metrics,
        version: program.version() ?? '0',
        ...(o.quiet ? {} : { log }),
      });
      const url = await server.listen(o.port);
      console.log(
        `serving ${model.name} at ${url}/v1: up to ${model.engine.maxLength} tokens, ${o.maxSequences} texts at once`,
      );
      const stop = stopOnSignals(() =>
        process.stderr.write('requests that are under way end (Ctrl-C leaves at once)\n'),
      );
      await new Promise((done) => stop.signal.addEventListener('abort', done));
      await server.drain(1000 * o.drainTime);
      await model.engine.close();
      stop.release();
      // Engines end with the process.
      process.exit(0);
    });
}

async function served(o: ServeOptions, metrics: ServingMetrics, log: (line: LogLine) => void): Promise<ServedModel> {
  const [tokenizer, model] = await Promise.all([loadModelTokenizer(o.model), openFor(o, true)]);
  const name = o.name ?? basename(resolve(o.model)).replace(/\.gguf$/, '');
  const observer = metrics.observer(name);
  const made = await serveModel(model, {
    compilesAhead: true,
    name,
    tokenizer,
    template: loadModelTemplate(o.model),
    toolFormat: o.toolFormat,
    reasoningFormat: o.reasoningFormat,
    decoder: {
      cacheBytes: o.cacheMemory * 2 ** 20,
      maxSequences: o.maxSequences,
      maxTokensPerStep: o.maxStepTokens,
    },
    maxLength: o.maxLength,
    scheduler: {
      policy: { name: o.policy },
      targetStepMs: o.stepTime,
      maxQueued: o.maxQueue,
      trustsPriorities: o.trustPriorities ?? false,
    },
    observer: {
      ...observer,
      onFault: (error) =>
        log({
          time: new Date().toISOString(),
          level: 'error',
          event: 'engine fault',
          error: String((error as Error).stack ?? error),
        }),
    },
  });
  metrics.watch(name, made.engine);
  return made;
}

/** The keys of a file, or of the environment. Throws `cli/keys`. */
function readKeys(file: string | undefined): readonly string[] {
  if (file === undefined) return process.env.ESPALIER_API_KEY ? [process.env.ESPALIER_API_KEY] : [];
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError('cli/keys', `cannot read the keys in ${file}`, { cause });
  }
  const keys = text.split('\n').flatMap((line) => line.trim() || []);
  if (keys.length === 0) throw new UserError('cli/keys', `there are no keys in ${file}`, { expected: 'one per line' });
  return keys;
}
