import { EspalierError } from '../../base/index.ts';
import { type ClientOptions, namedValues, programBlock } from './client.ts';
import { encodeCompileOptions, type XlaCompileOptions } from './compile-options.ts';
import { type CompiledMemory, costOf, memoryOf, serialized } from './executable.ts';
import { type Address, addressesAt, allocateBytes, loadNative, textAt } from './native.ts';
import { Plugin, type PluginValue } from './plugin.ts';

/**
 * The devices of a machine that need not be here: programs are compiled for it, not run. Which plugins offer this and how they
 * name topologies is theirs to say (`tpu`: `v5e:2x2`). Source: `pjrt_c_api.h`, PJRT_TopologyDescription_*, PJRT_Compile.
 */
export class PjrtTopology {
  readonly platform: string;
  /** One text per device. */
  readonly devices: readonly string[];
  private readonly plugin: Plugin;
  private pointer: Address;

  private constructor(plugin: Plugin, pointer: Address) {
    this.plugin = plugin;
    this.pointer = pointer;
    const name = plugin.call('TopologyDescription_PlatformName', { topology: pointer });
    this.platform = textAt(name.name, name.nameSize);
    const list = plugin.call('TopologyDescription_GetDeviceDescriptions', { topology: pointer });
    this.devices = addressesAt(list.descriptions, list.numDescriptions).map((description) => {
      const text = plugin.call('DeviceDescription_ToString', { description });
      return textAt(text.text, text.textSize);
    });
  }

  /** `path`: a PJRT plugin. Throws `runtime/xla-unimplemented` where it has no topologies, `runtime/xla-…` for a name it does not know. */
  static async create(path: string, name: string, options: ClientOptions = {}): Promise<PjrtTopology> {
    // Without this, TPU plugins ask the cloud's metadata service what machine this is, and wait for it.
    process.env.TPU_SKIP_MDS_QUERY ??= '1';
    process.env.TPU_WORKER_HOSTNAMES ??= 'localhost';
    process.env.TPU_ACCELERATOR_TYPE ??= 'v5litepod-4';
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
    await loadNative();
    const plugin = await Plugin.open(path);
    await plugin.initialize();
    const text = allocateBytes(new TextEncoder().encode(name));
    const named = namedValues(options);
    try {
      const { topology } = await plugin.callAsync('TopologyDescription_Create', {
        name: text.address,
        nameSize: new TextEncoder().encode(name).length,
        createOptions: named.address,
        numOptions: named.count,
      });
      return new PjrtTopology(plugin, topology);
    } finally {
      text.free();
      named.free();
    }
  }

  /** Compiles MLIR text (StableHLO with `sdy`) for devices of this topology, on a worker thread. */
  async compile(mlir: string, options: XlaCompileOptions): Promise<AheadOfTime> {
    if (this.pointer === 0) throw new EspalierError('runtime/closed', 'the topology was closed');
    const program = programBlock(mlir);
    const encoding = encodeCompileOptions(options);
    const encoded = allocateBytes(encoding);
    try {
      const { executable } = await this.plugin.callAsync('Compile', {
        topology: this.pointer,
        program: program.address,
        options: encoded.address,
        optionsSize: encoding.length,
      });
      return new AheadOfTime(this.plugin, executable);
    } finally {
      program.free();
      encoded.free();
    }
  }

  close(): void {
    if (this.pointer !== 0) this.plugin.call('TopologyDescription_Destroy', { topology: this.pointer });
    this.pointer = 0;
  }
}

/** A program compiled for a machine that is not here; freed by `dispose`. */
export class AheadOfTime {
  private readonly plugin: Plugin;
  private pointer: Address;

  constructor(plugin: Plugin, pointer: Address) {
    this.plugin = plugin;
    this.pointer = pointer;
  }

  /** XLA's estimates: `flops`, `bytes accessed` … */
  cost(): ReadonlyMap<string, PluginValue> {
    return costOf(this.plugin, this.pointer);
  }
  /** Throws `runtime/xla-unimplemented` where the platform does not say. */
  memory(): CompiledMemory {
    return memoryOf(this.plugin, this.pointer);
  }
  /** For {@link PjrtClient.deserialize} on a machine of this topology with the same plugin version. */
  serialize(): Uint8Array {
    return serialized(this.plugin, this.pointer);
  }

  dispose(): void {
    if (this.pointer !== 0) this.plugin.call('Executable_Destroy', { executable: this.pointer });
    this.pointer = 0;
  }
}
