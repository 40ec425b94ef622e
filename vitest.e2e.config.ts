import { defineConfig } from 'vitest/config'
import Summary from './e2e/setup/summary.ts'

export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    globalSetup: ['e2e/setup/clusters.ts'],
    reporters: ['default', new Summary()],
    // The suites share one cluster and one browser: they run one after the other.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
