import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/*
 * Joins the built modules into a few files for Node, which loads them in a third of the time that four hundred take.
 * `dist/node/inner` holds the rooms up to `api`, `dist/node/outer` those that use them: the two are told apart by folder where a
 * stack is searched for the user's line (`src/api/trace.ts`). Bundlers of pages take the modules of `dist` as they are.
 *   npm run build
 */
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const rooms = ['base', 'ir', 'ops', 'transform', 'partition', 'plan', 'compile', 'runtime', 'api'];
const innerRooms = rooms.filter((room) => existsSync(`${dist}${room}/index.js`));
rmSync(`${dist}node`, { recursive: true, force: true });

/** Imports of inner rooms, always through their index, stay imports. */
const innerStaysOutside: Plugin = {
  name: 'inner',
  setup(b) {
    b.onResolve({ filter: new RegExp(`^\\.\\./(.*/)?(${innerRooms.join('|')})/index\\.js$`) }, ({ path }) => ({
      path: `../inner/${path.split('/').at(-2)}.js`,
      external: true,
    }));
  },
};

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

await build({
  ...common,
  entryPoints: Object.fromEntries([
    ...innerRooms.map((room) => [room, `${dist}${room}/index.js`]),
    ['index', `${dist}index.js`],
  ]),
  outdir: `${dist}node/inner`,
});
await build({
  ...common,
  entryPoints: { nn: `${dist}nn/index.js`, train: `${dist}train/index.js`, main: `${dist}cli/main.js` },
  outdir: `${dist}node/outer`,
  plugins: [innerStaysOutside],
});
