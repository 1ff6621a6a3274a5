import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { EspalierError } from '../../base/index.ts';
import { cacheDirectory } from '../cpu/cache-files.ts';
import { isPrivateFile } from '../private-files.ts';

/** Hardware a plugin is for. */
export type PluginKind = 'cpu' | 'cuda12' | 'cuda13' | 'rocm' | 'tpu' | 'other';

export interface FoundPlugin {
  readonly kind: PluginKind;
  /** The shared library. */
  readonly path: string;
  /** How it came to be here. */
  readonly origin: 'ESPALIER_PJRT_PLUGIN' | 'option' | 'espalier engine add' | 'JAX';
}

/** What is used when several plugins are there: the fastest hardware first. */
const preference: readonly PluginKind[] = ['tpu', 'cuda13', 'cuda12', 'rocm', 'cpu', 'other'];

/** Where `espalier engine add` puts plugins: one folder per name. */
export const pluginDirectory = (): string => join(cacheDirectory(), 'plugins');

/** Hardware by the name of the library or of the folder it lies in. */
export function kindOf(path: string): PluginKind {
  const text = path.split('/').slice(-4).join('/').toLowerCase();
  if (text.includes('libtpu')) return 'tpu';
  if (/cuda_?13/.test(text)) return 'cuda13';
  if (/cuda/.test(text)) return 'cuda12';
  if (text.includes('rocm')) return 'rocm';
  return basename(text).includes('cpu') ? 'cpu' : 'other';
}

function librariesUnder(folder: string, depth: number): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    if (name.startsWith('.')) return [];
    const path = join(folder, name);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      return depth > 0 ? librariesUnder(path, depth - 1) : [];
    return /\.(so|dylib)$/.test(name) ? [path] : [];
  });
}

/** `site-packages` of the active virtual environment, of PYTHONPATH and of the user. */
function sitePackages(): string[] {
  const roots = [process.env.VIRTUAL_ENV, process.env.CONDA_PREFIX, join(homedir(), '.local')];
  const fromRoots = roots.flatMap((root) => {
    const lib = root ? join(root, 'lib') : '';
    return root && existsSync(lib)
      ? readdirSync(lib)
          .filter((name) => /^python3\.\d+$/.test(name))
          .map((name) => join(lib, name, 'site-packages'))
      : [];
  });
  return [...(process.env.PYTHONPATH ?? '').split(delimiter).filter(Boolean), ...fromRoots];
}

const isPluginLibrary = (path: string): boolean => /pjrt|libtpu|xla_.*plugin/.test(basename(path));

/** The plugin's library in an unpacked wheel. */
export const findLibrary = (folder: string): string | undefined =>
  librariesUnder(folder, 4).find((path) => isPluginLibrary(path));

/** Whether a plugin's devices are in this machine, as far as the kernel's device files tell. Programs can be compiled for others all the same. */
export function hasDevices(kind: PluginKind): boolean {
  switch (kind) {
    case 'tpu':
      return ['/dev/accel0', '/dev/vfio/0', '/dev/vfio/1'].some((path) => existsSync(path));
    case 'cuda12':
    case 'cuda13':
      return ['/dev/nvidiactl', '/dev/nvidia0', '/dev/dxg'].some((path) => existsSync(path));
    case 'rocm':
      return existsSync('/dev/kfd');
    default:
      return true;
  }
}

/**
 * Plugins of the `add` command and of JAX's installations, best first; those without their devices come last. Libraries that others
 * could exchange are passed over: they are used where their path is given.
 */
export function installedPlugins(): FoundPlugin[] {
  const own = librariesUnder(pluginDirectory(), 5)
    .filter(isPluginLibrary)
    .map((path): FoundPlugin => ({ kind: kindOf(path), path, origin: 'espalier engine add' }));
  const jax = sitePackages().flatMap((site) =>
    ['jax_plugins', 'xla_plugins', 'libtpu'].flatMap((folder) =>
      librariesUnder(join(site, folder), 2)
        .filter(isPluginLibrary)
        .filter(isPrivateFile)
        .map((path): FoundPlugin => ({ kind: kindOf(path), path, origin: 'JAX' })),
    ),
  );
  const rank = (p: FoundPlugin): number => preference.indexOf(p.kind) + (hasDevices(p.kind) ? 0 : preference.length);
  return [...own, ...jax].sort((a, b) => rank(a) - rank(b));
}

/** The plugin to use: `wanted` (a path or a kind), else `$ESPALIER_PJRT_PLUGIN`, else the best installed one. */
export function findPlugin(wanted?: string): FoundPlugin | undefined {
  const name = wanted ?? process.env.ESPALIER_PJRT_PLUGIN;
  const origin = wanted === undefined ? 'ESPALIER_PJRT_PLUGIN' : 'option';
  if (!name) return installedPlugins()[0];
  if (existsSync(name) && statSync(name).isFile()) return { kind: kindOf(name), path: name, origin };
  return installedPlugins().find((p) => p.kind === name);
}

/** {@link findPlugin}; throws `runtime/no-plugin`, which says what to type. */
export function requirePlugin(wanted?: string): FoundPlugin {
  const found = findPlugin(wanted);
  if (found) return found;
  const name = wanted ?? process.env.ESPALIER_PJRT_PLUGIN;
  throw new EspalierError(
    'runtime/no-plugin',
    name ? `no PJRT plugin "${name}" was found` : 'no PJRT plugin is installed',
    {
      expected: 'a path in ESPALIER_PJRT_PLUGIN, a plugin of "espalier engine add", or one that JAX installed',
      advice: 'type "espalier engine add xla-cpu" (or xla-cuda12, xla-cuda13, tpu)',
    },
  );
}
