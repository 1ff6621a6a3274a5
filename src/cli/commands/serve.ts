import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { UserError } from '../../base/index.ts';
import { foretoldBytes, loadModelTemplate, loadModelTokenizer, openModel } from '../../models/index.ts';
import {
  createServer,
  keysFor,
  type LogLine,
  type ModelBackend,
  ModelPool,
  ModelProcess,
  type PolicyName,
  type PoolEntry,
  policyNames,
  type ReasoningFormatName,
  reasoningFormats,
  type ServedModel,
  ServingMetrics,
  serveBackend,
  type ToolFormatName,
  toolFormats,
} from '../../serve/index.ts';
import { adapterNamesOf, modelHelp, note, withLoadOptions } from '../model-options.ts';
import { nonNegativeInteger, positiveInteger, positiveNumber } from '../options.ts';
import {
  cacheBytesOf,
  engineCommand,
  isEngineProcess,
  openBackend,
  runEngineProcess,
  type ServeEngineOptions,
} from '../serve-engine.ts';
import { type ModelSpec, modelSpec, modelsIn, readModelsFile } from '../served-models.ts';
import { refuseDecided, servingChoice } from '../serving-plan.ts';
import { speculationOf, withSpeculation } from '../speculation.ts';
import { stopOnSignals } from '../stop-signal.ts';

interface ServeOptions extends ServeEngineOptions {
  readonly model?: readonly string[];
  readonly models?: string;
  readonly plan?: string;
  readonly config?: string;
  readonly maxLoaded?: number;
  readonly memoryLimit?: number;
  readonly sleepAfter?: number;
  readonly host: string;
  readonly port: number;
  readonly name?: string;
  readonly apiKeyFile?: string;
  readonly policy: PolicyName;
  readonly maxLength?: number;
  readonly stepTime: number;
  readonly maxQueue: number;
  readonly trustPriorities?: boolean;
  readonly toolFormat?: ToolFormatName;
  readonly reasoningFormat?: ReasoningFormatName | 'none';
  readonly drainTime: number;
  readonly quiet?: boolean;
  readonly oneProcess?: boolean;
}

/** The options as a plan says them. Throws `cli/plan` for options that contradict it, and for several models. */
function planned(o: ServeOptions, file: string, command: Command): ServeOptions {
  refuseDecided(command);
  if (o.model?.length !== 1)
    throw new UserError('cli/plan', 'a plan is for one model', {
      expected: 'one --model',
      given: `${o.model?.length ?? 0}`,
    });
  return { ...o, ...servingChoice(file, modelSpec(o.model[0]).path) };
}

