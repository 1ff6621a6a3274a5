import { UserError } from '../../base/index.ts';
import type { ScoredText, Scorer } from '../control/index.ts';
import type { ModelBackend, ModelDecoders, ModelFacts } from '../model/index.ts';
import { type EngineCommand, EngineProcess } from './engine-process.ts';
import type { DecoderName, Opened } from './messages.ts';
import { RemoteDecoder } from './remote-decoder.ts';

/** Who comes while a process is started anew tries again so soon. */
const RETRY_MS = 1000;

export interface ModelProcessOptions {
  /** How the process is started; it has to call `hostModel`. */
  readonly command: EngineCommand;
  /** What it is told to load. */
  readonly spec?: unknown;
  /** Told of each process whose model is there. */
  readonly onStart?: (pid: number) => void;
}

/** A model in a process of its own, which is started anew for new decoders when it has ended. */
export class ModelProcess implements ModelBackend {
  readonly facts: ModelFacts;
  readonly scorers: ReadonlyMap<string, Scorer>;
  readonly #command: EngineCommand;
  readonly #spec: unknown;
  readonly #onStart: (pid: number) => void;
  #process: EngineProcess;
  /** What is there and was not yet given to anybody. */
  #opened: Opened | undefined;
  #isClosed = false;

  private constructor(
    { command, spec, onStart }: ModelProcessOptions,
    { process, opened }: { readonly process: EngineProcess; readonly opened: Opened },
  ) {
    this.#command = command;
    this.#spec = spec;
    this.#onStart = onStart ?? (() => {});
    this.#process = process;
    this.#opened = opened;
    this.facts = opened.facts;
    const score = async (scorer: string, texts: readonly ScoredText[]): Promise<readonly number[]> =>
      (await this.#ask({ kind: 'score', scorer, texts })) as readonly number[];
    this.scorers = new Map(opened.scorerNames.map((name) => [name, { score: (texts) => score(name, texts) }]));
  }

  /** Throws what loading throws there, and `serve/engine-process` where the process ends before it is ready. */
  static async start(options: ModelProcessOptions): Promise<ModelProcess> {
    const process = new EngineProcess(options.command);
    const opened = await openIn(process, options.spec);
    if (process.pid !== undefined) options.onStart?.(process.pid);
    return new ModelProcess(options, { process, opened });
  }

  async open(): Promise<ModelDecoders> {
    let opened = this.#process.hasEnded ? undefined : this.#opened;
    this.#opened = undefined;
    if (!opened) {
      // Before another one takes as much memory.
      await this.#process.kill();
      const process = new EngineProcess(this.#command);
      this.#process = process;
      opened = await openIn(process, this.#spec);
      if (this.#isClosed) await process.kill();
      else if (process.pid !== undefined) this.#onStart(process.pid);
    }
    const { decoders } = opened;
    const remote = (name: DecoderName): RemoteDecoder | undefined =>
      decoders[name] && new RemoteDecoder(this.#process, name, decoders[name]);
    return { own: remote('own')!, draft: remote('draft'), layer: remote('layer') };
  }

  async embed(prompts: readonly (readonly number[])[]): Promise<readonly Float32Array[]> {
    return (await this.#ask({ kind: 'embed', prompts })) as readonly Float32Array[];
  }

  async see(images: readonly Uint8Array[]): Promise<readonly (readonly Float32Array[])[]> {
    return (await this.#ask({ kind: 'see', images })) as readonly (readonly Float32Array[])[];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#process.kill();
  }

  /** What the process answers that computes now; a question that it takes with it may be asked again. */
  async #ask(question: Parameters<EngineProcess['ask']>[0]): Promise<unknown> {
    const process = this.#process;
    try {
      return await process.ask(question);
    } catch (cause) {
      if (!process.hasEnded) throw cause;
      throw new UserError('serve/unavailable', 'the engine is started anew', {
        advice: 'send the call again',
        fields: { retryAfterMs: RETRY_MS },
        cause,
      });
    }
  }
}

async function openIn(process: EngineProcess, spec: unknown): Promise<Opened> {
  try {
    return await process.open(spec);
  } catch (error) {
    await process.kill();
    throw error;
  }
}
