import {
  type AuditedRequest,
  auditEventMessages,
  decodeAuditEvents,
  groupsOfResource,
  requestOfEvent,
} from '../../api-access/audit/index.ts'
import type { User } from '../../api-access/request/index.ts'
import { evalMessages } from '../eval/messages.ts'
import { compileRequestSchema, notJson, schemaErrorMessage } from '../eval/request-schema.ts'
import { UsageError } from '../exit.ts'
import { auditedRequest, REQUEST_SCHEMA, type RequestJson } from './audited-request.ts'
import { auditMessages } from './messages.ts'

/** The options by which a request is described. */
export interface RequestOptions {
  readonly user?: string
  readonly group?: readonly string[]
  readonly verb?: string
  readonly resource?: string
  readonly apiGroup?: string
  readonly namespace?: string
  readonly name?: string
  readonly path?: string
  readonly request?: string
}

/**
 * The request that the options describe, with the groups that the API server itself would give the user.
 *
 * @throws UsageError where they describe none, or two
 */
export function requestOfOptions(options: RequestOptions): AuditedRequest {
  const { request, resource = '', path } = options
  if (request !== undefined) return requestOfJson(request)
  if ((resource === '') === (path === undefined)) {
    const message = auditMessages.make['resource-or-path']({})
    throw new UsageError('ERR_USAGE', message, auditMessages)
  }
  const slash = resource.indexOf('/')
  const name = slash < 0 ? resource : resource.slice(0, slash)
  return {
    user: userOf(options),
    verb: options.verb ?? 'get',
    apiGroup: options.apiGroup ?? groupOfBuiltIn(name),
    apiVersion: '',
    resource: name,
    subresource: slash < 0 ? '' : resource.slice(slash + 1),
    namespace: options.namespace ?? '',
    name: options.name ?? '',
    path: path ?? '',
    resourceRequest: path === undefined,
  }
}

/** Accepts a request as `haetae eval audit-policy` does, and a line of an audit log. */
function requestOfJson(text: string): AuditedRequest {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError('ERR_JSON_SYNTAX', notJson(error), evalMessages)
  }
  if (isEvent(value)) {
    const [decoded] = decodeAuditEvents(value)
    if (decoded !== undefined && 'event' in decoded) return requestOfEvent(decoded.event)
    const message = decoded?.problem ?? auditEventMessages.make['not-an-event']({ found: text.slice(0, 40) })
    throw new UsageError('ERR_NOT_AN_EVENT', message, auditEventMessages)
  }
  const fits = compileRequestSchema(REQUEST_SCHEMA)
  const [problem] = fits(value) ? [] : (fits.errors ?? [])
  if (problem !== undefined)
    throw new UsageError('ERR_REQUEST_SHAPE', schemaErrorMessage(problem), evalMessages)
  return auditedRequest(value as RequestJson)
}

function isEvent(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('auditID' in value || 'stage' in value)
}

/**
 * "Authenticated users are put into the `system:authenticated` group", anonymous ones into `system:unauthenticated`,
 * service accounts into two more (Kubernetes documentation, "Authenticating").
 */
function userOf({ user: name = '', group: given = [] }: RequestOptions): User {
  const added = name === 'system:anonymous' ? ['system:unauthenticated'] : ['system:authenticated']
  const account = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name)
  if (account !== null) added.unshift('system:serviceaccounts', `system:serviceaccounts:${account[1]}`)
  if (name.startsWith('system:node:')) added.unshift('system:nodes')
  return { name, groups: [...new Set([...given, ...added])] }
}

/** The group that `kubectl` would take: the core group before others, and old groups last. */
function groupOfBuiltIn(resource: string): string {
  const groups = groupsOfResource(resource)
  return groups.find((group) => group !== 'extensions') ?? groups[0] ?? ''
}
