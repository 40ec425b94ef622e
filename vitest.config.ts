import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Two cores are what a developer's container and CI usually have; more forks only wait for each other.
    maxWorkers: 2,
    testTimeout: 60_000,
  },
})
