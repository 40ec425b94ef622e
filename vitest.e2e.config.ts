import { defineConfig } from 'vitest/config'
import Summary from './e2e/setup/summary.ts'

export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    globalSetup: ['e2e/setup/clusters.ts'],
    reporters: ['default', new Summary()],
    // The suites share one cluster and one browser: they run one after the other.
    fileParallelism: false,
    // Limits are for what will never come: a machine that is slow or busy takes many times as long as an idle one.
    testTimeout: 900_000,
    hookTimeout: 1_200_000,
    expect: { poll: { timeout: 180_000 } },
  },
})
