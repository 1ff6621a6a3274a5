import { EspalierError } from '../../base/index.ts';
import { ANSWER, GENERATION, MESSAGES, PROGRAM, REPLY, type SpecialFunctionName } from '../../compile/index.ts';
import type { WasmMemory } from './memory.ts';
import type { RecordedEvent } from './recorder.ts';
import type { CompiledModule } from './web-assembly.ts';
import { startThread, type Thread, type WorkerMessage } from './worker.ts';

/** A program as threads get it. */
export interface ThreadProgram {
  readonly id: number;
  readonly code: CompiledModule;
  readonly scratchBytes: number;
}

/** A thread with the programs it knows; each has scratch memory of its own. */
class Member {
  readonly thread: Thread;
  private readonly memory: WasmMemory;
  private readonly known = new Set<number>();
  private scratch = 0;
  private scratchBytes = 0;

  constructor(thread: Thread, memory: WasmMemory, control: number, helps: boolean) {
    this.thread = thread;
    this.memory = memory;
    thread.post({ kind: 'start', memory: memory.memory, control, helps });
  }
  /** Number of messages it took to make the program known. */
  learn({ id, code, scratchBytes }: ThreadProgram): number {
    if (this.known.has(id)) return 0;
    this.known.add(id);
    if (scratchBytes > this.scratchBytes || this.scratch === 0) {
      // Programs keep the address they were given: the old block stays.
      this.scratchBytes = Math.max(scratchBytes, 1 << 20);
      this.scratch = this.memory.alloc(this.scratchBytes);
    }
    this.thread.post({ kind: 'program', id, code, scratch: this.scratch });
    return 1;
  }
  /** Number of messages it took to make the program unknown. */
  forget(id: number): number {
    if (!this.known.delete(id)) return 0;
    this.thread.post({ kind: 'forget', id });
    return 1;
  }
}

/** Helpers of one device: they take pieces of its loops while the main thread works on them too. */
export class Helpers {
  private readonly memory: WasmMemory;
  private readonly control: number;
  private readonly members: Member[] = [];
  private messages = 1;

  constructor(memory: WasmMemory, control: number, count: number) {
    this.memory = memory;
    this.control = control;
    this.words()[MESSAGES / 4] = 1;
    for (let i = 0; i < count; i++) {
      const thread = startThread(() => {});
      if (thread) this.members.push(new Member(thread, memory, control, true));
    }
  }
  private words(): Int32Array {
    return this.memory.words(this.control, 64);
  }
  /** Makes a program the present one; gives the number of threads that work on it, the caller's included. */
  serve(program: ThreadProgram): number {
    this.tell((m) => m.learn(program));
    Atomics.store(this.words(), PROGRAM / 4, program.id);
    return 1 + this.members.length;
  }
  /** Frees what the helpers keep of a program; they learn it again should it come back. */
  forget(id: number): void {
    this.tell((m) => m.forget(id));
  }
  /** All helpers get the same messages, none or one at a time. */
  private tell(send: (m: Member) => number): void {
    if (!this.members.map(send).some((n) => n > 0)) return;
    // Sends those who wait for work back to their messages.
    const words = this.words();
    Atomics.store(words, MESSAGES / 4, ++this.messages);
    Atomics.add(words, GENERATION / 4, 1);
    Atomics.notify(words, GENERATION / 4);
  }
  close(): void {
    for (const m of this.members) m.thread.stop();
  }
}

export interface DeviceRun {
  readonly control: number;
  readonly table: number;
  readonly arena: number;
  readonly constants: number;
}

/** One thread per device, for programs in which devices wait for one another. */
export class DeviceThreads {
  private readonly memory: WasmMemory;
  private readonly answers: {
    callBack(step: number, control: number): void;
    special(name: SpecialFunctionName, args: readonly number[]): number;
    event(control: number, event: RecordedEvent): void;
  };
  private readonly members = new Map<number, Member>();
  private settle: { done(): void; failed(message: string): void } | undefined;

  constructor(memory: WasmMemory, answers: DeviceThreads['answers']) {
    this.memory = memory;
    this.answers = answers;
  }

  /** Runs a program on all devices. Throws `runtime/failed`. */
  async run(program: ThreadProgram, devices: readonly DeviceRun[]): Promise<void> {
    const members = devices.map(({ control }) => this.member(control));
    let left = devices.length;
    // A pending timer keeps the process alive: idle threads do not.
    const alive = setInterval(() => {}, 1 << 30);
    try {
      await new Promise<void>((resolve, reject) => {
        this.settle = {
          done: () => {
            if (--left === 0) resolve();
          },
          failed: (message) =>
            reject(new EspalierError('runtime/failed', `a device of the wasm engine failed: ${message}`)),
        };
        devices.forEach((d, i) => {
          members[i].learn(program);
          members[i].thread.post({ kind: 'run', id: program.id, ...d });
        });
      });
    } catch (e) {
      // The others may wait for the failed one for ever.
      this.close();
      throw e;
    } finally {
      clearInterval(alive);
    }
  }

  private member(control: number): Member {
    let m = this.members.get(control);
    if (!m) {
      const thread = startThread((message) => this.receive(control, message));
      if (!thread)
        throw new EspalierError('runtime/unsupported', 'this page may not start workers, which several devices need', {
          advice: 'use one device, or allow worker-src blob:',
        });
      m = new Member(thread, this.memory, control, false);
      this.members.set(control, m);
    }
    return m;
  }

  private receive(control: number, m: WorkerMessage): void {
    if (m.kind === 'done') {
      for (const e of m.events) this.answers.event(control, e);
      this.settle?.done();
    } else if (m.kind === 'failed') this.settle?.failed(m.message);
    else {
      const words = this.memory.words(control, 64);
      let reply = 1;
      try {
        if (m.kind === 'callback') this.answers.callBack(m.step, control);
        else
          new DataView(this.memory.memory.buffer).setFloat64(
            control + ANSWER,
            this.answers.special(m.name, m.args),
            true,
          );
      } catch {
        reply = -1;
      }
      Atomics.store(words, REPLY / 4, reply);
      Atomics.notify(words, REPLY / 4);
    }
  }

  forget(id: number): void {
    for (const m of this.members.values()) m.forget(id);
  }
  close(): void {
    for (const m of this.members.values()) m.thread.stop();
    this.members.clear();
  }
}
