import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Training tests are heavy: more workers than this only make them time out.
    maxWorkers: 2,
  },
});
