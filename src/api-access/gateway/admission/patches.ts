import { isRecord, type KubernetesObject } from '../../../kubernetes/index.ts'
import type { ReadBody } from '../carrier/local.ts'
import { parseBody } from '../trail/body.ts'
import { isExact, isWrittenNumber, parseAsWritten } from './exact-numbers.ts'
import { jsonBody } from './json-body.ts'

export const MERGE_PATCH = 'application/merge-patch+json'
const JSON_PATCH = 'application/json-patch+json'

/** A patch that the gate has read. */
export interface ReadPatch {
  /** The version for which alone the client wants it to hold; absent where it names none. */
  readonly asked?: string
  /**
   * The patch so that it holds only for the object that was judged: it fails with 409 where the object has changed since.
   *
   * @param version - the object's `resourceVersion`
   */
  bound(version: string): ReadBody
}

/** @returns undefined for a patch that cannot be read, or not be told again as it is; what is wrong with it the API server says */
export function readPatch(body: ReadBody): ReadPatch | undefined {
  const { contentType } = body
  const patch = patchIn(body)
  if (typeOf(contentType) === JSON_PATCH) {
    if (!Array.isArray(patch)) return undefined
    const bound = (version: string) =>
      jsonBody([{ op: 'test', path: '/metadata/resourceVersion', value: version }, ...patch], contentType)
    return { bound }
  }
  if (!isObject(patch)) return undefined
  const metadata = patch['metadata'] ?? {}
  if (!isObject(metadata)) return undefined
  const given = metadata['resourceVersion'] ?? ''
  if (typeof given !== 'string') return undefined
  const asked = isVersion(given) ? given : undefined
  return {
    ...(asked !== undefined && { asked }),
    // One that is null, or empty, would have the patch hold for any version.
    bound: (version) =>
      jsonBody({ ...patch, metadata: { ...metadata, resourceVersion: asked ?? version } }, contentType),
  }
}

/** "0", as none at all, is any version (k8s.io/apiserver, `pkg/storage`, APIObjectVersioner). */
export function isVersion(text: string): boolean {
  return !/^0*$/.test(text)
}

/**
 * A patch as the API server reads it: YAML where it is an apply patch in YAML, else JSON alone.
 *
 * @returns with the numbers of JSON as they are written; undefined for what cannot be read, and for YAML with numbers that
 *   would not be the same again
 */
function patchIn({ data, contentType }: ReadBody): unknown {
  try {
    return parseAsWritten(data.toString('utf8'))
  } catch {
    const patch = parseBody(data, typeOf(contentType))
    return isExact(patch) ? patch : undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && !isWrittenNumber(value)
}

/** The API server: "Remove "; charset=" if included in header." What stands there could name another type. */
function typeOf(contentType: string): string {
  return contentType.split(';', 1)[0] ?? ''
}

/** A JSON Merge Patch (RFC 7386) that makes one object of the other. Numbers may be as they are written. */
export function mergePatch(from: KubernetesObject, to: KubernetesObject, version: string): ReadBody {
  const difference = differenceOf(from, to)
  const metadata = isRecord(difference['metadata']) ? difference['metadata'] : {}
  // What the server keeps itself is not to be written.
  const { managedFields: _, ...own } = metadata
  return jsonBody({ ...difference, metadata: { ...own, resourceVersion: version } }, MERGE_PATCH)
}

function differenceOf(
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const patch: Record<string, unknown> = {}
  for (const name of Object.keys(from)) if (!Object.hasOwn(to, name)) patch[name] = null
  for (const [name, value] of Object.entries(to)) {
    const before = from[name]
    if (isObject(before) && isObject(value)) {
      const inner = differenceOf(before, value)
      if (Object.keys(inner).length > 0) patch[name] = inner
    } else if (JSON.stringify(before) !== JSON.stringify(value)) patch[name] = value
  }
  return patch
}
