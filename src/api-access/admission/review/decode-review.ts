import { type Fields, isRecord, type KubernetesObject } from '../../../kubernetes/index.ts'
import type { User } from '../../request/index.ts'
import type { AdmissionRequest, GroupVersionKind, GroupVersionResource, Operation } from '../stage.ts'

export const REVIEW_VERSIONS = ['v1', 'v1beta1'] as const
export type ReviewVersion = (typeof REVIEW_VERSIONS)[number]

/** An AdmissionReview that asks: its request, and the version in which the answer is expected. */
export interface ReviewRequest {
  readonly version: ReviewVersion
  readonly request: AdmissionRequest
}

/** What was sent is no AdmissionReview. */
export class ReviewError extends Error {
  readonly code = 'ERR_ADMISSION_REVIEW'
}

const OPERATIONS: readonly Operation[] = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT']

/**
 * Reads the body of a call by an API server (admission.k8s.io/v1 or v1beta1).
 *
 * @throws ReviewError which names the field
 */
export function decodeReview(text: string): ReviewRequest {
  let review: unknown
  try {
    review = JSON.parse(text)
  } catch {
    throw new ReviewError('the body is not JSON')
  }
  if (!isRecord(review) || review['kind'] !== 'AdmissionReview')
    throw new ReviewError('kind: not AdmissionReview')
  const version = REVIEW_VERSIONS.find((each) => review['apiVersion'] === `admission.k8s.io/${each}`)
  if (version === undefined) throw new ReviewError('apiVersion: neither admission.k8s.io/v1 nor v1beta1')
  const { request } = review
  if (!isRecord(request)) throw new ReviewError('request: missing')
  return { version, request: decodeAdmissionRequest(request) }
}

/**
 * Reads the `request` of an AdmissionReview.
 *
 * @throws ReviewError which names the field
 */
export function decodeAdmissionRequest(request: Readonly<Record<string, unknown>>): AdmissionRequest {
  const uid = textOf(request, 'uid')
  if (uid === '') throw new ReviewError('request.uid: missing')
  const operation = OPERATIONS.find((each) => each === request['operation'])
  if (operation === undefined) throw new ReviewError('request.operation: unknown')
  const object = objectOf(request, 'object')
  const oldObject = objectOf(request, 'oldObject')
  const options = objectOf(request, 'options')
  return {
    uid,
    operation,
    kind: kindOf(request['kind']),
    resource: resourceOf(request['resource']),
    subresource: textOf(request, 'subResource'),
    name: textOf(request, 'name'),
    namespace: textOf(request, 'namespace'),
    user: userOf(request['userInfo']),
    dryRun: request['dryRun'] === true,
    ...(object !== undefined && { object }),
    ...(oldObject !== undefined && { oldObject }),
    ...(options !== undefined && { options }),
  }
}

function kindOf(value: unknown): GroupVersionKind {
  const fields = recordOf(value, 'request.kind')
  const kind = {
    group: textOf(fields, 'group'),
    version: textOf(fields, 'version'),
    kind: textOf(fields, 'kind'),
  }
  if (kind.kind === '') throw new ReviewError('request.kind.kind: missing')
  return kind
}

function resourceOf(value: unknown): GroupVersionResource {
  const fields = recordOf(value, 'request.resource')
  const resource = textOf(fields, 'resource')
  if (resource === '') throw new ReviewError('request.resource.resource: missing')
  return { group: textOf(fields, 'group'), version: textOf(fields, 'version'), resource }
}

function userOf(value: unknown): User {
  const fields = recordOf(value, 'request.userInfo')
  const { uid, extra } = fields
  return {
    name: textOf(fields, 'username'),
    groups: textsOf(fields['groups'], 'request.userInfo.groups'),
    ...(typeof uid === 'string' && uid !== '' && { uid }),
    ...(isRecord(extra) && {
      extra: Object.fromEntries(
        Object.entries(extra).map(([key, values]) => [key, textsOf(values, 'request.userInfo.extra')]),
      ),
    }),
  }
}

/** An object without `kind` cannot be told from any other; the API server always sends it. */
function objectOf(fields: Fields, name: string): KubernetesObject | undefined {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  if (!isRecord(value)) throw new ReviewError(`request.${name}: not an object`)
  const { apiVersion, kind } = value
  if (typeof apiVersion !== 'string' || typeof kind !== 'string')
    throw new ReviewError(`request.${name}: apiVersion or kind is missing`)
  return { ...value, apiVersion, kind }
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name] ?? ''
  if (typeof value !== 'string') throw new ReviewError(`${name}: not a string`)
  return value
}

function textsOf(value: unknown, name: string): readonly string[] {
  const list = value ?? []
  if (!Array.isArray(list) || !list.every((each) => typeof each === 'string'))
    throw new ReviewError(`${name}: not a list of strings`)
  return list
}

function recordOf(value: unknown, name: string): Fields {
  if (!isRecord(value)) throw new ReviewError(`${name}: missing`)
  return value
}
