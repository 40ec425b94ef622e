import { isRecord, type KubernetesObject } from '../../../kubernetes/index.ts'
import type { ReadBody } from '../carrier/local.ts'
import { parseBody } from '../trail/body.ts'

export const MERGE_PATCH = 'application/merge-patch+json'
const JSON_PATCH = 'application/json-patch+json'

/**
 * A patch that holds only for the object that was judged: it fails with 409 where the object has changed since.
 *
 * @param version - the object's `resourceVersion`
 * @returns undefined for a patch that cannot be read
 */
export function boundPatch({ data, contentType }: ReadBody, version: string): ReadBody | undefined {
  // An apply patch is YAML, whatever it looks like.
  const patch = parseBody(data, `${contentType} yaml`)
  if (contentType.startsWith(JSON_PATCH)) {
    if (!Array.isArray(patch)) return undefined
    const test = { op: 'test', path: '/metadata/resourceVersion', value: version }
    return json([test, ...patch], contentType)
  }
  if (!isRecord(patch)) return undefined
  const metadata = isRecord(patch['metadata']) ? patch['metadata'] : {}
  // One that is null, or empty, would have the patch hold for any version.
  const resourceVersion = versionOf(metadata) ?? version
  return json({ ...patch, metadata: { ...metadata, resourceVersion } }, contentType)
}

/** The version for which alone the client wants a patch to hold; undefined where it names none. */
export function askedVersion({ data, contentType }: ReadBody): string | undefined {
  const patch = parseBody(data, contentType)
  return isRecord(patch) && isRecord(patch['metadata']) ? versionOf(patch['metadata']) : undefined
}

function versionOf({ resourceVersion }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof resourceVersion === 'string' && resourceVersion !== '' ? resourceVersion : undefined
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
