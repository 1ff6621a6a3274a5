import { EspalierError, type HostArray } from '../../base/index.ts';
import { type TensorType, typeText } from '../../ir/index.ts';
import { deviceMemory } from '../device-memory.ts';
import { PjrtBuffer } from './buffer.ts';
import { encodeCompileOptions, type XlaCompileOptions } from './compile-options.ts';
import { PjrtExecutable } from './executable.ts';
import { bufferTypes, hostBufferSemantics } from './layouts.ts';
import {
  type Address,
  addressesAt,
  addressOf,
  allocate,
  allocateBytes,
  type Block,
  loadNative,
  textAt,
} from './native.ts';
import { Plugin, sizeOfStruct, writeStruct } from './plugin.ts';

/** Options of `PJRT_Client_Create`, by the plugin's names: `cpu_device_count`, `memory_fraction`, `node_id` … */
export type ClientOptions = Readonly<Record<string, string | number | boolean>>;

export interface PjrtDevice {
  readonly handle: Address;
  /** Unique over all processes. */
  readonly id: number;
  readonly processIndex: number;
  /** e.g. `cpu`, `NVIDIA H100`. */
  readonly kind: string;
  readonly text: string;
  /** Kinds of memory it addresses, the default first: `device`, `pinned_host` … */
  readonly memories: readonly string[];
}

/** Native functions for a client of several processes (`PJRT_KeyValue…Callback`). */
export interface KeyValueFunctions {
  readonly get: Address;
  readonly put: Address;
  readonly tryGet: Address;
}

type Destructor = 'Buffer_Destroy' | 'LoadedExecutable_Destroy' | 'Executable_Destroy';
interface Owned {
  readonly client: PjrtClient;
  readonly handle: Address;
  readonly destructor: Destructor;
}
/** Frees what nobody disposed. */
const registry = new FinalizationRegistry<Owned>((o) => o.client.release(o.handle, o.destructor));

const destructorArgument = {
  Buffer_Destroy: 'buffer',
  LoadedExecutable_Destroy: 'executable',
  Executable_Destroy: 'executable',
} as const;

/** One client of a plugin: its devices, and everything made on them. Source: `pjrt_c_api.h`, PJRT_Client_*. */
export class PjrtClient {
  readonly plugin: Plugin;
  readonly platform: string;
  readonly platformVersion: string;
  readonly processIndex: number;
  /** Devices this process commands, in order. */
  readonly devices: readonly PjrtDevice[];
  /** Devices of all processes. */
  readonly numGlobalDevices: number;
  private pointer: Address;
  /** Device bytes of everything that was not freed yet. */
  private readonly live = new Map<Address, { readonly destructor: Destructor; readonly bytes: number }>();

  private constructor(plugin: Plugin, handle: Address) {
    this.plugin = plugin;
    this.pointer = handle;
    const name = plugin.call('Client_PlatformName', { client: handle });
    this.platform = textAt(name.name, name.nameSize);
    const version = plugin.call('Client_PlatformVersion', { client: handle });
    this.platformVersion = textAt(version.version, version.versionSize);
    this.processIndex = plugin.call('Client_ProcessIndex', { client: handle }).processIndex;
    const own = plugin.call('Client_AddressableDevices', { client: handle });
    this.devices = addressesAt(own.devices, own.numDevices).map((d) => describe(plugin, d));
    this.numGlobalDevices = plugin.call('Client_Devices', { client: handle }).numDevices;
  }

  /** Opens a plugin and its devices on a worker thread. Throws `runtime/xla-…`. */
  static async create(path: string, options: ClientOptions = {}, keyValue?: KeyValueFunctions): Promise<PjrtClient> {
    // Without this, plugins print informational lines to standard error.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
    await loadNative();
    const plugin = await Plugin.open(path);
    await plugin.initialize();
    const named = namedValues(options);
    try {
      const { client } = await plugin.callAsync('Client_Create', {
        createOptions: named.address,
        numOptions: named.count,
        kvGetCallback: keyValue?.get ?? 0,
        kvPutCallback: keyValue?.put ?? 0,
        kvTryGetCallback: keyValue?.tryGet ?? 0,
      });
      return new PjrtClient(plugin, client);
    } finally {
      named.free();
    }
  }

  get handle(): Address {
    if (this.pointer === 0) throw new EspalierError('runtime/closed', 'the engine was closed');
    return this.pointer;
  }

  own(object: object, handle: Address, destructor: Destructor, bytes = 0): void {
    this.live.set(handle, { destructor, bytes });
    deviceMemory.add(bytes);
    registry.register(object, { client: this, handle, destructor }, object);
  }

  free(object: object, handle: Address, destructor: Destructor): void {
    registry.unregister(object);
    this.release(handle, destructor);
  }

  release(handle: Address, destructor: Destructor): void {
    const own = this.live.get(handle);
    if (!own) return;
    this.live.delete(handle);
    deviceMemory.remove(own.bytes);
    this.plugin.call(destructor, { [destructorArgument[destructor]]: handle });
  }

  /** Buffers and executables that were not freed yet. */
  get numLive(): number {
    return this.live.size;
  }

  /** Bytes the device's allocator has handed out; 0 where the platform does not count. */
  bytesInUse(device: number): number {
    try {
      return this.plugin.call('Device_MemoryStats', { device: this.devices[device].handle }).bytesInUse;
    } catch {
      return 0;
    }
  }

