import { global, op, type Value } from './function-builder.ts';
import { ModuleBuilder } from './module-builder.ts';

/** What the functions of a module share. */
export class WasmLibrary {
  readonly module = new ModuleBuilder();
  /** Whether `f32x4.relaxed_madd` may be used. */
  readonly relaxed: boolean;
  private readonly scratchGlobal = this.module.global();

  constructor(relaxed: boolean) {
    this.relaxed = relaxed;
  }

  /** Where this thread's scratch memory begins. */
  scratch(): Value {
    return global(this.scratchGlobal, 'i32');
  }

  /** a · b + c on float32 lanes; one rounding where the machine has it and relaxed SIMD is on. */
  multiplyAdd(a: Value, b: Value, c: Value): Value {
    return this.relaxed ? op('f32x4.relaxed_madd', a, b, c) : op('f32x4.add', op('f32x4.mul', a, b), c);
  }
}
