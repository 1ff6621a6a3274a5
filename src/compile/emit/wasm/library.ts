import type { DType } from '../../../base/index.ts';
import { computeFacts } from '../../kernels/compute-types.ts';
import { type Callee, call, type FunctionBuilder, get, global, op, type Value } from './function-builder.ts';
import { argumentsOf, type ImportedFunctionName, isSpecial, type SpecialFunctionName } from './imported-functions.ts';
import { ModuleBuilder } from './module-builder.ts';
import type { ValueType } from './opcodes.ts';

/** What the functions of one module share: imports, globals, and small functions added when first used. */
export class WasmLibrary {
  readonly module = new ModuleBuilder();
  /** Whether `f32x4.relaxed_madd` may be used. */
  readonly relaxed: boolean;
  /** Imported functions that only the main thread has: kernels that call them are not dealt out. */
  readonly special = new Set<SpecialFunctionName>();
  private readonly scratchGlobal = this.module.global();

  constructor(relaxed: boolean) {
    this.relaxed = relaxed;
  }

  /** Where this thread's scratch memory begins. */
  scratch(): Value {
    return global(this.scratchGlobal, 'i32');
  }
  get scratchIndex(): number {
    return this.scratchGlobal;
  }

  /** a · b + c on float32 lanes; one rounding where the machine has it and relaxed SIMD is on. */
  multiplyAdd(a: Value, b: Value, c: Value): Value {
    return this.relaxed ? op('f32x4.relaxed_madd', a, b, c) : op('f32x4.add', op('f32x4.mul', a, b), c);
  }

  /** A function of JavaScript, doubles to double. */
  math(name: ImportedFunctionName, ...args: readonly Value[]): Value {
    const params: ValueType[] = argumentsOf(name) === 2 ? ['f64', 'f64'] : ['f64'];
    if (!isSpecial(name)) return call(this.module.import('math', name, params, 'f64'), ...args);
    this.special.add(name);
    return call(this.module.import('special', name, params, 'f64'), ...args);
  }

  /** Calls a small function, built when first used. */
  call(
    name: string,
    params: readonly ValueType[],
    result: ValueType,
    build: (f: FunctionBuilder) => Value,
    ...args: readonly Value[]
  ): Value {
    const f: Callee = this.module.sharedFunction(name, params, result, (b) => b.return(build(b)));
    return call(f, ...args);
  }
}

/** Type of a value in scalar registers. Throws `runtime/unsupported`. */
export const registerType = (d: DType): 'i32' | 'i64' | 'f32' | 'f64' => computeFacts(d).register;

/** `condition ? yes : no`, only one of them computed. */
export function choose(f: FunctionBuilder, condition: Value, yes: () => Value, no: () => Value): Value {
  const type = { l: undefined as ReturnType<FunctionBuilder['local']> | undefined };
  f.if(
    condition,
    () => {
      const v = yes();
      type.l = f.local(v.type);
      f.set(type.l, v);
    },
    () => f.set(type.l!, no()),
  );
  return get(type.l!);
}
