import { writeFileSync } from 'node:fs'
import { KubeConfig } from '@kubernetes/client-node'
import { type ApiServer, succeed } from '../setup/api-server.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'

/**
 * Writes a kubeconfig with the contexts `admin` (all rights), `reader` (may list pods in one namespace, which is the
 * context's own) and `nowhere` (nobody listens there), of which `nowhere` is the current one.
 */
export async function writeKubeconfig(
  server: ApiServer,
  { file, admin, namespace }: { file: string; admin: string; namespace: string },
): Promise<void> {
  const given = new KubeConfig()
  given.loadFromFile(admin)
  const cluster = given.getCurrentCluster()
  const user = given.getCurrentUser()
  if (cluster === null || user === null) throw new Error(`${admin} has no current cluster and user`)
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: [cluster, { ...cluster, name: 'closed', server: 'https://127.0.0.1:1' }],
    users: [user, { name: 'reader', token: await readerToken(server, namespace) }],
    contexts: [
      { name: 'admin', cluster: cluster.name, user: user.name },
      { name: 'reader', cluster: cluster.name, user: 'reader', namespace },
      { name: 'nowhere', cluster: 'closed', user: user.name },
    ],
    currentContext: 'nowhere',
  })
  writeFileSync(file, config.exportConfig())
}

/** The token of a service account that may list pods in its namespace, and nothing else. */
async function readerToken(server: ApiServer, namespace: string): Promise<string> {
  const post = (path: string, body: object) => succeed(server, { method: 'POST', path, body })
  const metadata = { name: 'reader' }
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`
  await post(accounts, { metadata })
  await post(`${RBAC}/namespaces/${namespace}/roles`, {
    metadata,
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
  })
  await post(`${RBAC}/namespaces/${namespace}/rolebindings`, {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace }],
  })
  const request = await post(`${accounts}/reader/token`, { spec: { audiences: [], expirationSeconds: 3600 } })
  return (request['status'] as { token: string }).token
}
