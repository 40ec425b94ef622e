import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openTokens } from './token-authenticators.ts'

const folder = mkdtempSync(join(tmpdir(), 'haetae-tokens-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('what an AuthenticationConfiguration says of requests without credentials follows its file', async () => {
  const path = join(folder, 'authn.yaml')
  // As a whole: half a file would be told as a problem.
  const write = (anonymous: object) => {
    writeFileSync(
      `${path}.new`,
      JSON.stringify({
        apiVersion: 'apiserver.config.k8s.io/v1',
        kind: 'AuthenticationConfiguration',
        jwt: [],
        anonymous,
      }),
    )
    renameSync(`${path}.new`, path)
  }
  write({ enabled: true, conditions: [{ path: '/livez' }] })
  const problems: unknown[] = []
  const tokens = await openTokens(
    { authenticationConfig: path },
    {
      cluster: () => Promise.reject(new Error('nobody asks the cluster')),
      onProblem: (problem) => problems.push(problem.id),
    },
  )
  try {
    expect(tokens.anonymous()).toEqual({ paths: ['/livez'] })
    write({ enabled: false })
    await expect.poll(() => tokens.anonymous(), { timeout: 30_000 }).toBe(false)
    write({ enabled: false, conditions: [{ path: '/livez' }] })
    await expect.poll(() => [tokens.anonymous(), problems.length], { timeout: 30_000 }).toEqual([false, 1])
  } finally {
    await tokens.close()
  }
})
