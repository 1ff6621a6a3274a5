import type { TensorType } from '../../ir/index.ts';
import { PjrtBuffer } from './buffer.ts';
import type { PjrtClient } from './client.ts';
import { argumentStructs, layoutOf } from './layouts.ts';
import { type Address, allocate, type Block, bytesAt, callDeleter } from './native.ts';
import { type Plugin, type PluginValue, sizeOfStruct, writeStruct } from './plugin.ts';

/** Bytes on each device, as XLA planned them (`PJRT_Executable_GetCompiledMemoryStats`). */
export interface CompiledMemory {
  readonly arguments: number;
  readonly outputs: number;
  /** Of the outputs: bytes that reuse an argument. */
  readonly aliased: number;
  readonly temporaries: number;
  readonly code: number;
}

/** What `PJRT_Executable` says of itself, loaded or not. */
export function costOf(plugin: Plugin, executable: Address): ReadonlyMap<string, PluginValue> {
  const { properties, numProperties } = plugin.call('Executable_GetCostAnalysis', { executable });
  return plugin.namedValues(properties, numProperties);
}
export function memoryOf(plugin: Plugin, executable: Address): CompiledMemory {
  const s = plugin.call('Executable_GetCompiledMemoryStats', { executable });
  return {
    arguments: s.argumentBytes,
    outputs: s.outputBytes,
    aliased: s.aliasBytes,
    temporaries: s.tempBytes,
    code: s.generatedCodeBytes,
  };
}
export function serialized(plugin: Plugin, executable: Address): Uint8Array {
  const s = plugin.call('Executable_Serialize', { executable });
  try {
    return bytesAt(s.bytes, s.bytesSize);
  } finally {
    if (s.deleter !== 0) callDeleter(s.deleter, s.serialized);
  }
}

/** Native tables of one shape of call, kept between calls. */
interface CallTables {
  readonly numArgs: number;
  readonly args: BigUint64Array;
  readonly outputs: BigUint64Array;
  readonly frame: Block;
  readonly blocks: readonly Block[];
}

/**
 * Microseconds below which the launch itself runs on Node's thread: the asynchronous native call costs tens of them. A launch usually
 * only enqueues work, whatever its size.
 */
const SHORT_LAUNCH_US = 500;

const executeLayout = layoutOf(argumentStructs.LoadedExecutable_Execute);

/** A loaded executable, freed by `dispose` or by the collector. */
export class PjrtExecutable {
  readonly client: PjrtClient;
  /** Results per device. */
  readonly numOutputs: number;
  private readonly pointer: Address;
  private readonly executable: Address;
  private tables: CallTables | undefined;
  /** Of the last launch; undefined before the first. */
  private launchUs: number | undefined;

  constructor(client: PjrtClient, handle: Address) {
    this.client = client;
    this.pointer = handle;
    client.own(this, handle, 'LoadedExecutable_Destroy');
    this.executable = client.plugin.call('LoadedExecutable_GetExecutable', { loaded: handle }).executable;
    client.own(this, this.executable, 'Executable_Destroy');
    this.numOutputs = client.plugin.call('Executable_NumOutputs', { executable: this.executable }).numOutputs;
  }

  /** XLA's estimates: `flops`, `bytes accessed` … Empty where the platform has none. */
  cost(): ReadonlyMap<string, PluginValue> {
    return costOf(this.client.plugin, this.executable);
  }

  /** Throws `runtime/xla-unimplemented` where the platform does not say. */
  memory(): CompiledMemory {
    return memoryOf(this.client.plugin, this.executable);
  }

  /** The compiled program for this platform and plugin version only; see {@link PjrtClient.deserialize}. */
  serialize(): Uint8Array {
    return serialized(this.client.plugin, this.executable);
  }

