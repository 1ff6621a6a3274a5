import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { strippedSources } from './tests/stripped-sources.ts';

/** Tests of the built command line, which is bundled for them. */
const ofTheCommandLine = ['tests/cli/**/*.test.ts', 'tests/cpu/compiler.test.ts', 'tests/ir/bytecode.test.ts'];
/** Tests that change their process: its environment, its memory, its engines' caches. Each file has one of its own. */
const alone = [
  'tests/browser/**/*.test.ts',
  'tests/cpu/{compile-cache,packed-weights,program-records}.test.ts',
  'tests/fuzz/**/*.test.ts',
  'tests/runtime/memory.test.ts',
  'tests/xla/**/*.test.ts',
];
const exclude = [...configDefaults.exclude, 'tests/package/**', 'tests/contributing/**'];
const common = {
  server: { deps: { external: [strippedSources.pattern] as RegExp[] } },
  testTimeout: 60_000,
  pool: 'forks',
  // Programs are made of many small objects that live for milliseconds: a fifth of the time of the tests of `api` was garbage collection.
  execArgv: ['--max-semi-space-size=64'] as string[],
  exclude: exclude as string[],
  // The verifier runs after every pass, not only at the ends of stages.
  env: { ESPALIER_VERIFY: 'passes' },
  setupFiles: ['tests/seed.ts'] as string[],
} as const;

export default defineConfig({
  test: {
    globalSetup: 'tests/support-library.ts',
    // One more than cores: a file that waits for a process or a page leaves its core to another.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        plugins: [strippedSources()],
        test: {
          ...common,
          name: 'shared',
          include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: [...exclude, ...ofTheCommandLine, ...alone],
          // Loading the compiler takes seconds: the files of a process share it.
          isolate: false,
          setupFiles: ['tests/seed.ts', 'tests/fresh-engine.ts'],
        },
      },
      { plugins: [strippedSources()], test: { ...common, name: 'alone', include: alone } },
      {
        plugins: [strippedSources()],
        test: { ...common, name: 'cli', include: ofTheCommandLine, globalSetup: 'tests/cli/bundle.ts' },
      },
    ],
  },
});
