import { isRecord } from '../../../kubernetes/index.ts'
import type { Message } from '../../../messages/index.ts'
import type { JsonObject } from './json.ts'
import { auditEventMessages } from './messages.ts'

const { make } = auditEventMessages

/** Objects of the API are far flatter; what is deeper would overflow the stack of those who walk it. */
const DEEPEST_BODY = 256

const TEXTS = [
  'level',
  'auditID',
  'stage',
  'requestURI',
  'verb',
  'userAgent',
  'requestReceivedTimestamp',
  'stageTimestamp',
] as const
const USER_TEXTS = ['username', 'uid'] as const
const REFERENCE_TEXTS = [
  'resource',
  'namespace',
  'name',
  'uid',
  'apiGroup',
  'apiVersion',
  'resourceVersion',
  'subresource',
] as const
const STATUS_TEXTS = ['status', 'message', 'reason'] as const

/**
 * Holds a record to the types of `audit.k8s.io/v1` Event, since all that follows relies on them.
 *
 * @param event - absent fields are fine, null is not (see `withoutNulls`)
 * @returns what is wrong with the first field of a wrong type
 */
export function eventProblem(event: JsonObject): Message | undefined {
  return (
    textProblem(event, TEXTS, '') ??
    userProblem(event['user'], 'user') ??
    userProblem(event['impersonatedUser'], 'impersonatedUser') ??
    textListProblem(event['sourceIPs'], 'sourceIPs') ??
    objectProblem(event['objectRef'], REFERENCE_TEXTS, 'objectRef') ??
    statusProblem(event['responseStatus']) ??
    textMapProblem(event['annotations'], 'annotations') ??
    depthProblem(event['requestObject'], 'requestObject') ??
    depthProblem(event['responseObject'], 'responseObject')
  )
}

/** A copy without fields that are null, which the API server takes as absent; the object itself where there is none. */
export function withoutNulls(event: JsonObject): JsonObject {
  if (!NESTED.some((field) => hasNull(event[field])) && !hasNull(event)) return event
  const copy = Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null))
  for (const field of NESTED)
    if (hasNull(event[field])) copy[field] = withoutNulls(event[field] as JsonObject)
  return copy
}

const NESTED = ['user', 'impersonatedUser', 'objectRef', 'responseStatus'] as const

function hasNull(object: unknown): boolean {
  if (!isRecord(object)) return false
  for (const field in object) if (object[field] === null) return true
  return false
}

function mistyped(field: string, expected: string): Message {
  return make.mistyped({ field, expected })
}

function textProblem(object: JsonObject, fields: readonly string[], within: string): Message | undefined {
  for (const field of fields) {
    const value = object[field]
    if (value !== undefined && typeof value !== 'string') return mistyped(within + field, 'a string')
  }
  return undefined
}

function objectProblem(value: unknown, texts: readonly string[], field: string): Message | undefined {
  if (value === undefined) return undefined
  return isRecord(value) ? textProblem(value, texts, `${field}.`) : mistyped(field, 'an object')
}

function userProblem(user: unknown, field: string): Message | undefined {
  const problem = objectProblem(user, USER_TEXTS, field)
  if (problem !== undefined || !isRecord(user)) return problem
  return textListProblem(user['groups'], `${field}.groups`) ?? extraProblem(user['extra'], `${field}.extra`)
}

function extraProblem(extra: unknown, field: string): Message | undefined {
  if (extra === undefined) return undefined
  if (!isRecord(extra)) return mistyped(field, 'an object of lists of strings')
  for (const key in extra)
    if (textListProblem(extra[key], field) !== undefined)
      return mistyped(`${field}[${JSON.stringify(key)}]`, 'a list of strings')
  return undefined
}

function textListProblem(list: unknown, field: string): Message | undefined {
  if (list === undefined) return undefined
  if (Array.isArray(list) && list.every((entry) => typeof entry === 'string')) return undefined
  return mistyped(field, 'a list of strings')
}

function textMapProblem(map: unknown, field: string): Message | undefined {
  if (map === undefined) return undefined
  if (!isRecord(map)) return mistyped(field, 'an object of strings')
  for (const key in map)
    if (typeof map[key] !== 'string') return mistyped(`${field}[${JSON.stringify(key)}]`, 'a string')
  return undefined
}

function statusProblem(status: unknown): Message | undefined {
  const problem = objectProblem(status, STATUS_TEXTS, 'responseStatus')
  if (problem !== undefined || !isRecord(status)) return problem
  const code = status['code']
  return code === undefined || Number.isInteger(code)
    ? undefined
    : mistyped('responseStatus.code', 'a whole number')
}

function depthProblem(body: unknown, field: string): Message | undefined {
  return isDeeper(body, DEEPEST_BODY) ? make['too-deep']({ field, limit: DEEPEST_BODY }) : undefined
}

function isDeeper(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (limit === 0) return true
  if (Array.isArray(value)) {
    for (const entry of value) if (isDeeper(entry, limit - 1)) return true
    return false
  }
  for (const key in value) if (isDeeper((value as JsonObject)[key], limit - 1)) return true
  return false
}
