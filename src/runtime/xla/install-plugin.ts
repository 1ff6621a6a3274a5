import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { EspalierError } from '../../base/index.ts';
import { findLibrary, pluginDirectory } from './find-plugin.ts';
import { Plugin } from './plugin.ts';

const run = promisify(execFile);

interface PluginPackage {
  /** Python package on PyPI. */
  readonly package: string;
  readonly version: string;
  /** Of its wheels, one for each Python where the wheel says so. */
  readonly wheelSha256: readonly string[];
  readonly hardware: string;
}

/** Plugins that `espalier engine add` knows, and the Python packages they come in: these versions, these files. */
export const pluginPackages = {
  'xla-cpu': {
    package: 'xla-cpu-pjrt',
    version: '0.0.1',
    wheelSha256: ['55837b6b7b47daa717f2d9a5a03563ea0ceaa338d06a81a1e2d3f060d960decc'],
    hardware: 'CPUs (x86-64 Linux)',
  },
  'xla-cuda12': {
    package: 'xla-cuda12-pjrt',
    version: '0.0.1',
    wheelSha256: ['239345131f22ea892318007a30a6a8d4c03fe7b85b8087f8a26dda5ababe56b7'],
    hardware: 'NVIDIA GPUs with CUDA 12',
  },
  'xla-cuda13': {
    package: 'xla-cuda13-pjrt',
    version: '0.0.1',
    wheelSha256: ['7ee65fdefde56f577f146681b586d4b811b299ee63504934062556190adc86d4'],
    hardware: 'NVIDIA GPUs with CUDA 13',
  },
  tpu: {
    package: 'libtpu',
    version: '0.0.52',
    wheelSha256: [
      'f5e2e596eaea9357fbb5a6755a7a9007c6ab75bfde4a55191b03eff402971140',
      'f76ab1f4d697c346371c50058796f6baa93317b89be8cf8a1012715a2655120d',
      'bf962d290626e93828f4ffafef96dfff8d8bfd0d64f506ca6f953e6e1e7c8e87',
      '1c250f39da2c604eeaace2a552593219d9c6f9a11aefef5fe063b1410a315cec',
    ],
    hardware: 'Google Cloud TPUs',
  },
} as const satisfies Record<string, PluginPackage>;
export type PluginName = keyof typeof pluginPackages;

/** What is recorded beside an installed plugin, in `plugin.json`. */
export interface PluginRecord {
  readonly name: string;
  readonly package: string;
  /** File name of the wheel, with its version. */
  readonly wheel: string;
  readonly wheelSha256: string;
  /** Shared library, relative to the plugin's folder. */
  readonly library: string;
  readonly apiVersion: string;
  readonly installedAt: string;
}

export type InstallProgress = (step: 'download' | 'unpack' | 'verify', detail: string) => void;

export interface InstallOptions {
  /** Takes the newest wheel, whatever it holds, instead of the one that is known. */
  readonly any?: boolean;
  readonly progress?: InstallProgress;
}

/**
 * Downloads a plugin's wheel with the user's `pip`, checks that it is the one that is known, unpacks it into the user's cache, loads it
 * and checks its API version. The folder appears whole or not at all. Throws `runtime/no-pip`, `runtime/download`, `runtime/plugin-hash`,
 * `runtime/unpack`, `runtime/xla-plugin`, `runtime/xla-version`.
 */
