import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'tests/package/**'],
    testTimeout: 60_000,
    globalSetup: 'tests/cli/bundle-cli.ts',
    pool: 'forks',
    maxWorkers: 2,
  },
});
