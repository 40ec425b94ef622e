import { request } from 'node:https'
import type { ClusterClient } from '../../kubernetes/index.ts'
import { reasonOf } from '../../messages/index.ts'

/** The service that webhooks name, as the registration has it. */
export interface ServiceAddress {
  readonly namespace: string
  readonly name: string
  readonly port: number
}

const ANSWER_MILLISECONDS = 1000

/**
 * Asks whoever answers behind a service of the cluster whether they are ready, as an API server would: at the service's
 * address, which the API has (kubernetes, "Contacting the webhook": of a service, with its name as the server's), and trusting
 * the authorities of the registration alone.
 *
 * @param bundle - of the authorities, in PEM; empty for those that the system knows
 * @param milliseconds - how long the API, and then the service, is waited for
 * @returns why there was no answer; undefined where there was one
 */
export async function askService(
  client: Pick<ClusterClient, 'request'>,
  service: ServiceAddress,
  bundle: string,
  milliseconds = ANSWER_MILLISECONDS,
): Promise<string | undefined> {
  try {
    const host = await hostOf(client, service, milliseconds)
    const status = await statusAt(host, service, bundle, milliseconds)
    return status === 200 ? undefined : `HTTP ${status}`
  } catch (error) {
    return reasonOf(error)
  }
}

async function hostOf(
  client: Pick<ClusterClient, 'request'>,
  { namespace, name }: ServiceAddress,
  milliseconds: number,
): Promise<string> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}`
  const { status, body } = await client.request({ path, timeoutSeconds: milliseconds / 1000 })
  if (status !== 200) throw new Error(`GET ${path}: HTTP ${status}`)
  const { clusterIP, externalName } = (body as { readonly spec?: ServiceSpec } | undefined)?.spec ?? {}
  const host = externalName ?? clusterIP ?? ''
  // "None" of a headless service: it has no address at which an API server could ask.
  if (host === '' || host === 'None') throw new Error('the service has no cluster address')
  return host
}

interface ServiceSpec {
  readonly clusterIP?: string
  readonly externalName?: string
}

function statusAt(
  host: string,
  { namespace, name, port }: ServiceAddress,
  bundle: string,
  milliseconds: number,
): Promise<number> {
  const servername = `${name}.${namespace}.svc`
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host,
        port,
        path: '/readyz',
        servername,
        headers: { host: servername },
        ...(bundle !== '' && { ca: bundle }),
        // Each time anew: a connection that is kept would say nothing of where new ones lead.
        agent: false,
        signal: AbortSignal.timeout(milliseconds),
      },
      (response) => {
        resolve(response.statusCode ?? 0)
        response.destroy()
      },
    )
    asked.on('error', (error) => {
      const isLate = error.name === 'AbortError' || error.name === 'TimeoutError'
      reject(isLate ? new Error(`no answer within ${milliseconds / 1000} s`) : error)
    })
    asked.end()
  })
}
