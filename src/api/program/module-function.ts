import { UserError } from '../../base/index.ts';
import { type Module, type TensorType, typeText } from '../../ir/index.ts';
import type { LoweredProgram } from '../../program/index.ts';
import { type Engine, type Executable, firstDevices } from '../../runtime/index.ts';
import type { Tensor } from '../trace/tensor.ts';
import { compiledProgram } from './compiled-program.ts';
import { defaultEngine } from './engine.ts';
import { execute } from './execute.ts';
import { declaredMesh } from './run-module.ts';

export interface ModuleFunctionOptions {
  readonly engine?: Engine | undefined;
  /** Positions of arguments whose device memory the program may reuse. */
  readonly donateArgs?: readonly number[];
}

/** A module as a function of tensors, which stay on its devices. */
export interface ModuleFunction {
  (...tensors: readonly Tensor[]): Tensor[];
  lower(): LoweredProgram;
  compile(): Promise<Executable>;
}

/**
 * A StableHLO module as a function of tensors, compiled once: over the mesh that it declares, on the first devices of an engine. Arguments are
 * moved to where its shardings want them. Throws `api/run` when they do not fit @main.
 * @example
 * const { module } = trace((x: Tensor) => np.multiply(x, 2))(np.ones([2]));
 * moduleFunction(module)(np.array([1, 2])) // => [[2, 4]]
 */
export function moduleFunction(module: Module, options: ModuleFunctionOptions = {}): ModuleFunction {
  const engine = options.engine ?? defaultEngine();
  const { imported, mesh } = declaredMesh(module);
  const devices = firstDevices(engine, mesh?.size ?? 1);
  const donated = options.donateArgs ?? [];
  const program = compiledProgram(imported, devices, mesh, donated);
  const types = module.main.argTypes;
  const runnable = {
    ...{ captures: [], devices, donated, resultTypes: module.main.resultTypes as readonly TensorType[] },
    ...{ argLayouts: program.argLayouts, resultLayouts: program.resultLayouts, executable: program.executable },
    get compiled() {
      return program.compiled;
    },
  };
  const call = (...tensors: readonly Tensor[]): Tensor[] => {
    const odd = types.findIndex((t, i) => !tensors[i] || typeText(tensors[i].type) !== typeText(t));
    if (odd >= 0 || tensors.length !== types.length)
      throw new UserError('api/run', `@${module.main.name} takes other arguments`, {
        expected: `${types.length}: ${types.map(typeText).join(', ')}`,
        given: `${tensors.length}: ${tensors.map((t) => typeText(t.type)).join(', ')}`,
      });
    return execute(runnable, tensors);
  };
  return Object.assign(call, { lower: program.lowered, compile: program.executable });
}
