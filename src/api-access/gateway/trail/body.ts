import { parseFirstDocument } from '../../../kubernetes/index.ts'

/** What is kept of a body in an event. */
export interface RecordedBody {
  /** Absent where there was none, or none that could be read. */
  readonly value?: unknown
  /** About. */
  readonly bytes: number
  /** Why there is no value, for an annotation. */
  readonly missing?: 'protobuf' | 'unreadable' | 'too-large'
}

export const NO_BODY: RecordedBody = { bytes: 0 }

/**
 * Reads a body for an event.
 *
 * @param contentType - e.g. `application/json`; of the patches all but apply patches are JSON
 * @param limit - in bytes; what is larger is left out
 */
export function recordBody(body: Buffer, contentType: string, limit: number): RecordedBody {
  if (body.length === 0) return NO_BODY
  if (body.length > limit) return { bytes: 0, missing: 'too-large' }
  if (isProtobuf(contentType)) return { bytes: 0, missing: 'protobuf' }
  const value = parseBody(body, contentType)
  return value === undefined ? { bytes: 0, missing: 'unreadable' } : { value, bytes: body.length }
}

/** @returns undefined for what is neither JSON nor, where the type says so, YAML */
export function parseBody(body: Buffer, contentType: string): unknown {
  const text = body.toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    if (!isYaml(contentType)) return undefined
    const document = parseFirstDocument(text)
    return 'message' in document ? undefined : document.value
  }
}

export function isProtobuf(contentType: string): boolean {
  return mediaTypeOf(contentType) === 'application/vnd.kubernetes.protobuf'
}

/** Also of an apply patch. */
export function isYaml(contentType: string): boolean {
  return /^application\/(?:apply-patch\+)?yaml$/.test(mediaTypeOf(contentType))
}

/**
 * A type without its parameters, as the API server knows it: Go (`mime`, ParseMediaType) takes capital letters for small
 * ones, and so for a k and an i the two characters beyond ASCII whose small letters these are.
 *
 * @param contentType - as Node gives it, a character for each byte
 */
export function mediaTypeOf(contentType: string): string {
  const [type = ''] = contentType.split(';', 1)
  return type.replaceAll('\xe2\x84\xaa', 'k').replaceAll('\xc4\xb0', 'i').toLowerCase().trim()
}
