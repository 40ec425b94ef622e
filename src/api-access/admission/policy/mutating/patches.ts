import { List, StructValue, toJson, type Value } from '../../../../cel/index.ts'
import { goQuote, type KubernetesObject } from '../../../../kubernetes/index.ts'
import { applyPatch, PatchError } from '../../chain/json-patch.ts'
import { atomicPaths, mergeConfiguration } from './apply-configuration.ts'
import { mergeTypeOf } from './merge-schema.ts'

/** An object as a mutation leaves it, or why it cannot be applied, in the API server's words. */
export type Patched = { readonly object: KubernetesObject } | { readonly error: string }

/** @param value - what the expression of an apply configuration gave: an `Object{…}` */
export function applyConfiguration(object: KubernetesObject, value: Value): Patched {
  if (!(value instanceof StructValue))
    return { error: 'unsupported return type from ApplyConfiguration expression' }
  const mismatches = typeMismatches(value, 'Object')
  if (mismatches.length > 0) return { error: `type mismatch: ${mismatches.join('\n')}` }
  const patch = toJson(value) as Readonly<Record<string, unknown>>
  const type = mergeTypeOf(object.apiVersion, object.kind)
  const atomics = atomicPaths(patch, type)
  if (atomics.length > 0)
    return {
      error: `error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`,
    }
  const { apiVersion, kind } = object
  return { object: { ...mergeConfiguration(object, patch, type), apiVersion, kind } }
}

/** @param value - what the expression of a JSON patch gave: a list of `JSONPatch{…}` */
export function applyJsonPatch(object: KubernetesObject, value: Value): Patched {
  if (!(value instanceof List))
    return { error: 'type mismatch: JSONPatchType.expression should evaluate to array' }
  const operations: unknown[] = []
  for (const operation of value) {
    if (!(operation instanceof StructValue) || operation.type.name !== 'JSONPatch')
      return { error: 'type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch' }
    const content = operation.fields.get('value')
    const mismatches = content instanceof StructValue ? typeMismatches(content, content.type.name) : []
    if (mismatches.length > 0) return { error: `type mismatch: ${mismatches.join('\n')}` }
    operations.push(toJson(operation))
  }
  try {
    return { object: applyPatch(object, operations) as KubernetesObject }
  } catch (error) {
    if (!(error instanceof PatchError)) throw error
    // "If a json patch fails a test operation, the patch must not be applied", which is no error.
    return error.message.startsWith('testing value') ? { object } : { error: `JSON Patch: ${error.message}` }
  }
}

/** The name of each `Object…` must be the path to where it stands, from the one at the top. */
function typeMismatches(value: Value, path: string): string[] {
  if (value instanceof List) return [...value].flatMap((item) => typeMismatches(item, path))
  if (!(value instanceof StructValue)) return []
  const { name } = value.type
  const own =
    name === path
      ? []
      : [
          `unexpected type name ${goQuote(name)}, expected ${goQuote(path)}, which matches field name path from root Object type`,
        ]
  return [...own, ...[...value.fields].flatMap(([field, inner]) => typeMismatches(inner, `${path}.${field}`))]
}
