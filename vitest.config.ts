import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Two cores are what a developer's container and CI usually have; more forks only wait for each other.
    maxWorkers: 2,
    // Generous: what starts several processes has taken 40 seconds on a busy machine, and was no failure.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
  },
})
