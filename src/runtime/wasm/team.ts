import type { WasmMemory } from './memory.ts';
import type { CompiledModule } from './web-assembly.ts';

/** Helper threads. */
export class Team {
  private readonly memory: WasmMemory;
  private readonly count: number;

  constructor(memory: WasmMemory, count: number) {
    this.memory = memory;
    this.count = count;
  }
  add(_id: number, _code: CompiledModule, _scratchBytes: number): void {}
  /** Threads ready to help a device with a program. */
  serve(_control: number, _programId: number): number {
    void this.memory;
    void this.count;
    return 0;
  }
  close(): void {}
}
