import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/*
 * Joins the modules into a few files for Node, which loads them in a third of the time that four hundred take.
 * `inner` holds the rooms up to `api`, `outer` those that use them: the two are told apart by folder where a stack is searched for
 * the user's line (`src/api/trace.ts`). Bundlers of pages take the modules of `dist` as they are.
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
  sourcemap: true,
  logLevel: 'warning',
} as const;

/** Bundles `src/` (or what `tsc` made of it, in `dist/`) into `dist/<name>/`. */
export async function bundle(from: 'src' | 'dist', name: string): Promise<void> {
  const end = from === 'src' ? 'ts' : 'js';
  const to = `${root}dist/${name}`;
  const innerRooms = rooms.filter((room) => existsSync(`${root}${from}/${room}/index.${end}`));
  /** Imports of inner rooms, always through their index, stay imports. */
  const innerStaysOutside: Plugin = {
    name: 'inner',
    setup(b) {
      b.onResolve({ filter: new RegExp(`^\\.\\./(.*/)?(${innerRooms.join('|')})/index\\.${end}$`) }, ({ path }) => ({
        path: `../inner/${path.split('/').at(-2)}.js`,
        external: true,
      }));
    },
  };
  const entries = (files: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(files).map(([out, file]) => [out, `${root}${from}/${file}.${end}`]));
  rmSync(to, { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: entries({ ...Object.fromEntries(innerRooms.map((room) => [room, `${room}/index`])), index: 'index' }),
    outdir: `${to}/inner`,
  });
  await build({
    ...common,
    entryPoints: entries({ nn: 'nn/index', train: 'train/index', main: 'cli/main' }),
    outdir: `${to}/outer`,
    plugins: [innerStaysOutside],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle('dist', 'node');
