import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { completeLock } from '../scripts/complete-lock.ts'

const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')

test('the lock file has every optional package of every platform, so that npm ci takes it anywhere', () => {
  const lock = JSON.parse(text)
  expect(completeLock(lock)).toEqual(lock)
})

test('the lock file names no registry but the public default', () => {
  const hosts = [...text.matchAll(/"resolved": "(https?:\/\/[^/"]+)/g)].map(([, host]) => host)
  expect(new Set(hosts.filter((host) => host !== 'https://registry.npmjs.org'))).toEqual(new Set())
})

test('the runtime is pinned for the platforms that people work on', () => {
  const { packages } = JSON.parse(text) as {
    packages: Record<string, { version: string; optional?: boolean }>
  }
  for (const platform of ['linux-x64', 'linux-arm64'])
    expect(packages[`node_modules/node-${platform}`]).toMatchObject({
      version: expect.stringMatching(/^24\./),
      optional: true,
    })
})
