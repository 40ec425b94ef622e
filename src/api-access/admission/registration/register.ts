import type { ClusterClient, KubernetesObject } from '../../../kubernetes/index.ts'
import { isSame } from '../chain/json-patch.ts'
import { NAMESPACE_NAME_LABEL, REGISTRATION_NAME } from './webhook-configurations.ts'

/** A request of the registration that the API server refused. */
export class RegistrationError extends Error {
  readonly code = 'ERR_ADMISSION_REGISTRATION'
  /** HTTP status. */
  readonly status: number

  constructor(what: string, status: number, body: unknown) {
    const said = (body as { message?: unknown } | null | undefined)?.message
    super(`${what}: ${typeof said === 'string' ? said : `HTTP ${status}`}`)
    this.status = status
  }
}

type Client = Pick<ClusterClient, 'request'>

const GROUP = '/apis/admissionregistration.k8s.io/v1'
const COLLECTIONS: Readonly<Record<string, string>> = {
  MutatingWebhookConfiguration: `${GROUP}/mutatingwebhookconfigurations`,
  ValidatingWebhookConfiguration: `${GROUP}/validatingwebhookconfigurations`,
}

/**
 * Makes the configurations stand in the cluster as given, and takes away the one that is not among them. Nothing is
 * written where all is as it should be.
 *
 * Before, the excluded namespaces are given the label by which the configurations exclude them, where they lack it
 * (before Kubernetes 1.21).
 *
 * @throws RegistrationError, ClusterError
 */
export async function register(
  client: Client,
  configurations: readonly KubernetesObject[],
  excludedNamespaces: readonly string[],
): Promise<void> {
  for (const namespace of excludedNamespaces) await labelNamespace(client, namespace)
  for (const [kind, path] of Object.entries(COLLECTIONS)) {
    const wanted = configurations.find((configuration) => configuration.kind === kind)
    if (wanted === undefined) await remove(client, `${path}/${REGISTRATION_NAME}`)
    else await put(client, path, wanted)
  }
}

/** Whether a configuration stands in the cluster, whatever it says. @throws RegistrationError, ClusterError */
export async function isRegistered(client: Client): Promise<boolean> {
  for (const path of Object.values(COLLECTIONS)) {
    const own = `${path}/${REGISTRATION_NAME}`
    const { status, body } = await client.request({ path: own })
    if (status === 200) return true
    if (status !== 404) throw new RegistrationError(`GET ${own}`, status, body)
  }
  return false
}

/** Makes Haetae's own namespace where there is none. @throws RegistrationError, ClusterError */
export async function ensureNamespace(client: Client, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${encodeURIComponent(name)}`
  const found = await client.request({ path })
  if (found.status === 200) return
  if (found.status !== 404) throw new RegistrationError(`GET ${path}`, found.status, found.body)
  const body = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { [NAMESPACE_NAME_LABEL]: name } },
  }
  const made = await client.request({ method: 'POST', path: '/api/v1/namespaces', body })
  // Another replica may have been faster.
  if (made.status >= 300 && made.status !== 409)
    throw new RegistrationError('POST /api/v1/namespaces', made.status, made.body)
}

/** Takes both configurations away. @throws RegistrationError, ClusterError */
export async function unregister(client: Client): Promise<void> {
  for (const path of Object.values(COLLECTIONS)) await remove(client, `${path}/${REGISTRATION_NAME}`)
}

async function put(client: Client, path: string, wanted: KubernetesObject): Promise<void> {
  const own = `${path}/${REGISTRATION_NAME}`
  const found = await client.request({ path: own })
  if (found.status === 404) {
    const made = await client.request({ method: 'POST', path, body: wanted })
    if (made.status >= 300) throw new RegistrationError(`POST ${path}`, made.status, made.body)
    return
  }
  if (found.status !== 200) throw new RegistrationError(`GET ${own}`, found.status, found.body)
  const stored = found.body as KubernetesObject
  if (isSame(webhooksOf(stored), webhooksOf(wanted))) return
  const { resourceVersion } = stored.metadata ?? {}
  const metadata = { ...wanted.metadata, ...(resourceVersion !== undefined && { resourceVersion }) }
  const { status, body } = await client.request({ method: 'PUT', path: own, body: { ...wanted, metadata } })
  if (status >= 300) throw new RegistrationError(`PUT ${own}`, status, body)
}

/** The webhooks without what the API server fills in. */
function webhooksOf(configuration: KubernetesObject): unknown {
  const webhooks = configuration['webhooks']
  if (!Array.isArray(webhooks)) return webhooks
  return webhooks.map(({ objectSelector: _, ...webhook }: Readonly<Record<string, unknown>>) => webhook)
}

async function remove(client: Client, path: string): Promise<void> {
  const { status, body } = await client.request({ method: 'DELETE', path })
  if (status >= 300 && status !== 404) throw new RegistrationError(`DELETE ${path}`, status, body)
}

async function labelNamespace(client: Client, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${encodeURIComponent(name)}`
  const found = await client.request({ path })
  if (found.status === 404) return
  if (found.status !== 200) throw new RegistrationError(`GET ${path}`, found.status, found.body)
  const { metadata } = found.body as KubernetesObject
  if (metadata?.labels?.[NAMESPACE_NAME_LABEL] === name) return
  const patched = await client.request({
    method: 'PATCH',
    path,
    body: { metadata: { labels: { [NAMESPACE_NAME_LABEL]: name } } },
    contentType: 'application/merge-patch+json',
  })
  if (patched.status >= 300) throw new RegistrationError(`PATCH ${path}`, patched.status, patched.body)
}
