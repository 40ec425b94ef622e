import type { KubernetesObject } from '../../../kubernetes/index.ts'
import type { ReadBody } from '../carrier/local.ts'
import { isYaml, mediaTypeOf, parseBody } from '../trail/body.ts'
import { hasLongNumbers, isExact } from './exact-numbers.ts'

/**
 * The object in a body.
 *
 * @returns undefined for what only the API server can read as it is meant: protobuf, numbers beyond 2^53, an object
 *   that does not say of which kind it is
 */
export function objectOf({ data, contentType }: ReadBody): KubernetesObject | undefined {
  if (
    !/^application\/(?:json|yaml)$/.test(mediaTypeOf(contentType)) ||
    hasLongNumbers(data.toString('latin1'))
  )
    return undefined
  const value = parseBody(data, contentType)
  // YAML has other ways to write them: hexadecimal, `.inf`.
  return isYaml(contentType) && !isExact(value) ? undefined : asObject(value)
}

/** @returns undefined for what is no object of the API */
export function asObject(value: unknown): KubernetesObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown }
  if (typeof apiVersion !== 'string' || apiVersion === '' || typeof kind !== 'string' || kind === '')
    return undefined
  return value as KubernetesObject
}

export function jsonBody(value: unknown, contentType = 'application/json'): ReadBody {
  return { data: Buffer.from(JSON.stringify(value)), contentType }
}
