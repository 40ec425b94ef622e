import {
  createDecoder,
  formatFieldPath,
  type KubernetesObject,
  type MistypedField,
  type Pod,
  type UnknownField,
} from '../../../../kubernetes/index.ts'
import { badRequest, Refused } from '../../refusals.ts'
import type { AdmissionRequest } from '../../stage.ts'

const decodePod = createDecoder<Pod>('Pod')

/** "It marks Pods that the kubelet makes of static ones" (annotation kubernetes.io/config.mirror). */
export const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror'

/** Whether a request is for pods themselves, and no subresource of theirs. */
export function isAboutPods({ resource, subresource }: AdmissionRequest): boolean {
  return resource.group === '' && resource.resource === 'pods' && subresource === ''
}

/**
 * The pod of a request, every field of it of the API's type and none of them null. Fields that the schema does not
 * have stay, since they may be of a newer version.
 *
 * @throws Refused 400 for what is no pod
 */
export function podOf(object: KubernetesObject | undefined): Pod {
  if (object === undefined || object.kind !== 'Pod')
    throw new Refused(badRequest('Resource was marked with kind Pod but was unable to be converted'))
  const { object: pod, mistyped, unknown } = decodePod(object)
  const [first] = mistyped
  if (first !== undefined) throw new Refused(badRequest(explain(first)))
  return unknown.reduce(withField, pod)
}

/** A pod as the object that it is. */
export function objectOf(pod: Pod): KubernetesObject {
  return { ...pod, apiVersion: 'v1', kind: 'Pod' } as KubernetesObject
}

function withField(pod: Pod, { path, value }: UnknownField): Pod {
  return put(pod, path, value) as Pod
}

function put(target: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(target)) return target.with(Number(key), put(target[Number(key)], rest, value))
  const fields = target as Readonly<Record<string, unknown>>
  const copy = { ...fields }
  const item = put(fields[key], rest, value)
  Object.defineProperty(copy, key, { value: item, enumerable: true, configurable: true, writable: true })
  return copy
}

/** In the words of Go's JSON decoder, which the API server passes on. */
function explain({ path, expected, given }: MistypedField): string {
  const field = formatFieldPath(path)
  return `Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal ${given} into Go struct field Pod.${field} of type ${expected}`
}
