import {
  createDecoder,
  decodeObject,
  formatFieldPath,
  isRecord,
  type KubernetesObject,
  type MistypedField,
  type Pod,
} from '../../kubernetes/index.ts'
import { defineMessages, type Message, withParticle } from '../../messages/index.ts'
import type { GroupVersionKind, RequestObject } from './request.ts'

export const admissionRequestMessages = defineMessages('pod-security-admission-request', {
  existingPod: {
    en: (d: { index: number; problem: string }) => `existingPods[${d.index}] is not a pod: ${d.problem}`,
    ko: (d: { index: number; problem: string }) =>
      `${withParticle(`existingPods[${d.index}]`, '이/가')} 파드가 아닙니다: ${d.problem}`,
  },
})

/**
 * Decodes an object that came with a request as the API server's decoder does: strict about types, and the
 * request's kind counts where the object does not say its own. Unknown fields are dropped.
 *
 * @param error - why the object could not be decoded, where that is known already
 */
export function decodeRequestObject(
  value: unknown,
  kind: GroupVersionKind,
  error?: string | null,
): RequestObject {
  if (error !== undefined && error !== null) return { error }
  if (value === undefined || value === null) return { error: 'there is no object' }
  if (!isRecord(value)) return { error: mismatch(describe(value), kind.kind) }
  const { group, version } = kind
  const apiVersion = stringOr(value['apiVersion'], group === '' ? version : `${group}/${version}`)
  const object: KubernetesObject = { ...value, apiVersion, kind: stringOr(value['kind'], kind.kind) }
  const decoded = decodeObject(object)
  const [mistyped] = decoded.mistyped
  return mistyped === undefined ? { object: decoded.object } : { error: explain(mistyped, object.kind) }
}

/**
 * Decodes the pods of a namespace; those that say they are in another one are left out.
 *
 * @returns a problem for the first value that is no pod
 */
export function decodePods(
  values: readonly unknown[],
  namespace: string,
): { readonly pods: readonly Pod[] } | { readonly problem: Message } {
  const decode = createDecoder<Pod>('Pod')
  const pods: Pod[] = []
  for (const [index, value] of values.entries()) {
    const { object, mistyped } = decode(value)
    const [first] = mistyped
    if (first !== undefined)
      return { problem: admissionRequestMessages.make.existingPod({ index, problem: explain(first, 'Pod') }) }
    if ((object.metadata?.namespace ?? namespace) === namespace) pods.push(object)
  }
  return { pods }
}

/** In the words of Go's JSON decoder, which the API server passes on. */
function explain({ path, expected, given }: MistypedField, kind: string): string {
  if (path.length === 0) return mismatch(given, kind)
  return `json: cannot unmarshal ${given} into Go struct field ${kind}.${formatFieldPath(path)} of type ${expected}`
}

function mismatch(given: string, kind: string): string {
  return `json: cannot unmarshal ${given} into Go value of type ${kind}`
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

function stringOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise
}
