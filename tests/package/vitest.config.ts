import { defineConfig } from 'vitest/config';

/* `npm run test:package`: builds and packs first, so it is no part of `npm test`. */
export default defineConfig({
  test: {
    include: ['tests/package/**/*.test.ts'],
    testTimeout: 120_000,
    root: new URL('../../', import.meta.url).pathname,
  },
});
