import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    // The suites share one cluster and one browser: they run one after the other.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 900_000,
  },
})
