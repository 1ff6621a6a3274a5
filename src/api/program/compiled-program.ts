import type { Module, TensorSharding } from '../../ir/index.ts';
import type { DeviceSet, Executable } from '../../runtime/index.ts';
import type { Mesh } from '../trace/mesh.ts';
import { type Layout, onDevice } from '../trace/placement.ts';
import { compileCached, programKey, recallProgram } from './executables.ts';
import { compileLowered, type LoweredProgram, lowerModule, readShardings, writeShardings } from './lower.ts';

/** A module for a set of devices: lowered and compiled when somebody asks, each once. */
export interface CompiledProgram {
  readonly lowered: () => LoweredProgram;
  readonly executable: () => Promise<Executable>;
  /** Once it is there. */
  readonly compiled: Executable | undefined;
  readonly argLayouts: readonly Layout[];
  readonly resultLayouts: readonly Layout[];
}

/** How code is made: `compile` does it for some devices; what that throws may be caught, and others be tried. */
export type Through = (compile: (on: DeviceSet) => Promise<Executable>, devices: DeviceSet) => Promise<Executable>;

/**
 * The program of a traced module, whose boundaries are annotated for `mesh`, on as many devices. Where code of an earlier process is
 * found, nothing is lowered.
 */
export function compiledProgram(
  module: Module,
  devices: DeviceSet,
  mesh: Mesh | undefined,
  donated: readonly number[] = [],
  through: Through = (compile, on) => compile(on),
): CompiledProgram {
  const key = programKey(module, devices, donated);
  const recalled = recallProgram(key);
  let known: LoweredProgram | undefined;
  const lowered = (): LoweredProgram => {
    known ??= lowerModule(module, mesh);
    return known;
  };
  const { inShardings, outShardings } = recalled ? readShardings(recalled.note) : lowered();
  const layout = (sharding: TensorSharding | undefined): Layout =>
    mesh && mesh.size > 1 ? { devices, mesh: mesh.ir, sharding } : onDevice(devices);
  const keep = { key: key.text, note: writeShardings({ inShardings, outShardings }) };
  const compile = (on: DeviceSet): Promise<Executable> =>
    compileCached({ ...key, devices: on }, on === devices ? recalled : undefined, () =>
      compileLowered(lowered(), on, mesh, donated, keep),
    );
  let executable: Promise<Executable> | undefined;
  let compiled: Executable | undefined;
  return {
    lowered,
    get compiled() {
      return compiled;
    },
    executable: () => {
      if (!executable) {
        executable = through(compile, devices);
        executable.then(
          (e) => {
            compiled = e;
          },
          () => undefined, // reported where a result is awaited
        );
      }
      return executable;
    },
    argLayouts: inShardings.map(layout),
    resultLayouts: outShardings.map(layout),
  };
}
