import { formatBytes, type HostArray, type StopSignal, UserError } from '../../base/index.ts';
import { Module, type TensorType, typeText } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { importGspmd, meshesOf } from '../../partition/index.ts';
import { type LoweredProgram, lowerProgram, Program } from '../../program/index.ts';
import { type DeviceSet, type Engine, type Executable, firstDevices } from '../../runtime/index.ts';
import { passContext } from '../../transform/index.ts';
import { describeValue } from '../trace/check-arguments.ts';
import { Mesh } from '../trace/mesh.ts';
import { type Layout, Placed, place } from '../trace/placement.ts';
import { defaultEngine } from './engine.ts';

/** The program of a module for the mesh it declares, on the first devices of an engine: partitioned over it, or for one device. */
function importedProgram(module: Module, engine: Engine): Program<Executable, DeviceSet> {
  const imported = importGspmd(module, passContext({ registry }));
  const mesh = [...meshesOf(imported).values()].find((m) => !m.isMaximal && m.size > 1);
  return Program.from(imported, { devices: firstDevices(engine, mesh?.size ?? 1), mesh });
}

/**
 * The program of a module for the mesh it declares: partitioned over it, or for one device without one.
 * @example
 * const { module } = trace((x: Tensor) => np.sin(x))(np.ones([2]));
 * lowerImported(module).lowered.perDevice.main.argTypes.length // => 1
 */
export function lowerImported(module: Module): { lowered: LoweredProgram; mesh: Mesh | undefined } {
  const { imported, mesh } = declaredMesh(module);
  return { lowered: lowerProgram(imported, mesh?.ir), mesh };
}

/** A module with Shardy's shardings only, and the mesh that it declares, unless that has one device. */
export function declaredMesh(module: Module): { readonly imported: Module; readonly mesh: Mesh | undefined } {
  const imported = importGspmd(module, passContext({ registry }));
  const declared = [...meshesOf(imported).values()].find((m) => !m.isMaximal && m.size > 1);
  const mesh = declared && new Mesh(Object.fromEntries(declared.axes.map((a) => [a.name, a.size])));
  return { imported, mesh };
}

/**
 * Compiles a StableHLO module without running it; one that declares a mesh is partitioned over that many devices.
 * @example
 * const { module } = trace((x: Tensor) => np.multiply(x, 2))(np.ones([2]));
 * (await compileModule(module)).devices.size // => 1
 */
export function compileModule(module: Module, options: { engine?: Engine | undefined } = {}): Promise<Executable> {
  return importedProgram(module, options.engine ?? defaultEngine()).executable();
}

export interface RunModuleOptions {
  readonly engine?: Engine | undefined;
  /** Gives up waiting; a program that runs already goes on to its end on its own thread. */
  readonly signal?: StopSignal;
  /** Most memory for arguments, results and temporaries, all devices together. */
  readonly maxBytes?: number;
}

const untilAborted = <T>(signal: StopSignal | undefined, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(signal!.reason);
    signal?.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', stop));
  });

/**
 * Runs a StableHLO module (from JAX, PyTorch or `espalier inspect`) on whole arrays. A module that declares a mesh is partitioned
 * over that many devices. Throws `api/run` when the inputs do not fit @main, `api/memory-limit` when it needs more than `maxBytes`.
 * @example
 * const { module } = trace((x: Tensor) => np.multiply(x, 2))(np.ones([2]));
 * (await runModule(module, [HostArray.from('f32', [2], [1, 2])]))[0].toNumbers() // => [2, 4]
 */
export async function runModule(
  module: Module,
  inputs: readonly HostArray[],
  options: RunModuleOptions = {},
): Promise<HostArray[]> {
  const { signal, maxBytes } = options;
  if (!(module instanceof Module))
    throw new UserError('api/argument', 'runModule takes a module', {
      given: describeValue(module),
      advice: 'parse text with parseModule(text, registry) of espalier/ir, or read a file with `espalier run`',
    });
  signal?.throwIfAborted();
  const engine = options.engine ?? defaultEngine();
  const expected = module.main.argTypes;
  if (inputs.length !== expected.length)
    throw new UserError('api/run', `@${module.main.name} takes ${expected.length} inputs`, {
      expected: expected.map(typeText).join(', ') || 'none',
      given: `${inputs.length}`,
    });
  inputs.forEach((x, i) => {
    const given = typeText({ kind: 'tensor', dtype: x.dtype, shape: x.shape });
    if (given !== typeText(expected[i]))
      throw new UserError('api/run', `input ${i} has another type`, { expected: typeText(expected[i]), given });
  });
  const program = importedProgram(module, engine);
  const { devices, mesh, boundary } = program;
  const executable = await program.executable();
  signal?.throwIfAborted();
  const neededBytes = executable.stats.peakBytesPerDevice * devices.size;
  if (maxBytes !== undefined && neededBytes > maxBytes)
    throw new UserError('api/memory-limit', 'the program needs more memory than it may have', {
      expected: `at most ${formatBytes(maxBytes)}`,
      given: `${formatBytes(neededBytes)} for arguments, results and temporaries`,
    });
  const layout = (sharding: Layout['sharding']): Layout => ({ devices, mesh, sharding });
  // Copies: an engine takes what it is given when a program needs it.
  const placed = inputs.map((x, i) => place(x.clone(), layout(boundary.inShardings[i])));
  const buffers = await Promise.all(placed.map((p) => p.buffers));
  const results = await untilAborted(signal, executable.execute(devices.local.map((_, k) => buffers.map((b) => b[k]))));
  return Promise.all(
    module.main.resultTypes.map((type, i) => {
      const shards = Promise.resolve(results.map((r) => r[i]));
      return new Placed(layout(boundary.outShardings[i]), type as TensorType, shards).read();
    }),
  );
}