export function addServeCommand(program: Command): void {
  withSpeculation(withLoadOptions(program.command('serve')))
    .description('Answer requests over HTTP, as OpenAI’s interface has them.')
    .option(
      '--model <[name=]dir>',
      `${modelHelp}; several are loaded when requests name them`,
      (text, all: string[] = []) => [...all, text],
    )
    .option('--models <dir>', 'a folder of model folders and .gguf files')
    .option(
      '--plan <file>',
      'of `espalier estimate serve --output`: mesh, layout, texts at once, cache and weights of one --model',
    )
    .option('--config <file>', 'models as JSON: [{ name, path, quantize, activations, cacheMiB, adapters, preload }]')
    .option('--max-loaded <n>', 'models at once; who is idle longest makes room', positiveInteger)
    .option('--memory-limit <MiB>', 'weights and --cache-memory of all models that are loaded', positiveNumber)
    .option('--sleep-after <s>', 'models that nobody asks for so long are unloaded', positiveNumber)
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
    .option(
      '--scorer <name=dir>',
      'a reward model of the same vocabulary, which chooses texts while they are written where requests name it',
      (text, all: string[] = []) => [...all, text],
    )
    .option('--drain-time <s>', 'on SIGTERM, requests have so long to end', positiveNumber, 30)
    .option('--quiet', 'no log of requests')
    .option('--one-process', 'models are computed in this process: what ends one ends all')
    .action(async (given: ServeOptions, command: Command) => {
      const o = given.plan === undefined ? given : planned(given, given.plan, command);
      if (isEngineProcess()) return runEngineProcess(o);
      // What is no model says so before anything is loaded, what is no key before anybody waits.
      speculationOf(o);
      const specs = specsOf(o);
      const apiKeys = readKeys(o.apiKeyFile);
      keysFor(o.host, apiKeys);
      const log = (line: LogLine): void => void process.stderr.write(`${JSON.stringify(line)}\n`);
      const metrics = await ServingMetrics.open();
      const isAlone = specs.length === 1 && !o.models && !o.config && !o.maxLoaded && !o.memoryLimit && !o.sleepAfter;
      const open = (spec: ModelSpec): Promise<Opened> => opened(o, spec, metrics, log, isAlone);
      const alone = isAlone ? await open(specs[0]) : undefined;
      const models = alone
        ? [alone.served]
        : new ModelPool(
            specs.map((spec) => entryOf(o, spec, open)),
            {
              maxLoaded: o.maxLoaded,
              maxBytes: o.memoryLimit === undefined ? undefined : o.memoryLimit * 2 ** 20,
              sleepAfterMs: o.sleepAfter === undefined ? undefined : 1000 * o.sleepAfter,
              onFault: (name, error) => logError(log, `model ${name}`, error),
            },
          );
      const server = await createServer({
        models,
        host: o.host,
        apiKeys,
        metrics,
        version: program.version() ?? '0',
        ...(o.quiet ? {} : { log }),
      });
      const url = await server.listen(o.port).catch(async (error: unknown) => {
        await alone?.close();
        throw error;
      });
      const what = alone
        ? `serving ${alone.served.name} at ${url}/v1: up to ${alone.served.engine.maxLength} tokens`
        : `serving ${specs.length} models at ${url}/v1: ${specs.map((s) => s.name).join(', ')}`;
      console.log(`${what}, ${o.maxSequences} texts at once`);
      if (models instanceof ModelPool)
        // What cannot be loaded was told, and is told to those who ask for it.
        for (const { name, preload } of specs) if (preload) void models.load(name).catch(() => {});
      const stop = stopOnSignals(() =>
        process.stderr.write('requests that are under way end (Ctrl-C leaves at once)\n'),
      );
      await new Promise((done) => stop.signal.addEventListener('abort', done));
      await server.drain(1000 * o.drainTime);
      await alone?.close();
      stop.release();
      // Engines end with the process.
      process.exit(0);
    });
}

/** The models that a command tells of. Throws `cli/models`, and what opening them throws; what merely lies in a folder may be wrong. */
function specsOf(o: ServeOptions): readonly ModelSpec[] {
  const named = [...(o.model ?? []).map(modelSpec), ...(o.config ? readModelsFile(o.config) : [])];
  for (const { path } of named) openModel(path).store.close();
  const all = [...named, ...(o.models ? modelsIn(o.models) : [])];
  const refuse = (summary: string, advice: string): UserError => new UserError('cli/models', summary, { advice });
  if (all.length === 0)
    throw refuse('there is no model to serve', 'name one: --model DIR, --models DIR, or --config FILE');
  if (all.length > 1 && o.scorer) throw refuse('--scorer is for one model', 'serve it alone');
  if (all.length > 1 && o.draft) throw refuse('--draft is for one model', 'guess by n-grams: --speculate ngram');
  if (all.length === 1) return [{ ...all[0], name: o.name ?? all[0].name, adapters: all[0].adapters ?? o.adapter }];
  if (o.name) throw refuse('--name is for one model', 'name several as --model name=DIR');
  if (o.adapter) throw refuse('--adapter is for one model', 'name those of several in --config FILE');
  return all;
}

