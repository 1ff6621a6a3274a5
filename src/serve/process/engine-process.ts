import { type ChildProcess, spawn } from 'node:child_process';
import { EspalierError } from '../../base/index.ts';
import { type Answer, type Opened, type Question, receivedError } from './messages.ts';

/** How a process is started that computes a model: it has to call `hostModel`. */
export interface EngineCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: EspalierError): void;
}

/** One process with one model, seen from the server. */
export class EngineProcess {
  /** Resolves when it has ended, whyever. */
  readonly ended: Promise<EspalierError>;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #end: EspalierError | undefined;

  constructor(command: EngineCommand) {
    // What it says goes where our log goes: standard output is the command's.
    this.#child = spawn(command.file, command.args, {
      stdio: ['ignore', 2, 2, 'ipc'],
      serialization: 'advanced',
      env: command.env ?? process.env,
    });
    this.#child.on('message', (message) => this.#answer(message as unknown as Answer));
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        if (this.#end) return;
        this.#end = new EspalierError('serve/engine-process', 'the process of the engine has ended', { given: how });
        for (const w of this.#waiting.values()) w.reject(this.#end);
        this.#waiting.clear();
        resolve(this.#end);
      };
      this.#child.once('error', (error) => end(error.message));
      this.#child.once('exit', (code, signal) => end(signal ?? `exit ${code}`));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /** Has it load what `spec` tells of. */
  open(spec: unknown): Promise<Opened> {
    return this.ask({ kind: 'open', spec }) as Promise<Opened>;
  }

  /** Rejects with what went wrong there, and where it ends before it has answered. */
  ask(question: Unnumbered<Question>): Promise<unknown> {
    if (this.#end) return Promise.reject(this.#end);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ ...question, id } as Question);
    });
  }

  /** What cannot be done ends it. */
  tell(question: Unnumbered<Question>): void {
    if (!this.#end) this.#send(question as Question);
  }

  /** Ends it at once: it has nothing that is worth keeping. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  #send(question: Question): void {
    // A channel that is closed belongs to a process that is about to be seen ending.
    this.#child.send(question, () => {});
  }

  #answer({ id, value, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(receivedError(error));
    else waiting?.resolve(value);
  }
}
