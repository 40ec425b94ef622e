import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Authority } from '../../api-access/authentication/index.ts'
import { makeFolder } from '../../storage/index.ts'

/** The API server's flag and file for each path that is answered. */
const FLAGS: Readonly<Record<string, readonly [flag: string, file: string]>> = {
  '/authorize': ['--authorization-webhook-config-file', 'authorization.kubeconfig'],
  '/authenticate': ['--authentication-token-webhook-config-file', 'authentication.kubeconfig'],
}

/** A year: API servers read the file once, when they start. */
const CLIENT_SECONDS = 365 * 24 * 3600

/**
 * Writes what points an API server at this server: a kubeconfig a path, with the authority to trust and a client
 * certificate of it (Kubernetes documentation, "Webhook Mode", "Configuration File Format").
 *
 * @param paths - that are answered
 * @returns each flag with its file
 */
export async function writeKubeconfigs(
  folder: string,
  address: string,
  authority: Authority,
  paths: readonly string[],
): Promise<readonly (readonly [flag: string, file: string])[]> {
  makeFolder(folder)
  const { certificate, key } = await authority.issueClient(
    { name: 'kube-apiserver', groups: ['haetae:api-servers'] },
    CLIENT_SECONDS,
  )
  const written: (readonly [string, string])[] = []
  for (const path of paths) {
    const [flag, name] = FLAGS[path] ?? ['', `${path.slice(1)}.kubeconfig`]
    const file = resolve(join(folder, name))
    const cluster = {
      server: `${address}${path}`,
      'certificate-authority-data': base64(authority.certificate),
    }
    const user = { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) }
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'haetae', cluster }],
      users: [{ name: 'kube-apiserver', user }],
      contexts: [{ name: 'haetae', context: { cluster: 'haetae', user: 'kube-apiserver' } }],
      'current-context': 'haetae',
    }
    await writeFile(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
    written.push([flag, file])
  }
  return written
}

function base64(pem: string): string {
  return Buffer.from(pem).toString('base64')
}
