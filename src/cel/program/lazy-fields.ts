import type { Type } from '../types/type.ts'
import { Failure, LazyFields, type Opaque, type Result, type Value } from '../values/value.ts'

/**
 * An object whose fields are worked out when an expression asks for them, each once.
 *
 * @param field - undefined for a field that it has not
 */
export function lazyFields(
  type: Type,
  field: (name: string) => { readonly value: Value } | { readonly failure: string } | undefined,
): Opaque {
  const known = new Map<string, Result>()
  return new LazyFields(type, (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const found = field(name)
    if (found === undefined) return undefined
    const result = 'failure' in found ? new Failure(found.failure) : found.value
    known.set(name, result)
    return result
  })
}
