import {
  ANSWER,
  CONTEXT,
  GENERATION,
  MESSAGES,
  PROGRAM,
  REPLY,
  SLEEPERS,
  type SpecialFunctionName,
} from '../../compile/index.ts';
import { nodeModule } from './features.ts';
import type { RecordedEvent } from './recorder.ts';
import { workerSource } from './worker-source.ts';

export type WorkerMessage =
  /** Of a run; with what was recorded in it. */
  | { readonly kind: 'done'; readonly events: readonly RecordedEvent[] }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'callback'; readonly step: number }
  | { readonly kind: 'special'; readonly name: SpecialFunctionName; readonly args: readonly number[] };

/** A thread, in Node or in a browser. */
export interface Thread {
  post(message: object): void;
  stop(): void;
}

interface NodeWorker {
  postMessage(message: object): void;
  on(event: 'message' | 'error', listener: (m: unknown) => void): void;
  ref(): void;
  unref(): void;
  terminate(): void;
}
interface WebWorker {
  postMessage(message: object): void;
  onmessage: ((e: { readonly data: unknown }) => void) | null;
  onerror: ((e: { readonly message?: string }) => void) | null;
  terminate(): void;
}
interface Web {
  readonly Worker?: new (url: string) => WebWorker;
  readonly Blob: new (parts: readonly string[], options: { type: string }) => object;
  readonly URL: { createObjectURL(blob: object): string };
}

/** Starts a thread. Undefined where threads are not to be had (a page's policy may forbid them). */
export function startThread(listen: (m: WorkerMessage) => void): Thread | undefined {
  const source = workerSource({
    generation: GENERATION,
    sleepers: SLEEPERS,
    program: PROGRAM,
    messages: MESSAGES,
    reply: REPLY,
    answer: ANSWER,
    context: CONTEXT,
  });
  const failed = (e: unknown): void => listen({ kind: 'failed', message: String(e) });
  const threads = nodeModule<{ Worker: new (source: string, o: { eval: boolean }) => NodeWorker }>(
    'node:worker_threads',
  );
  if (threads) {
    const worker = new threads.Worker(source, { eval: true });
    worker.on('message', (m) => listen(m as WorkerMessage));
    worker.on('error', failed);
    // Idle threads do not keep the process alive.
    worker.unref();
    return { post: (m) => worker.postMessage(m), stop: () => worker.terminate() };
  }
  const web = globalThis as unknown as Web;
  if (!web.Worker) return undefined;
  try {
    const url = web.URL.createObjectURL(new web.Blob([source], { type: 'text/javascript' }));
    const worker = new web.Worker(url);
    worker.onmessage = (e) => listen(e.data as WorkerMessage);
    worker.onerror = (e) => failed(e.message ?? e);
    return { post: (m) => worker.postMessage(m), stop: () => worker.terminate() };
  } catch {
    return undefined;
  }
}
