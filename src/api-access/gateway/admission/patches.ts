import { isRecord, type KubernetesObject } from '../../../kubernetes/index.ts'
import type { ReadBody } from '../carrier/local.ts'
import { parseBody } from '../trail/body.ts'

export const MERGE_PATCH = 'application/merge-patch+json'
const JSON_PATCH = 'application/json-patch+json'

/**
 * A patch that holds only for the object that was judged: it fails with 409 where the object has changed since.
 *
 * @param version - the object's `resourceVersion`
 * @returns undefined for a patch that cannot be read, or not be told again as it is; what is wrong with it the API server says
 */
export function boundPatch(body: ReadBody, version: string): ReadBody | undefined {
  const { contentType } = body
  const patch = patchIn(body)
  if (typeOf(contentType) === JSON_PATCH) {
    if (!Array.isArray(patch)) return undefined
    const test = { op: 'test', path: '/metadata/resourceVersion', value: version }
    return json([test, ...patch], contentType)
  }
  if (!isObject(patch)) return undefined
  const metadata = patch['metadata'] ?? {}
  if (!isObject(metadata)) return undefined
  // One that is null, or empty, would have the patch hold for any version.
  const given = metadata['resourceVersion'] ?? ''
  if (typeof given !== 'string') return undefined
  return json({ ...patch, metadata: { ...metadata, resourceVersion: given || version } }, contentType)
}

/** The version for which alone the client wants a patch to hold; undefined where it names none. */
export function askedVersion(body: ReadBody): string | undefined {
  const patch = patchIn(body)
  if (!isObject(patch) || !isObject(patch['metadata'])) return undefined
  const { resourceVersion } = patch['metadata']
  return typeof resourceVersion === 'string' && resourceVersion !== '' ? resourceVersion : undefined
}

/**
 * A patch as the API server reads it: YAML where it is an apply patch in YAML, else JSON alone.
 *
 * @returns with the numbers of JSON as they are written; undefined for what cannot be read, and for YAML with numbers that
 *   would not be the same again
 */
function patchIn({ data, contentType }: ReadBody): unknown {
  try {
    return JSON.parse(data.toString('utf8'), asWritten)
  } catch {
    const patch = parseBody(data, typeOf(contentType))
    return isExact(patch) ? patch : undefined
  }
}

/** Beyond 2^53 a number is rounded, and one that is too large becomes null, which in a merge patch deletes. */
function asWritten(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source
  return typeof value === 'number' && source !== undefined ? JSON.rawJSON(source) : value
}

function isExact(value: unknown): boolean {
  if (typeof value === 'number')
    return Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value))
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact)
}

/** A number as it is written is an object too, and the only frozen one. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && !Object.isFrozen(value)
}

/** The API server: "Remove "; charset=" if included in header." What stands there could name another type. */
function typeOf(contentType: string): string {
  return contentType.split(';', 1)[0] ?? ''
}

/** A JSON Merge Patch (RFC 7386) that makes one object of the other. */
export function mergePatch(from: KubernetesObject, to: KubernetesObject, version: string): ReadBody {
  const difference = differenceOf(from, to)
  const metadata = isRecord(difference['metadata']) ? difference['metadata'] : {}
  // What the server keeps itself is not to be written.
  const { managedFields: _, ...own } = metadata
  return json({ ...difference, metadata: { ...own, resourceVersion: version } }, MERGE_PATCH)
}

function differenceOf(
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const patch: Record<string, unknown> = {}
  for (const name of Object.keys(from)) if (!Object.hasOwn(to, name)) patch[name] = null
  for (const [name, value] of Object.entries(to)) {
    const before = from[name]
    if (isRecord(before) && isRecord(value)) {
      const inner = differenceOf(before, value)
      if (Object.keys(inner).length > 0) patch[name] = inner
    } else if (JSON.stringify(before) !== JSON.stringify(value)) patch[name] = value
  }
  return patch
}

function json(value: unknown, contentType: string): ReadBody {
  return { data: Buffer.from(JSON.stringify(value)), contentType }
}