  /** Copies a host array to a device. The transfer goes on after the return; the array must not change meanwhile. */
  put(array: HostArray, device: number): PjrtBuffer {
    const type: TensorType = { kind: 'tensor', dtype: array.dtype, shape: array.shape };
    const code = bufferTypes[array.dtype as keyof typeof bufferTypes] as number | undefined;
    if (code === undefined) throw new EspalierError('runtime/unsupported', `XLA buffers cannot hold ${typeText(type)}`);
    const dims = allocate(8 * array.shape.length);
    array.shape.forEach((n, i) => {
      dims.view.setBigInt64(8 * i, BigInt(n), true);
    });
    const { data } = array;
    try {
      const { buffer, doneWithHostBuffer } = this.plugin.call('Client_BufferFromHostBuffer', {
        client: this.handle,
        data: addressOf(data),
        type: code,
        dims: dims.address,
        numDims: array.shape.length,
        semantics: hostBufferSemantics.immutableUntilTransferCompletes,
        device: this.devices[device].handle,
      });
      const done = this.plugin.wait(doneWithHostBuffer);
      // The closure keeps the elements from the collector until the plugin has copied them; an error shows in the buffer.
      void done.then(
        () => data,
        () => data,
      );
      return new PjrtBuffer(this, buffer, type, device);
    } finally {
      dims.free();
    }
  }

  /** Compiles MLIR text (StableHLO with `sdy`), on a worker thread. */
  async compile(mlir: string, options: XlaCompileOptions): Promise<PjrtExecutable> {
    const program = programBlock(mlir);
    const encoded = allocateBytes(encodeCompileOptions(options));
    try {
      const { executable } = await this.plugin.callAsync('Client_Compile', {
        client: this.handle,
        program: program.address,
        options: encoded.address,
        optionsSize: encodeCompileOptions(options).length,
      });
      return new PjrtExecutable(this, executable);
    } finally {
      program.free();
      encoded.free();
    }
  }

  /** Loads what {@link PjrtExecutable.serialize} wrote with this platform and plugin version. */
  async deserialize(bytes: Uint8Array): Promise<PjrtExecutable> {
    const block = allocateBytes(bytes);
    try {
      const { executable } = await this.plugin.callAsync('Executable_DeserializeAndLoad', {
        client: this.handle,
        serialized: block.address,
        serializedSize: bytes.length,
      });
      return new PjrtExecutable(this, executable);
    } finally {
      block.free();
    }
  }

  /** Frees everything made with this client, then the client. */
  close(): void {
    if (this.pointer === 0) return;
    for (const [handle, { destructor }] of [...this.live]) this.release(handle, destructor);
    this.plugin.call('Client_Destroy', { client: this.pointer });
    this.pointer = 0;
  }
}

function describe(plugin: Plugin, device: Address): PjrtDevice {
  const { description } = plugin.call('Device_GetDescription', { device });
  const kind = plugin.call('DeviceDescription_Kind', { description });
  const text = plugin.call('DeviceDescription_ToString', { description });
  const all = plugin.call('Device_AddressableMemories', { device });
  const first = plugin.call('Device_DefaultMemory', { device }).memory;
  const memories = addressesAt(all.memories, all.numMemories).sort((a, b) => Number(b === first) - Number(a === first));
  return {
    handle: device,
    id: plugin.call('DeviceDescription_Id', { description }).id,
    processIndex: plugin.call('DeviceDescription_ProcessIndex', { description }).processIndex,
    kind: textAt(kind.kind, kind.kindSize),
    text: textAt(text.text, text.textSize),
    memories: memories.map((memory) => {
      const k = plugin.call('Memory_Kind', { memory });
      return textAt(k.kind, k.kindSize);
    }),
  };
}

/** An array of `PJRT_NamedValue`. */
export function namedValues(options: ClientOptions): { address: Address; count: number; free(): void } {
  const entries = Object.entries(options);
  const size = sizeOfStruct('NamedValue');
  const block = allocate(size * entries.length);
  const texts: Block[] = [];
  const text = (s: string): { address: Address; size: number } => {
    const bytes = new TextEncoder().encode(s);
    const b = allocateBytes(bytes);
    texts.push(b);
    return { address: b.address, size: bytes.length };
  };
  entries.forEach(([key, value], i) => {
    const name = text(key);
    const common = { name: name.address, nameSize: name.size, valueSize: 1 };
    if (typeof value === 'string') {
      const s = text(value);
      writeStruct(block, 'NamedValue', { ...common, type: 0, value: s.address, valueSize: s.size }, i * size);
    } else if (typeof value === 'boolean') {
      writeStruct(block, 'NamedValue', { ...common, type: 4, value: Number(value) }, i * size);
    } else if (Number.isInteger(value)) {
      writeStruct(block, 'NamedValue', { ...common, type: 1, value }, i * size);
    } else {
      const bits = new Uint32Array(new Float32Array([value]).buffer)[0];
      writeStruct(block, 'NamedValue', { ...common, type: 3, value: bits }, i * size);
    }
  });
  const free = (): void => {
    for (const b of [block, ...texts]) b.free();
  };
  return { address: entries.length === 0 ? 0 : block.address, count: entries.length, free };
}

/** `PJRT_Program` of MLIR text. */
export function programBlock(mlir: string): { address: Address; free(): void } {
  const bytes = new TextEncoder().encode(mlir);
  const code = allocateBytes(bytes);
  const format = allocateBytes(new TextEncoder().encode('mlir'));
  const block = allocate(sizeOfStruct('Program'));
  writeStruct(block, 'Program', { code: code.address, codeSize: bytes.length, format: format.address, formatSize: 4 });
  const free = (): void => {
    for (const b of [code, format, block]) b.free();
  };
  return { address: block.address, free };
}
