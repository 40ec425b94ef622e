import { type Json, textOf, valueAt } from './json.ts'

/**
 * Makes what reads `json.value[POINTER]` and `jevt.value[POINTER]`. The pointer is split once, here.
 *
 * @param pointer JSON Pointer (RFC 6901); Falco lets the leading slash be left out
 * @see falcosecurity/plugins plugins/json/README.md
 */
export function readPointer(pointer: string): (event: Json) => string | undefined {
  const path = pointer.startsWith('/') ? pointer.slice(1) : pointer
  const keys = path.split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  return (event) => {
    const value = valueAt(event, keys)
    return value === undefined ? undefined : textOf(value)
  }
}
