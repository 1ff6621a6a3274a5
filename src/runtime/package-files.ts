import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EspalierError } from '../base/index.ts';

/*
 * What this package has beside its JavaScript. When somebody joins it with a program into one file, the C sources and koffi are still
 * in `node_modules`, if that is there; all is looked up from the package's own folder, so that bundlers need not know of koffi.
 */

/** This file, or the bundle it is part of; bundles of CommonJS have no `import.meta.url`. */
export const ownFile = import.meta.url
  ? fileURLToPath(import.meta.url)
  : (process.argv[1] ?? join(process.cwd(), 'main.js'));

let root: string | null | undefined;
/** This package's folder: the nearest one above its code, or the installed one that Node finds from there; else undefined. */
export function packageRoot(): string | undefined {
  root ??= folderAbove(ownFile) ?? installed() ?? null;
  return root ?? undefined;
}

function folderAbove(file: string): string | undefined {
  for (let at = dirname(file); ; at = dirname(at)) {
    if (nameOf(join(at, 'package.json')) === 'espalier') return at;
    if (dirname(at) === at) return undefined;
  }
}

function nameOf(path: string): unknown {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { name?: unknown }).name;
  } catch {
    return undefined;
  }
}

function installed(): string | undefined {
  try {
    return dirname(createRequire(pathToFileURL(ownFile)).resolve('espalier/package.json'));
  } catch {
    return undefined;
  }
}

/** Folder of the C headers and sources. Throws `runtime/no-sources`. */
export function nativeDirectory(): string {
  const folder = packageRoot();
  if (folder !== undefined) return join(folder, 'native');
  throw new EspalierError('runtime/no-sources', 'the C sources of espalier were not found', {
    expected: 'the package in a node_modules folder above the program, also when it is bundled into one file',
    given: ownFile,
    advice:
      'keep espalier out of the bundle (esbuild: --external:espalier), install it beside it, or use the "wasm" engine',
  });
}

export type Koffi = typeof import('koffi').default;

/** The library that calls native code. Throws `runtime/no-koffi`. */
export function loadKoffi(): Koffi {
  try {
    return createRequire(join(packageRoot() ?? dirname(ownFile), 'package.json'))('koffi') as Koffi;
  } catch (cause) {
    throw new EspalierError('runtime/no-koffi', 'the native call library koffi could not be loaded', {
      advice: 'reinstall dependencies with npm install, or use the "wasm" engine',
      cause,
    });
  }
}
