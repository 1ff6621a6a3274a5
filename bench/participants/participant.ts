import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that does one run of a task for every line it reads, in a process of its own. */
export class Participant {
  readonly name: string;
  /** Time from start to the end of the first run. */
  readonly compileTimeMs: number;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    process: ChildProcessWithoutNullStreams,
    lines: AsyncIterator<string>,
    ready: { peer: string; compileTimeMs: number },
  ) {
    this.#process = process;
    this.#lines = lines;
    this.name = ready.peer;
    this.compileTimeMs = ready.compileTimeMs;
  }

  /** Starts a participant on `threads` cores from `firstCore` on; undefined when it cannot run here, with the reason on stderr. */
  static async start(command: readonly string[], threads: number, firstCore = 0): Promise<Participant | undefined> {
    const cores = Array.from({ length: threads }, (_, i) => firstCore + i).join(',');
    const child = spawn('taskset', ['-c', cores, ...command], { stdio: ['pipe', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (d: Buffer) => {
      errors = (errors + d.toString()).slice(-4000);
    });
    child.stdin.on('error', () => undefined);
    const failed = new Promise<string>((resolve) => {
      child.on('error', (e) => resolve(e.message));
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await Promise.race([lines.next(), failed.then((message) => ({ done: true, value: message }))]);
    if (first.done) {
      const lines = errors.trim().split('\n');
      const reason = lines.find((l) => /error|cannot|not found/i.test(l)) ?? lines.at(-1) ?? String(first.value);
      console.error(`not measured: ${command.slice(0, 3).join(' ')}: ${reason}`);
      return undefined;
    }
    return new Participant(child, lines, JSON.parse(first.value as string) as { peer: string; compileTimeMs: number });
  }

  /** The line that the participant answers to one. */
  async ask(line: string): Promise<string> {
    this.#process.stdin.write(`${line}\n`);
    const answer = await this.#lines.next();
    if (answer.done) throw new Error(`${this.name} stopped`);
    return answer.value as string;
  }

  /** Time of one run in milliseconds, measured by the participant itself. */
  async run(): Promise<number> {
    return Number(await this.ask('run'));
  }
  /** Largest resident memory so far, in bytes. */
  async peakBytes(): Promise<number> {
    return Number(await this.ask('memory'));
  }
  stop(): void {
    this.#process.stdin.end();
    this.#process.kill();
  }
}
