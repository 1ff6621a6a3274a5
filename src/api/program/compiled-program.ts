import type { Module, TensorSharding } from '../../ir/index.ts';
import { type LoweredProgram, Program } from '../../program/index.ts';
import type { DeviceSet, Executable } from '../../runtime/index.ts';
import type { Mesh } from '../trace/mesh.ts';
import { type Layout, onDevice } from '../trace/placement.ts';

/** A program with the layouts that its arguments must have and its results get. */
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

/** The program of a traced module, whose boundaries are annotated for `mesh`, on as many devices. */
export function compiledProgram(
  module: Module,
  devices: DeviceSet,
  mesh: Mesh | undefined,
  donatedArgs: readonly number[] = [],
  through: Through = (compile, on) => compile(on),
): CompiledProgram {
  const program = Program.from<Executable, DeviceSet>(module, { devices, mesh: mesh?.ir, donatedArgs });
  const layout = (sharding: TensorSharding | undefined): Layout =>
    mesh && mesh.size > 1 ? { devices, mesh: mesh.ir, sharding } : onDevice(devices);
  let executable: Promise<Executable> | undefined;
  let compiled: Executable | undefined;
  return {
    lowered: () => program.lowered,
    get compiled() {
      return compiled;
    },
    executable: () => {
      if (!executable) {
        executable = through((on) => program.executable(on), devices);
        executable.then(
          (e) => {
            compiled = e;
          },
          () => undefined, // reported where a result is awaited
        );
      }
      return executable;
    },
    argLayouts: program.boundary.inShardings.map(layout),
    resultLayouts: program.boundary.outShardings.map(layout),
  };
}
