import { type ErrorCode, EspalierError } from '../../base/index.ts';
import {
  apiVersion,
  argumentStructs,
  errorCodes,
  type FieldKind,
  type Fields,
  type FunctionName,
  functionTable,
  functionTableOffset,
  layoutOf,
  plainStructs,
  type StructLayout,
  versionOffsets,
} from './layouts.ts';
import {
  type Address,
  addressesAt,
  allocate,
  type Block,
  bytesAt,
  functionAt,
  loadNative,
  type NativeFunction,
  openAndCall,
  textAt,
} from './native.ts';

type Structs = typeof argumentStructs;
/** Fields of a call's struct that the caller sets. */
export type Inputs<N extends FunctionName> = Partial<Record<Fields<Structs[N]>, number>>;
/** Every field after the call; those the callee sets are what it is for. */
export type Outputs<N extends FunctionName> = Record<Fields<Structs[N]>, number>;

/** A named value as plugins report attributes and costs. */
export type PluginValue = string | number | boolean | readonly number[];

/** How long an event is polled before a worker thread waits for it. */
const POLL_MS = 0.03;

const argumentLayouts = new Map(
  Object.entries(argumentStructs).map(([name, s]) => [name, layoutOf(s as Readonly<Record<string, FieldKind>>)]),
);
const plainLayouts = new Map(
  Object.entries(plainStructs).map(([name, s]) => [name, layoutOf(s as Readonly<Record<string, FieldKind>>)]),
);

/** Addresses and sizes are below 2^53; two halves are faster than a bigint. */
function writeAddress(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % 2 ** 32, true);
  view.setUint32(at + 4, value / 2 ** 32, true);
}

function write(view: DataView, layout: StructLayout, at: number, values: Readonly<Record<string, number>>): void {
  writeAddress(view, at, layout.size);
  writeAddress(view, at + 8, 0);
  for (const [name, { offset, kind }] of layout.fields) {
    const value = values[name] ?? 0;
    if (kind === 'p') writeAddress(view, at + offset, value);
    else if (kind === 'i64') view.setBigInt64(at + offset, BigInt(value), true);
    else if (kind === 'i32') view.setInt32(at + offset, value, true);
    else if (kind === 'f32') view.setFloat32(at + offset, value, true);
    else view.setUint8(at + offset, value);
  }
}

function readField(view: DataView, offset: number, kind: FieldKind): number {
  switch (kind) {
    case 'p':
      return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 2 ** 32;
    case 'i64':
      return Number(view.getBigInt64(offset, true));
    case 'i32':
      return view.getInt32(offset, true);
    case 'f32':
      return view.getFloat32(offset, true);
    case 'b':
      return view.getUint8(offset);
  }
}

function read(view: DataView, layout: StructLayout): Record<string, number> {
  const out: Record<string, number> = {};
  for (const [name, { offset, kind }] of layout.fields) out[name] = readField(view, offset, kind);
  return out;
}

/** Bytes one plain struct takes in an array of them. */
export const sizeOfStruct = (name: keyof typeof plainStructs): number => plainLayouts.get(name)!.allocation;

/** Writes a plain struct into native memory. */
export function writeStruct<N extends keyof typeof plainStructs>(
  block: Block,
  name: N,
  values: Partial<Record<Fields<(typeof plainStructs)[N]>, number>>,
  at = 0,
): void {
  write(block.view, plainLayouts.get(name)!, at, values as Record<string, number>);
}

/**
 * A PJRT plugin: a shared library with `GetPjrtApi`. Source: OpenXLA, `xla/pjrt/c/pjrt_c_api.h`.
 * Errors carry the code `runtime/xla-<absl code>` and the plugin's own message.
 */
export class Plugin {
  readonly path: string;
  readonly version: { readonly major: number; readonly minor: number };
  private readonly functions: ReadonlyMap<string, NativeFunction>;
  /** One struct per function for calls that do not overlap: those on this thread. */
  private readonly frames = new Map<string, Block>();

  private static readonly opened = new Map<string, Promise<Plugin>>();

  private constructor(path: string) {
    this.path = path;
    const api = openAndCall(path, 'GetPjrtApi');
    if (api === 0) throw new EspalierError('runtime/xla-plugin', `${path} returned no PJRT API`);
    const header = new DataView(bytesAt(api, functionTableOffset).buffer);
    const size = Number(header.getBigUint64(0, true));
    this.version = {
      major: header.getInt32(versionOffsets.major, true),
      minor: header.getInt32(versionOffsets.minor, true),
    };
    if (this.version.major !== apiVersion.major)
      throw new EspalierError('runtime/xla-version', `${path} speaks another major version of the PJRT API`, {
        expected: `${apiVersion.major}.x (written for ${apiVersion.major}.${apiVersion.minor})`,
        given: `${this.version.major}.${this.version.minor}`,
        advice: 'install a plugin of this generation with "espalier engine add", or a newer Espalier',
      });
    const count = Math.min(functionTable.length, Math.floor((size - functionTableOffset) / 8));
    const addresses = addressesAt(api + functionTableOffset, count);
    this.functions = new Map(
      functionTable
        .slice(0, count)
        .flatMap((name, i) => (addresses[i] === 0 ? [] : [[name, functionAt(addresses[i])]])),
    );
  }

  private initialized: Promise<unknown> | undefined;

