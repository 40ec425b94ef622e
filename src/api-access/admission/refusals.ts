import { goQuote, type KubernetesObject, stringOf } from '../../kubernetes/index.ts'
import type { AdmissionRequest, GroupVersionResource, Refusal } from './stage.ts'

/**
 * Refusals as the API server words them (apimachinery, `api/errors`): clients tell them apart by `reason` and `code`,
 * people search for the message.
 */

/** Thrown where a stage finds, deep in its work, that the request must be refused. */
export class Refused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.name = 'Refused'
    this.refusal = refusal
  }
}

/** As Kubernetes prints several errors at once, each text once. */
export function aggregated(problems: readonly string[]): string {
  const texts = [...new Set(problems)]
  return texts.length === 1 ? texts.join('') : `[${texts.join(', ')}]`
}

/** @param cause - what speaks against it, e.g. `violates PodSecurity "restricted:latest": …` */
export function forbidden(request: AdmissionRequest, cause: string): Refusal {
  const name = nameOf(request)
  return {
    code: 403,
    reason: 'Forbidden',
    message: `${resourceText(request.resource)} ${goQuote(name)} is forbidden: ${cause}`,
    details: detailsOf(request.resource, name),
  }
}

/** There is no such object. `resource` without a version: `{group: '', resource: 'namespaces'}`. */
export function notFound(resource: Pick<GroupVersionResource, 'group' | 'resource'>, name: string): Refusal {
  const message = `${resourceText(resource)} ${goQuote(name)} not found`
  return { code: 404, reason: 'NotFound', message, details: detailsOf(resource, name) }
}

export function badRequest(message: string): Refusal {
  return { code: 400, reason: 'BadRequest', message }
}

/** @param retryAfterSeconds - when the client may try again */
export function tooManyRequests(message: string, retryAfterSeconds: number): Refusal {
  const details = retryAfterSeconds > 0 ? { retryAfterSeconds } : {}
  return { code: 429, reason: 'TooManyRequests', message, details }
}

/** Something went wrong on our side: admission fails closed. */
export function internalError(problem: string): Refusal {
  const message = `Internal error occurred: ${problem}`
  return { code: 500, reason: 'InternalError', message, details: { causes: [{ message: problem }] } }
}

/** Not yet: the client may try again. */
export function serviceUnavailable(problem: string): Refusal {
  return { code: 503, reason: 'ServiceUnavailable', message: problem }
}

/** An error of a plugin that is no API status: the API server answers 500 without a reason, and its words alone. */
export function plainError(message: string): Refusal {
  return { code: 500, reason: '', message }
}

/** "The CREATE operation against … could not be completed at this time, please try again." */
export function serverTimeout(
  resource: Pick<GroupVersionResource, 'group' | 'resource'>,
  operation: string,
): Refusal {
  const message = `The ${operation} operation against ${resourceText(resource)} could not be completed at this time, please try again.`
  return { code: 500, reason: 'ServerTimeout', message, details: detailsOf(resource, operation) }
}

/** `pods`, `deployments.apps`. */
function resourceText({ group, resource }: Pick<GroupVersionResource, 'group' | 'resource'>): string {
  return group === '' ? resource : `${resource}.${group}`
}

/** The name that a denial gives: an object whose name the server makes is named by the prefix. */
function nameOf({ name, object }: AdmissionRequest): string {
  if (name !== '') return name
  return metadataText(object, 'name') || metadataText(object, 'generateName') || 'Unknown'
}

function metadataText(object: KubernetesObject | undefined, field: 'name' | 'generateName'): string {
  return stringOf(object?.metadata?.[field])
}

function detailsOf(
  { group, resource }: Pick<GroupVersionResource, 'group' | 'resource'>,
  name: string,
): Readonly<Record<string, unknown>> {
  return { name, ...(group !== '' && { group }), kind: resource }
}
