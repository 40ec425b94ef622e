import { readFileSync } from 'node:fs'
import { KubeConfig } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { anyCluster } from '../../setup/needs.ts'

/** Where code is, a stack's lines, keys, tokens: of no use to a client, and of much to an attacker. */
const NEVER = [
  /\bat \S+ \(?(?:file|node):/,
  /\bnode:internal\b/,
  /\/src\/[\w/-]+\.ts\b/,
  /PRIVATE KEY/,
  /\beyJ[\w-]{10,}\.[\w-]+/,
]

/**
 * Holds a text that somebody reads who is not trusted against all that it must not tell.
 *
 * @param others - further secrets
 */
export function expectNothingLeaked(text: string, others: readonly string[] = []): void {
  for (const pattern of NEVER) expect(text).not.toMatch(pattern)
  for (const secret of [...secretsOfTheCluster(), ...others])
    expect(text.includes(secret), `"${secret.slice(0, 40)}" stands in: ${text.slice(0, 500)}`).toBe(false)
}

/** Where the API server is, and what opens it. */
function secretsOfTheCluster(): string[] {
  const path = anyCluster.kubeconfig
  if (path === undefined) return []
  const config = new KubeConfig()
  config.loadFromString(readFileSync(path, 'utf8'))
  const user = config.getCurrentUser()
  const { host } = new URL(config.getCurrentCluster()?.server ?? 'https://none')
  return [host, user?.keyData, user?.certData, user?.token].filter(
    (each) => each !== undefined && each !== '',
  ) as string[]
}
