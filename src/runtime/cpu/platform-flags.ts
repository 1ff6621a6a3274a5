/* What differs between the linkers of systems. */

/** Flags of a shared object, and libraries of the support library. */
export interface PlatformFlags {
  readonly shared: readonly string[];
  readonly support: readonly string[];
}

/** Device threads outlive the library's handle: when Node unloads it at exit, its code must stay mapped. */
const NODELETE = '-Wl,-z,nodelete';

const elf: PlatformFlags = { shared: ['-shared'], support: ['-lpthread', NODELETE] };
const byPlatform: Readonly<Partial<Record<NodeJS.Platform, PlatformFlags>>> = {
  linux: { shared: ['-shared'], support: ['-lpthread', '-ldl', NODELETE] },
  // Apple's linker knows no -z, and wants to be told that programs find functions of the support library when they are loaded.
  darwin: { shared: ['-dynamiclib', '-undefined', 'dynamic_lookup'], support: [] },
};

export const platformFlags = (platform: NodeJS.Platform = process.platform): PlatformFlags =>
  byPlatform[platform] ?? elf;
