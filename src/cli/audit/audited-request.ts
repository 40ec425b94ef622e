import type { AuditedRequest } from '../../api-access/audit/index.ts'
import type { User } from '../../api-access/request/index.ts'

/** A request to the API as JSON: what is absent or null is empty. */
export interface RequestJson {
  readonly user?: { readonly [Key in keyof User]?: User[Key] | null } | null
  readonly verb?: string | null
  readonly apiGroup?: string | null
  readonly apiVersion?: string | null
  readonly resource?: string | null
  readonly subresource?: string | null
  readonly namespace?: string | null
  readonly name?: string | null
  readonly path?: string | null
  readonly resourceRequest?: boolean | null
}

const TEXT = { type: ['string', 'null'] }
const TEXTS = { type: ['array', 'null'], items: { type: 'string' } }

/** JSON Schema of `RequestJson`. */
export const REQUEST_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    user: {
      type: ['object', 'null'],
      description: 'absent: authentication failed',
      additionalProperties: false,
      properties: {
        name: TEXT,
        groups: TEXTS,
        uid: TEXT,
        extra: { type: ['object', 'null'], additionalProperties: TEXTS },
      },
    },
    verb: TEXT,
    apiGroup: TEXT,
    apiVersion: TEXT,
    resource: TEXT,
    subresource: TEXT,
    namespace: TEXT,
    name: TEXT,
    path: { ...TEXT, description: "the URL's path without query" },
    resourceRequest: {
      type: ['boolean', 'null'],
      description: 'absent: true where there is a resource',
    },
  },
}

export function auditedRequest(given: RequestJson): AuditedRequest {
  const { user } = given
  const resource = given.resource ?? ''
  return {
    ...(user && { user: { name: user.name ?? '', groups: user.groups ?? [] } }),
    verb: given.verb ?? '',
    apiGroup: given.apiGroup ?? '',
    apiVersion: given.apiVersion ?? '',
    resource,
    subresource: given.subresource ?? '',
    namespace: given.namespace ?? '',
    name: given.name ?? '',
    path: given.path ?? '',
    resourceRequest: given.resourceRequest ?? resource !== '',
  }
}