export async function installPlugin(name: PluginName, options: InstallOptions = {}): Promise<PluginRecord> {
  const { any = false, progress = () => {} } = options;
  const source: PluginPackage = pluginPackages[name];
  const root = pluginDirectory();
  await mkdir(root, { recursive: true });
  const work = await mkdtemp(join(root, '.adding-'));
  try {
    progress('download', source.package);
    const pip = await findPip();
    const wheel = await download(pip, any ? source.package : `${source.package}==${source.version}`, work);
    const wheelSha256 = await sha256(join(work, wheel));
    if (!any && !source.wheelSha256.includes(wheelSha256)) throw otherWheel(wheel, wheelSha256, source);
    progress('unpack', wheel);
    const content = join(work, name);
    await unpack(pip, join(work, wheel), content);
    const library = findLibrary(content);
    if (!library)
      throw new EspalierError('runtime/xla-plugin', `${wheel} holds no PJRT plugin`, {
        expected: 'a shared library with GetPjrtApi',
      });
    const target = join(root, name);
    await rm(target, { recursive: true, force: true });
    await rename(content, target);
    const installed = join(target, relative(content, library));
    progress('verify', installed);
    const record = await verified(name, wheel, wheelSha256, target, installed);
    await writeFile(join(target, 'plugin.json'), `${JSON.stringify(record, undefined, 2)}\n`);
    return record;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const otherWheel = (wheel: string, given: string, { wheelSha256 }: PluginPackage): EspalierError =>
  new EspalierError(
    'runtime/plugin-hash',
    `${wheel} is not the file that this version of Espalier knows; nothing was loaded`,
    {
      expected: `SHA-256 ${wheelSha256.join(' or ')}`,
      given,
      advice: 'if you trust it, add it with "espalier engine add --any"',
    },
  );

async function verified(
  name: PluginName,
  wheel: string,
  wheelSha256: string,
  folder: string,
  library: string,
): Promise<PluginRecord> {
  try {
    const { version } = await Plugin.open(library);
    return {
      name,
      package: pluginPackages[name].package,
      wheel,
      wheelSha256,
      library: relative(folder, library),
      apiVersion: `${version.major}.${version.minor}`,
      installedAt: new Date().toISOString(),
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The record of an installed plugin, if `engine add` put it there. */
export function pluginRecord(name: string): PluginRecord | undefined {
  const path = join(pluginDirectory(), name, 'plugin.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as PluginRecord) : undefined;
}

/** Commands that may be the user's pip, `$ESPALIER_PIP` (one command) first. */
function pipCommands(): readonly (readonly string[])[] {
  const own = process.env.ESPALIER_PIP;
  return own ? [[own]] : [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']];
}

async function download(pip: readonly string[], name: string, folder: string): Promise<string> {
  const args = [...pip.slice(1), 'download', '--no-deps', '--only-binary', ':all:', '--dest', folder, name];
  try {
    await run(pip[0], args, { maxBuffer: 2 ** 26 });
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new EspalierError('runtime/download', `pip could not download ${name}`, {
      given: (stderr ?? String(cause)).trim().split('\n').slice(-3).join(' | '),
      advice: 'check the network and that the package has a wheel for this machine',
      cause,
    });
  }
  const wheel = (await readdir(folder)).find((file) => file.endsWith('.whl'));
  if (!wheel) throw new EspalierError('runtime/download', `pip downloaded no wheel of ${name}`);
  return wheel;
}

/** Unpacks a wheel into a folder of its own; pip knows the format and touches nothing else. */
async function unpack(pip: readonly string[], wheel: string, folder: string): Promise<void> {
  const args = ['install', '--no-deps', '--no-index', '--no-compile', '--target', folder, wheel];
  try {
    await run(pip[0], [...pip.slice(1), ...args], { maxBuffer: 2 ** 26 });
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new EspalierError('runtime/unpack', `pip could not unpack ${wheel}`, {
      given: (stderr ?? String(cause)).trim().split('\n').slice(-3).join(' | '),
      advice: 'check that the disk has room and that the download is complete',
      cause,
    });
  }
}

async function findPip(): Promise<readonly string[]> {
  for (const command of pipCommands()) {
    try {
      await run(command[0], [...command.slice(1), '--version']);
      return command;
    } catch {
      // not this one
    }
  }
  throw new EspalierError('runtime/no-pip', 'pip was not found', {
    expected: `${pipCommands()
      .map((c) => c.join(' '))
      .join(', ')}`,
    advice:
      'install Python 3 with pip (Debian: apt install python3-pip), or download the wheel elsewhere and set ESPALIER_PJRT_PLUGIN to its shared library',
  });
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
