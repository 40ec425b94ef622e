import {
  decodeObject,
  fieldTypeProblem,
  type KubernetesObject,
  readingMessages,
} from '../../kubernetes/index.ts'
import { RequestError } from './engine.ts'

/** JSON Schema of a Kubernetes object in a request; its fields are judged by the decoder, not by the schema. */
export const OBJECT_SCHEMA = { type: 'object', description: 'a Kubernetes object' }

/**
 * Decodes an object of a request as the API server would: unknown fields are dropped, nulls are zero values.
 *
 * @throws RequestError `ERR_NOT_AN_OBJECT` without apiVersion or kind, `ERR_FIELD_TYPE` for a mistyped field
 */
export function decodeRequestObject(value: Readonly<Record<string, unknown>>): KubernetesObject {
  for (const field of ['apiVersion', 'kind'])
    if (typeof value[field] !== 'string' || value[field] === '')
      throw new RequestError('ERR_NOT_AN_OBJECT', readingMessages.make['missing-type']({ field }))
  const { object, mistyped } = decodeObject(value as KubernetesObject)
  const [first] = mistyped
  if (first === undefined) return object
  const { code, message } = fieldTypeProblem(first, { file: '', locate: () => ({ line: 1, column: 1 }) })
  throw new RequestError(code, message)
}
