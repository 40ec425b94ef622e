import type { RequestAttributes } from '../request/index.ts'

/** Subresources of a pod through which a client speaks with what runs in it. */
const STREAMS = new Set(['exec', 'attach', 'portforward'])

/** The first version in which opening such a stream over WebSocket takes `create`. */
const CREATE_SINCE = { major: 1, minor: 35 }

/**
 * What has to be allowed for a request that may open a stream into a pod, by the rule of the server's version. A
 * WebSocket is opened with GET: up to 1.34 `get pods/exec` suffices for it; from 1.35 on, `create` is asked as well for
 * exec, attach and portforward. A stream over SPDY is opened with POST and takes `create` in every version. What comes
 * through `nodes/proxy` is the kubelet's own API, whose exec no such rule covers: `get nodes/proxy` reaches it still.
 *
 * @param version - of the API server that is protected
 * @param isUpgrade - whether the request asks to change the protocol
 * @returns all of these have to be allowed; the request's own first
 * Source: Kubernetes feature gate AuthorizePodWebsocketUpgradeCreatePermission.
 */
export function streamAttributes(
  version: { readonly major: number; readonly minor: number },
  attributes: RequestAttributes,
  isUpgrade: boolean,
): readonly RequestAttributes[] {
  const { verb, apiGroup, resource, subresource, resourceRequest } = attributes
  const isStream = resourceRequest && apiGroup === '' && resource === 'pods' && STREAMS.has(subresource)
  if (!isStream || !isUpgrade || verb !== 'get' || !isSince(version)) return [attributes]
  return [attributes, { ...attributes, verb: 'create' }]
}

function isSince({ major, minor }: { readonly major: number; readonly minor: number }): boolean {
  return major > CREATE_SINCE.major || (major === CREATE_SINCE.major && minor >= CREATE_SINCE.minor)
}
