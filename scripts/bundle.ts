import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type OutputFile, type Plugin } from 'esbuild';
import { dashboardPage } from './dashboard-page.ts';

/*
 * Joins the modules into a few files for Node, which loads them in a third of the time that four hundred take.
 * `inner` holds the rooms up to `api`, `outer` those that use them: the two are told apart by folder where a stack is searched for
 * the user's line (`src/api/trace/trace.ts`). Bundlers of pages take the modules of `dist` as they are: they can leave out what a page
 * does not use.
 */
const rooms = ['base', 'ir', 'ops', 'transform', 'partition', 'plan', 'compile', 'runtime', 'api'];
const root = fileURLToPath(new URL('../', import.meta.url));

const common = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
  write: false,
} as const;

/**
 * Bundles `src` into a folder two levels below the root of the repository, such as `dist/node`. Files that stay as they were are not
 * written: what an engine keeps of programs holds for as long as the date of its code does.
 */
export async function bundle(folder: string): Promise<void> {
  const to = `${root}${folder}`;
  const innerRooms = rooms.filter((room) => existsSync(`${root}src/${room}/index.ts`));
  /** Imports of inner rooms, always through their index, stay imports. */
  const innerStaysOutside: Plugin = {
    name: 'inner',
    setup(b) {
      b.onResolve({ filter: new RegExp(`^\\.\\./(.*/)?(${innerRooms.join('|')})/index\\.ts$`) }, ({ path }) => ({
        path: `../inner/${path.split('/').at(-2)}.js`,
        external: true,
      }));
    },
  };
  const entries = (files: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(files).map(([out, file]) => [out, `${root}src/${file}.ts`]));
  const inner = await build({
    ...common,
    // An entry of its own keeps `tree` in a file of its own, so that who bundles only that gets little.
    entryPoints: entries({
      ...Object.fromEntries(innerRooms.map((room) => [room, `${room}/index`])),
      index: 'index',
      tree: 'api/trace/tree',
    }),
    outdir: `${to}/inner`,
  });
  const outer = await build({
    ...common,
    entryPoints: entries({
      ...Object.fromEntries(['nn', 'data', 'train', 'serve'].map((room) => [room, `${room}/index`])),
      main: 'cli/main',
    }),
    outdir: `${to}/outer`,
    // `espalier inspect` names lines of the layers by these maps; the sources themselves are not in the package.
    sourcemap: true,
    sourcesContent: false,
    plugins: [innerStaysOutside],
  });
  const page = { path: `${to}/web/dashboard.html`, contents: Buffer.from(await dashboardPage()) };
  replaceFolder(to, [...inner.outputFiles, ...outer.outputFiles, page]);
}

function replaceFolder(folder: string, files: readonly Pick<OutputFile, 'path' | 'contents'>[]): void {
  const changed = new Map(files.map((file) => [file.path, file]));
  if (existsSync(folder))
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      if (!entry.isFile()) continue;
      const file = changed.get(path);
      if (!file) rmSync(path);
      else if (readFileSync(path).equals(file.contents)) changed.delete(path);
    }
  for (const { path, contents } of changed.values()) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
}