function entryOf(o: ServeOptions, spec: ModelSpec, open: (spec: ModelSpec) => Promise<Opened>): PoolEntry<ServedModel> {
  return {
    name: spec.name,
    otherNames: adapterNamesOf(spec.adapters ?? []),
    bytes: foretold(o, spec),
    load: async () => {
      const { served, bytes, close } = await open(spec);
      const isBroken = (): boolean => served.engine.status === 'failed';
      return { value: served, bytes: bytes + cacheBytesOf(o, spec), isBroken, close };
    },
  };
}

/** What a model will take; one that cannot be read takes nothing, and says so when somebody asks for it. */
function foretold(o: ServeOptions, spec: ModelSpec): number {
  try {
    const folder = openModel(spec.path);
    folder.store.close();
    return foretoldBytes(folder, { dtype: o.dtype, quantize: spec.quantize ?? o.quantize }) + cacheBytesOf(o, spec);
  } catch (error) {
    note(`${spec.name} cannot be loaded: ${(error as Error).message}`);
    return 0;
  }
}

interface Opened {
  readonly served: ServedModel;
  readonly bytes: number;
  close(): Promise<void>;
}

interface Computed {
  readonly backend: ModelBackend;
  close(): void | Promise<void>;
}

const logError = (log: (line: LogLine) => void, event: string, error: unknown): void =>
  log({
    time: new Date().toISOString(),
    level: 'error',
    event,
    error: String((error as Error).stack ?? error),
  });

/** So long the process of a model may take to end what it does. */
const CLOSE_TIME_MS = 5_000;

/** Opens a model, in a process of its own unless all is to be one, and starts its engine. */
async function opened(
  o: ServeOptions,
  spec: ModelSpec,
  metrics: ServingMetrics,
  log: (line: LogLine) => void,
  isAlone: boolean,
): Promise<Opened> {
  const { name, path } = spec;
  const own = async (): Promise<Computed> => {
    if (o.oneProcess) return openBackend(o, spec);
    const backend = await ModelProcess.start({
      command: engineCommand(),
      spec,
      onStart: (pid) => log({ time: new Date().toISOString(), level: 'info', event: 'engine', model: name, pid }),
    });
    return { backend, close: () => backend.close() };
  };
  const [tokens, computed] = await Promise.allSettled([loadModelTokenizer(path), own()]);
  const free = async (): Promise<void> => {
    if (computed.status === 'fulfilled') await computed.value.close();
    if (tokens.status === 'fulfilled') tokens.value.close();
  };
  try {
    if (computed.status === 'rejected') throw computed.reason;
    if (tokens.status === 'rejected') throw tokens.reason;
    const { backend } = computed.value;
    const how = speculationOf(o);
    const served = await serveBackend(backend, {
      // In one process, where one model is idle another may not be, and they share the thread.
      compilesAhead: isAlone || !o.oneProcess,
      name,
      tokenizer: tokens.value,
      template: loadModelTemplate(path),
      toolFormat: o.toolFormat,
      reasoningFormat: o.reasoningFormat,
      maxLength: o.maxLength,
      speculation: how,
      scheduler: {
        policy: { name: o.policy },
        targetStepMs: o.stepTime,
        maxQueued: o.maxQueue,
        trustsPriorities: o.trustPriorities ?? false,
      },
      observer: {
        ...metrics.observer(name),
        onFault: (error) => logError(log, 'engine fault', error),
      },
    });
    metrics.watch(name, served.engine);
    const close = async (): Promise<void> => {
      metrics.forget(name);
      const closed = served.engine.close();
      // A process that was stopped answers nobody: its end is what ends the waiting for it.
      if (!o.oneProcess) await Promise.race([closed, sleep(CLOSE_TIME_MS)]);
      else await closed;
      await free();
      await closed;
    };
    return { served, bytes: backend.facts.bytes, close };
  } catch (error) {
    await free();
    throw error;
  }
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
