import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/wasm-typescript';
import type { Plugin } from 'vitest/config';

/*
 * Tests load the modules of `src` as Node does, without their types, which are replaced by spaces: lines and columns stay. Through Vite,
 * seven hundred modules take every process many seconds.
 */

const root = fileURLToPath(new URL('../', import.meta.url));
const from = join(root, 'src');
const to = join(root, 'build/stripped');

/** `.ts` in the specifiers of imports and exports becomes `.js`. */
const specifiers = /((?:^|[;}\s])(?:from|import)\s*\(?\s*)(['"])(\.{1,2}\/[^'"\n]*)\.ts\2/g;

/** Brings the copies up to date: only files that changed are written, those that are gone are removed. */
function strip(): void {
  const known = new Set<string>();
  for (const file of readdirSync(from, { recursive: true }) as string[]) {
    const source = join(from, file);
    if (!/\.(ts|json)$/.test(file) || file.endsWith('.d.ts')) continue;
    const copy = join(to, file.replace(/\.ts$/, '.js'));
    known.add(copy);
    if (timeOf(copy) > timeOf(source)) continue;
    const text = readFileSync(source, 'utf8');
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(
      copy,
      file.endsWith('.json')
        ? text.replaceAll('.ts"', '.js"')
        : transformSync(text, { mode: 'strip-only' }).code.replace(specifiers, '$1$2$3.js$2'),
    );
  }
  for (const file of readdirSync(to, { recursive: true }) as string[]) {
    const copy = join(to, file);
    if (!known.has(copy) && statSync(copy).isFile()) rmSync(copy);
  }
}

function timeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** What tests import from `src` is loaded by Node: `pattern` says which files Vite leaves alone. */
export function strippedSources(): Plugin {
  return {
    name: 'stripped-sources',
    enforce: 'pre',
    buildStart: strip,
    resolveId(source, importer) {
      // Who watches wants to see what a change does: then Vite loads them.
      if (!source.endsWith('.ts') || !process.argv.includes('run')) return undefined;
      const path = source.startsWith('.') && importer ? join(dirname(importer), source) : source;
      const inside = relative(from, path);
      return inside.startsWith('..') || isAbsolute(inside) ? undefined : join(to, inside.replace(/\.ts$/, '.js'));
    },
  };
}
strippedSources.pattern = /\/build\/stripped\//;
