import { createRequire } from 'node:module';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { UserError } from '../../base/index.ts';
import { encoderThreadSource } from './encoder-thread-source.ts';
import { notATokenizer, type TokenizerJson } from './tokenizer-json.ts';

/** Which library cuts text into tokens: Rust's, where its binary loads, or the one in JavaScript. Their ids are equal. */
export type TokenizerBackend = 'native' | 'javascript';

export interface EncoderOptions {
  /**
   * The library to use; else the native one where it loads and knows the tokenizer's patterns. It ends the process for patterns that were
   * made to take for ever: ask for it only where you trust the files.
   */
  readonly backend?: TokenizerBackend;
  /** Milliseconds that one text may take; then the tokenizer is stopped. Half a minute and more for long texts unless given. */
  readonly timeLimitMs?: number;
}

const libraryByBackend: Readonly<Record<TokenizerBackend, string>> = {
  native: 'tokenizers',
  javascript: '@huggingface/tokenizers',
};

interface Answer {
  readonly id: number;
  readonly ids?: Int32Array;
  readonly error?: string;
}

interface Waiting {
  readonly resolve: (ids: Int32Array) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * UTF-16 units of texts that the native library is given. Its patterns end the process after ten million steps back at one place, which
 * eight million spaces make.
 */
const MAX_NATIVE_LENGTH = 4_000_000;
const LOAD_LIMIT_MS = 120_000;
/** The slower library takes at most 12 ms for 1000 characters; a pattern that takes far longer was made to. */
const limitMsFor = (text: string): number => 30_000 + text.length / 5;

/**
 * A tokenizer library on a thread of its own. Long texts do not keep the event loop from other work, and still a caller who wants the
 * ids at once can wait for them, which the native library alone does not offer.
 */
export class EncoderThread {
  readonly backend: TokenizerBackend;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #counter: Int32Array<SharedArrayBuffer>;
  readonly #waitingById = new Map<number, Waiting>();
  #nextId = 1;
  #failure: UserError | undefined;

  readonly #timeLimitMs: number | undefined;

  private constructor(json: TokenizerJson, backend: TokenizerBackend, timeLimitMs: number | undefined) {
    this.backend = backend;
    this.#timeLimitMs = timeLimitMs;
    const libraryPaths = {
      native: canLoadNative() ? resolvePackage(libraryByBackend.native) : undefined,
      javascript: resolvePackage(libraryByBackend.javascript),
    };
    // What is done here is left out: frames, decoding, and lengths, which are cut and filled by who makes batches. Written anew, so that
    // the library reads what was checked: a key that comes twice is read in more than one way.
    const leftOut = { post_processor: null, decoder: null, truncation: null, padding: null };
    const bytes = Buffer.from(JSON.stringify({ ...json, ...leftOut }));
    const addedTokens = json.added_tokens.map(({ id, content }) => ({ id, content }));
    const answers = new SharedArrayBuffer(4);
    this.#counter = new Int32Array(answers);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(encoderThreadSource, {
      eval: true,
      workerData: {
        libraryPaths,
        backend,
        maxNativeLength: MAX_NATIVE_LENGTH,
        json: bytes,
        addedTokens,
        answers,
        port: port2,
      },
      transferList: [port2],
    });
    port1.on('message', (answer: Answer) => this.#settle(answer));
    this.#worker.on('error', (cause) => this.#fail(notATokenizer(String(cause), cause)));
    this.#worker.on('exit', () => this.#fail(stopped()));
    // Threads without work do not keep the process alive.
    this.#worker.unref();
    port1.unref();
  }

  /** Loads a checked tokenizer.json into a library: the one that is named, else the native one where it can be had. */
  static async start(json: TokenizerJson, options: EncoderOptions = {}): Promise<EncoderThread> {
    const backend = options.backend ?? (canLoadNative() ? 'native' : 'javascript');
    if (backend === 'native' && !canLoadNative())
      throw new UserError('data/tokenizer-backend', 'the native tokenizers library does not load here', {
        advice: 'install the optional package tokenizers, or leave the backend to be chosen',
      });
    const thread = new EncoderThread(json, backend, options.timeLimitMs);
    try {
      await thread.#answer(0, LOAD_LIMIT_MS);
    } catch (error) {
      thread.close();
      throw error;
    }
    return thread;
  }

  /** Ids of a text, without any around it. `isPlain`: special tokens are text like any other. */
  encodeAsync(text: string, isPlain: boolean): Promise<Int32Array> {
    if (this.#failure) return Promise.reject(this.#failure);
    return this.#answer(this.#send(text, isPlain), this.#timeLimitMs ?? limitMsFor(text));
  }

  /** As `encodeAsync`; this thread waits for the ids. */
  encode(text: string, isPlain: boolean): Int32Array {
    if (this.#failure) throw this.#failure;
    const id = this.#send(text, isPlain);
    const endMs = performance.now() + (this.#timeLimitMs ?? limitMsFor(text));
    for (;;) {
      const seen = Atomics.load(this.#counter, 0);
      const answer = (receiveMessageOnPort(this.#port) as { message: Answer } | undefined)?.message;
      if (answer?.id === id) {
        if (answer.ids) return answer.ids;
        throw notATokenizer(answer.error ?? 'no ids');
      }
      if (answer) this.#settle(answer);
      else if (Atomics.wait(this.#counter, 0, seen, endMs - performance.now()) === 'timed-out') throw this.#giveUp();
    }
  }

  /** Ends the thread. Later calls throw `data/tokenizer-closed`. */
  close(): void {
    this.#fail(stopped());
    void this.#worker.terminate();
    this.#port.close();
  }

  #send(text: string, isPlain: boolean): number {
    const id = this.#nextId++;
    this.#port.postMessage({ id, text, isPlain });
    return id;
  }

  #answer(id: number, limitMs: number): Promise<Int32Array> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(), limitMs);
      this.#waitingById.set(id, { resolve, reject, timer });
      this.#port.ref();
    });
  }

  #settle(answer: Answer): void {
    const waiting = this.#waitingById.get(answer.id);
    if (!waiting) return;
    this.#waitingById.delete(answer.id);
    clearTimeout(waiting.timer);
    if (answer.error === undefined) waiting.resolve(answer.ids ?? new Int32Array(0));
    else waiting.reject(notATokenizer(answer.error));
    if (this.#waitingById.size === 0) this.#port.unref();
  }

  /** The first failure counts: everything that waits and whatever comes later gets it. */
  #fail(error: UserError): void {
    this.#failure ??= error;
    for (const { reject, timer } of this.#waitingById.values()) {
      clearTimeout(timer);
      reject(this.#failure);
    }
    this.#waitingById.clear();
  }

  #giveUp(): UserError {
    const error = new UserError(
      'data/tokenizer-time',
      'a text took too long to be cut into tokens, its tokenizer was stopped',
      {
        advice: 'check where the tokenizer comes from, or encode the text in parts',
      },
    );
    this.#fail(error);
    this.close();
    return error;
  }
}

const stopped = (): UserError =>
  new UserError('data/tokenizer-closed', 'the tokenizer was closed', { advice: 'load it again' });

/** Beside this module, wherever the package lies; a thread's own `require` looks in the folder of the process. */
const resolvePackage = (name: string): string => createRequire(import.meta.url).resolve(name);

let nativeLoads: boolean | undefined;
function canLoadNative(): boolean {
  if (nativeLoads === undefined)
    try {
      createRequire(import.meta.url)(libraryByBackend.native);
      nativeLoads = true;
    } catch {
      nativeLoads = false;
    }
  return nativeLoads;
}
