import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    retry: 0,
    // No module has state: to load them all anew for every file took a sixth of the time.
    isolate: false,
    maxWorkers: 2,
  },
});
