import { type ApiServer, remove, succeed } from './api-server.ts'
import { until } from './work.ts'

/** A service account whose pods mount no token. */
export const TOKENLESS = 'tokenless'

/** Makes a namespace with the service account `tokenless`, and waits for the token of the default one. */
export async function makeNamespace(server: ApiServer, name: string): Promise<void> {
  const accounts = `/api/v1/namespaces/${name}/serviceaccounts`
  await succeed(server, { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } })
  const tokenless = { metadata: { name: TOKENLESS }, automountServiceAccountToken: false }
  await succeed(server, { method: 'POST', path: accounts, body: tokenless })
  await until(async () => {
    const { body } = await server.send({ method: 'GET', path: `${accounts}/default` })
    // The token's secret is what pods that use the account mount.
    return Array.isArray(body['secrets']) || undefined
  }, `a token of the default service account in ${name}`)
}

/** Deletes a namespace; the server empties it by and by. */
export async function deleteNamespace(server: ApiServer, name: string): Promise<void> {
  await remove(server, `/api/v1/namespaces/${name}`)
}
