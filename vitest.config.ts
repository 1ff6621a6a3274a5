import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'tests/package/**'],
    testTimeout: 60_000,
    // The verifier runs after every pass, not only at the ends of stages.
    env: { ESPALIER_VERIFY: 'passes' },
    globalSetup: 'tests/cli/bundle-cli.ts',
    pool: 'forks',
    maxWorkers: 2,
  },
});
