import { EspalierError } from '../../base/index.ts';
import { type Koffi, loadKoffi } from '../package-files.ts';

/** Address in native memory (below 2^53 on every platform Node runs on); 0 is null. */
export type Address = number;

/** A PJRT function: takes the address of its argument struct, returns that of an error or 0. */
export interface NativeFunction {
  (args: Address): number;
  async(args: Address, done: (error: unknown, result: number) => void): void;
}

interface Binding {
  readonly koffi: Koffi;
  dlopen(path: string, flags: number): number;
  dlsym(handle: number, name: string): number;
  dlerror(): string | null;
  memcpy(to: ArrayBufferView, from: number, bytes: number): void;
  readonly functionType: ReturnType<Koffi['proto']>;
  readonly getterType: ReturnType<Koffi['proto']>;
  readonly deleterType: ReturnType<Koffi['proto']>;
}

let binding: Binding | undefined;

/** Loads koffi once. Throws `runtime/no-koffi`. */
export async function loadNative(): Promise<void> {
  if (binding) return;
  const koffi = loadKoffi();
  const self = koffi.load(null);
  binding = {
    koffi,
    dlopen: self.func('uint64_t dlopen(const char *, int)') as Binding['dlopen'],
    dlsym: self.func('uint64_t dlsym(uint64_t, const char *)') as Binding['dlsym'],
    dlerror: self.func('const char *dlerror()') as Binding['dlerror'],
    memcpy: self.func('void memcpy(void *, uint64_t, uint64_t)') as Binding['memcpy'],
    functionType: koffi.proto('uint64_t (uint64_t args)'),
    getterType: koffi.proto('uint64_t ()'),
    deleterType: koffi.proto('void (uint64_t)'),
  };
}

function native(): Binding {
  if (!binding) throw new EspalierError('runtime/no-koffi', 'loadNative() has not finished');
  return binding;
}

/** RTLD_NOW, and (on Linux) RTLD_NODELETE: a plugin's threads outlive our handle, so its code must stay mapped at exit. */
const openFlags = (): number => 2 | (process.platform === 'linux' ? 0x1000 : 0);

/** Opens a shared library for good and calls its parameterless `symbol`. Throws `runtime/xla-plugin`. */
export function openAndCall(path: string, symbol: string): Address {
  const n = native();
  const fail = (what: string): never => {
    const given = n.dlerror() ?? 'no further message';
    const isCuda = /lib(cu|nv|nccl)\w*\.so/.test(given);
    throw new EspalierError('runtime/xla-plugin', `${path} is no PJRT plugin that loads here: ${what}`, {
      given,
      advice: isCuda
        ? 'it needs the CUDA libraries: install the CUDA toolkit and cuDNN of its version, and name their folder in LD_LIBRARY_PATH'
        : 'see "espalier engine list" for the plugins that were found',
    });
  };
  const handle = n.dlopen(path, openFlags());
  if (handle === 0) fail('it could not be loaded');
  const entry = n.dlsym(handle, symbol);
  if (entry === 0) fail(`it has no function ${symbol}`);
  return (n.koffi.decode(BigInt(entry), n.getterType) as () => number)();
}

export const functionAt = (address: Address): NativeFunction =>
  native().koffi.decode(BigInt(address), native().functionType) as NativeFunction;

/** Calls a `void (*)(void *)`. */
export const callDeleter = (deleter: Address, argument: Address): void => {
  (native().koffi.decode(BigInt(deleter), native().deleterType) as (a: number) => void)(argument);
};

/** Native memory that does not move, seen through a DataView; freed by `free`. */
export interface Block {
  readonly address: Address;
  readonly view: DataView;
  free(): void;
}

export function allocate(bytes: number): Block {
  const { koffi } = native();
  const pointer = koffi.alloc('uint8_t', Math.max(bytes, 8)) as bigint;
  const view = new DataView(koffi.view(pointer, Math.max(bytes, 8)));
  for (let i = 0; i < bytes; i++) view.setUint8(i, 0);
  return { address: Number(pointer), view, free: () => koffi.free(pointer) };
}

/** A block holding these bytes. */
export function allocateBytes(bytes: Uint8Array): Block {
  const block = allocate(bytes.length);
  new Uint8Array(block.view.buffer, block.view.byteOffset, bytes.length).set(bytes);
  return block;
}

/** The address of a host array's elements; the caller keeps the array alive while native code uses it. */
export const addressOf = (data: ArrayBufferView): Address => Number(native().koffi.address(data));

/** A copy of native bytes. */
export const bytesAt = (address: Address, size: number): Uint8Array =>
  size === 0 ? new Uint8Array(0) : new Uint8Array(native().koffi.view(BigInt(address), size)).slice();

/** Fills a host array from native memory. */
export const copyFrom = (address: Address, to: ArrayBufferView): void => native().memcpy(to, address, to.byteLength);

export const textAt = (address: Address, size: number): string =>
  Buffer.from(bytesAt(address, size).buffer).toString('utf8');

/** A list of pointers. */
export function addressesAt(address: Address, count: number): Address[] {
  const bytes = bytesAt(address, 8 * count);
  return Array.from(new BigUint64Array(bytes.buffer), Number);
}