  /** Lets the plugin look for its hardware, once; on a worker thread, because some ask the network. Before any other call. */
  async initialize(): Promise<void> {
    this.initialized ??= this.callAsync('Plugin_Initialize', {});
    await this.initialized;
  }

  /** Loads a plugin once per process. Throws `runtime/xla-plugin`, `runtime/xla-version`, `runtime/no-koffi`. */
  static open(path: string): Promise<Plugin> {
    let plugin = Plugin.opened.get(path);
    if (!plugin) {
      plugin = loadNative().then(() => new Plugin(path));
      Plugin.opened.set(path, plugin);
      plugin.catch(() => Plugin.opened.delete(path));
    }
    return plugin;
  }

  has(name: FunctionName): boolean {
    return this.functions.has(name);
  }

  /** Calls on this thread. Throws `runtime/xla-…`. */
  call<N extends FunctionName>(name: N, inputs: Inputs<N>): Outputs<N> {
    const layout = argumentLayouts.get(name)!;
    let frame = this.frames.get(name);
    if (!frame) {
      frame = allocate(layout.allocation);
      this.frames.set(name, frame);
    }
    write(frame.view, layout, 0, inputs as Record<string, number>);
    const error = this.function(name)(frame.address);
    if (error !== 0 && returnsError(name)) throw this.takeError(error, name);
    return read(frame.view, layout) as Outputs<N>;
  }

  /** Calls on a worker thread, leaving Node's loop free. */
  callAsync<N extends FunctionName>(name: N, inputs: Inputs<N>): Promise<Outputs<N>> {
    const layout = argumentLayouts.get(name)!;
    const frame = allocate(layout.allocation);
    write(frame.view, layout, 0, inputs as Record<string, number>);
    const native = this.function(name);
    return new Promise((resolve, reject) => {
      native.async(frame.address, (failure, error) => {
        try {
          if (failure) reject(failure);
          else if (error !== 0) reject(this.takeError(error, name));
          else resolve(read(frame.view, layout) as Outputs<N>);
        } finally {
          frame.free();
        }
      });
    });
  }

  /** The raw function, for callers that keep their own argument struct; pass what it returns to {@link check}. */
  function(name: FunctionName): NativeFunction {
    const native = this.functions.get(name);
    if (!native)
      throw new EspalierError('runtime/xla-unsupported', `the plugin has no PJRT_${name}`, {
        given: `API version ${this.version.major}.${this.version.minor}`,
        fields: { function: name },
      });
    return native;
  }

  /** Throws the error that a raw call returned, if it did. */
  check(error: number, name: string): void {
    if (error !== 0) throw this.takeError(error, name);
  }

  /** Waits for an event and frees it; Node's loop stays free. */
  async wait(event: Address): Promise<void> {
    if (event === 0) return;
    try {
      // A worker thread costs more than most waits for a small transfer, so the first microseconds are polled.
      const giveUp = performance.now() + POLL_MS;
      let isReady = false;
      do isReady = this.call('Event_IsReady', { event }).isReady !== 0;
      while (!isReady && performance.now() < giveUp);
      if (isReady) this.call('Event_Error', { event });
      else await this.callAsync('Event_Await', { event });
    } finally {
      this.call('Event_Destroy', { event });
    }
  }

  /** What the plugin says about itself: `xla_version`, `stablehlo_current_version` … */
  attributes(): ReadonlyMap<string, PluginValue> {
    const { attributes, numAttributes } = this.call('Plugin_Attributes', {});
    return this.namedValues(attributes, numAttributes);
  }

  namedValues(address: Address, count: number): Map<string, PluginValue> {
    const layout = plainLayouts.get('NamedValue')!;
    const all = new DataView(bytesAt(address, count * layout.allocation).buffer);
    const out = new Map<string, PluginValue>();
    for (let i = 0; i < count; i++) {
      const at = i * layout.allocation;
      const field = (name: string): number => {
        const { offset, kind } = layout.fields.get(name)!;
        return readField(all, at + offset, kind);
      };
      const valueAt = at + layout.fields.get('value')!.offset;
      const pointer = Number(all.getBigUint64(valueAt, true));
      out.set(
        textAt(field('name'), field('nameSize')),
        this.value(field('type'), all, valueAt, pointer, field('valueSize')),
      );
    }
    return out;
  }

  private value(type: number, all: DataView, at: number, pointer: Address, size: number): PluginValue {
    if (type === 0) return textAt(pointer, size);
    if (type === 1) return Number(all.getBigInt64(at, true));
    if (type === 2) return Array.from(new BigInt64Array(bytesAt(pointer, 8 * size).buffer), Number);
    if (type === 3) return all.getFloat32(at, true);
    return all.getUint8(at) !== 0;
  }

  private takeError(error: Address, name: string): EspalierError {
    const { message, messageSize } = this.call('Error_Message', { error });
    const text = textAt(message, messageSize);
    const { code } = this.call('Error_GetCode', { error });
    this.call('Error_Destroy', { error });
    const word = errorCodes[code] ?? `code ${code}`;
    return new EspalierError(
      `runtime/xla-${word.toLowerCase().replaceAll('_', '-')}` as ErrorCode,
      `XLA: ${word}: ${text}`,
      { fields: { function: `PJRT_${name}`, code: word } },
    );
  }
}

/** These two return `void`: what the call leaves in the result register means nothing. */
const returnsError = (name: FunctionName): boolean => name !== 'Error_Destroy' && name !== 'Error_Message';