  /**
   * Starts a run on all devices, `args[device][i]`; results may be used at once, `read` waits for them. Calls must not overlap.
   * `keep`: positions of arguments that must not be donated this time.
   */
  async launch(
    args: readonly (readonly PjrtBuffer[])[],
    resultTypes: readonly TensorType[],
    keep: readonly number[] = [],
  ): Promise<PjrtBuffer[][]> {
    if (this.isBrief && keep.length === 0) return this.launchNow(args, resultTypes);
    const tables = this.fill(args, keep);
    const started = performance.now();
    const execute = this.client.plugin.function('LoadedExecutable_Execute');
    const error = await new Promise<number>((resolve, reject) => {
      execute.async(tables.frame.address, (failure, result) => (failure ? reject(failure) : resolve(result)));
    });
    this.launchUs = (performance.now() - started) * 1e3;
    const outputs = Array.from(tables.outputs, Number);
    if (keep.length > 0) this.dropTables();
    this.client.plugin.check(error, 'LoadedExecutable_Execute');
    return this.wrap(args, outputs, resultTypes);
  }

  /** Whether launching blocks so briefly that it may happen on Node's thread. */
  get isBrief(): boolean {
    return this.launchUs !== undefined && this.launchUs < SHORT_LAUNCH_US;
  }

  /** {@link launch} on the calling thread. */
  launchNow(args: readonly (readonly PjrtBuffer[])[], resultTypes: readonly TensorType[]): PjrtBuffer[][] {
    const tables = this.fill(args, []);
    const started = performance.now();
    const error = this.client.plugin.function('LoadedExecutable_Execute')(tables.frame.address);
    this.launchUs = (performance.now() - started) * 1e3;
    if (error !== 0) this.client.plugin.check(error, 'LoadedExecutable_Execute');
    return this.wrap(args, tables.outputs, resultTypes);
  }

  private fill(args: readonly (readonly PjrtBuffer[])[], keep: readonly number[]): CallTables {
    const tables = this.prepare(args.length, args[0]?.length ?? 0, keep);
    let at = 0;
    for (const row of args) for (const b of row) tables.args[at++] = BigInt(b.handle);
    return tables;
  }

  /** `args` is read again here so that the collector cannot have freed an argument during the call. */
  private wrap(
    args: readonly (readonly PjrtBuffer[])[],
    outputs: ArrayLike<number | bigint>,
    resultTypes: readonly TensorType[],
  ): PjrtBuffer[][] {
    return args.map((_, d) =>
      resultTypes.map((type, r) => new PjrtBuffer(this.client, Number(outputs[d * this.numOutputs + r]), type, d)),
    );
  }

  private prepare(numDevices: number, numArgs: number, keep: readonly number[]): CallTables {
    if (this.tables && keep.length === 0) return this.tables;
    this.dropTables();
    const blocks: Block[] = [];
    const block = (bytes: number): Block => {
      const b = allocate(bytes);
      blocks.push(b);
      return b;
    };
    const rows = (count: number): { list: Block; cells: BigUint64Array } => {
      const cells = block(8 * numDevices * count);
      const list = block(8 * numDevices);
      for (let d = 0; d < numDevices; d++) list.view.setBigUint64(8 * d, BigInt(cells.address + 8 * d * count), true);
      return { list, cells: new BigUint64Array(cells.view.buffer, cells.view.byteOffset, numDevices * count) };
    };
    const args = rows(numArgs);
    const outputs = rows(this.numOutputs);
    const kept = block(8 * keep.length);
    keep.forEach((k, i) => {
      kept.view.setBigInt64(8 * i, BigInt(k), true);
    });
    const options = block(sizeOfStruct('ExecuteOptions'));
    writeStruct(options, 'ExecuteOptions', { nonDonatable: kept.address, numNonDonatable: keep.length });
    const frame = block(executeLayout.allocation);
    const fields: Record<string, number> = {
      executable: this.pointer,
      options: options.address,
      argumentLists: args.list.address,
      numDevices,
      numArgs,
      outputLists: outputs.list.address,
    };
    frame.view.setBigUint64(0, BigInt(executeLayout.size), true);
    for (const [name, value] of Object.entries(fields))
      frame.view.setBigUint64(executeLayout.fields.get(name)!.offset, BigInt(value), true);
    this.tables = { numArgs, args: args.cells, outputs: outputs.cells, frame, blocks };
    return this.tables;
  }

  private dropTables(): void {
    for (const b of this.tables?.blocks ?? []) b.free();
    this.tables = undefined;
  }

  dispose(): void {
    this.dropTables();
    this.client.free(this, this.executable, 'Executable_Destroy');
    this.client.free(this, this.pointer, 'LoadedExecutable_Destroy');
  }
}
