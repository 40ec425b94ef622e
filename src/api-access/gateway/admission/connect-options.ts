import type { KubernetesObject } from '../../../kubernetes/index.ts'
import { isFalse, type RequestInfo } from '../../request/index.ts'

/** The kind of the options that each connecting subresource takes (API reference, core/v1). */
const KINDS: Readonly<Record<string, string>> = {
  'pods/exec': 'PodExecOptions',
  'pods/attach': 'PodAttachOptions',
  'pods/portforward': 'PodPortForwardOptions',
  'pods/proxy': 'PodProxyOptions',
  'services/proxy': 'ServiceProxyOptions',
  'nodes/proxy': 'NodeProxyOptions',
}

/** @returns what admission is shown of a request that opens a connection; undefined for all others */
export function connectOptions(info: RequestInfo): KubernetesObject | undefined {
  if (info.apiGroup !== '' || info.subresource === '') return undefined
  const kind = KINDS[`${info.resource}/${info.subresource}`]
  if (kind === undefined) return undefined
  const base = { apiVersion: 'v1', kind }
  const query = new URLSearchParams(info.query)
  if (info.subresource === 'proxy')
    return info.rest.length === 0 ? base : { ...base, path: `/${info.rest.join('/')}` }
  if (info.subresource === 'portforward') return { ...base, ports: query.getAll('ports').map(Number) }
  const streams = Object.fromEntries(
    ['stdin', 'stdout', 'stderr', 'tty'].filter((name) => isSet(query, name)).map((name) => [name, true]),
  )
  const container = query.get('container')
  const command = query.getAll('command')
  return {
    ...base,
    ...streams,
    ...(container !== null && { container }),
    ...(command.length > 0 && { command }),
  }
}

/** As Kubernetes reads a boolean of a query. */
function isSet(query: URLSearchParams, name: string): boolean {
  const value = query.get(name)
  return value !== null && !isFalse(value)
}
