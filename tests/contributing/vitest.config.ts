import { defineConfig } from 'vitest/config';

/* `npm run test:contributing`: minutes, since it type-checks a copy of the tree for every example. */
export default defineConfig({
  test: {
    root: new URL('../../', import.meta.url).pathname,
    include: ['tests/contributing/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
