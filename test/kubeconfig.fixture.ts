import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes a kubeconfig of a cluster that is not there. @returns its path, in the folder */
export function writeUnreachableKubeconfig(folder: string): string {
  const path = join(folder, 'kubeconfig')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'a',
    clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'a', user: { token: 'x' } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
  }
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 })
  return path
}
