import type { AuditEvent } from '../../../api-access/audit/index.ts'

/** What a request was about, as short as it can be told: `apps/deployments/scale shop/web`, `/healthz`. */
export function objectText(event: AuditEvent): string {
  const { objectRef, requestURI = '' } = event
  const kind = resourceText(event)
  if (kind === undefined || objectRef === undefined) return requestURI.split('?')[0] ?? ''
  const { namespace, name, resource } = objectRef
  // A namespace lies in itself.
  const within =
    namespace === undefined || (resource === 'namespaces' && namespace === name) ? undefined : namespace
  const object =
    name === undefined ? within && `${within}/` : within === undefined ? name : `${within}/${name}`
  return object === undefined ? kind : `${kind} ${object}`
}

/** `[group/]resource[/subresource]`, undefined for a request that is about none. */
export function resourceText({ objectRef }: AuditEvent): string | undefined {
  if (!objectRef?.resource) return undefined
  const { apiGroup, resource, subresource } = objectRef
  return [apiGroup, resource, subresource].filter((part) => part !== undefined && part !== '').join('/')
}
