import type { FieldPath } from '../../kubernetes/index.ts'

const NEEDS_ESCAPE = /[^\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\uffff]/

/** A string as JSON. Most of what a report holds needs no escapes, and the test is cheaper than JSON.stringify. */
export function quote(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`
}

/** A field path as JSON Pointer (RFC 6901): `/spec/containers/0`. */
export function jsonPointer(path: FieldPath): string {
  let pointer = ''
  for (const part of path) {
    // RFC 6901, 3: "~" is written as "~0" and "/" as "~1".
    pointer += typeof part === 'number' ? `/${part}` : `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`
  }
  return pointer
}

/** The text in one piece of memory: one put together of many is taken apart each time it is read. */
export function flat(text: string): string {
  return Buffer.from(text).toString()
}
