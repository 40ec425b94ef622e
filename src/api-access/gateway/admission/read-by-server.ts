import type { KubernetesObject } from '../../../kubernetes/index.ts'
import type { RequestInfo } from '../../request/index.ts'
import type { ReadBody } from '../carrier/local.ts'
import type { Upstream } from '../carrier/upstream.ts'
import { isProtobuf, isYaml, mediaTypeOf } from '../trail/body.ts'
import { type AdmissionCall, REVIEWS } from './admission-gate.ts'
import { unserved } from './as-asked.ts'
import { type DryRun, StoredObjects } from './stored-objects.ts'

const UTF16_MARKS: ReadonlySet<string> = new Set(['feff', 'fffe'])

const OPERATIONS = { create: 'CREATE', update: 'UPDATE' } as const

/** Whether a body is an object that only the API server can read: new versions of kubectl make objects in protobuf. */
export function isForServer(info: RequestInfo, body: ReadBody): boolean {
  return (
    isUnreadable(body) &&
    info.resourceRequest &&
    // A dry run would ask them a second time.
    !REVIEWS.has(info.apiGroup) &&
    Object.hasOwn(OPERATIONS, info.verb)
  )
}

/** Protobuf, CBOR (KEP-4222), and YAML whose byte order mark says that it is in UTF-16, which Go's parser reads too. */
function isUnreadable({ data, contentType }: ReadBody): boolean {
  if (isProtobuf(contentType) || mediaTypeOf(contentType) === 'application/cbor') return true
  return isYaml(contentType) && UTF16_MARKS.has(data.subarray(0, 2).toString('hex'))
}

/**
 * Has the API server read such a body, by a dry run as the same user: the audit trail, and the rules behind it, would
 * else be blind to whoever chooses one of these.
 */
export function readByServer(
  upstream: Upstream,
  call: AdmissionCall,
  body: ReadBody,
  timeout: number,
): Promise<DryRun> {
  return new StoredObjects(upstream, timeout).dryRun(call, body)
}

/** The object in JSON, with the defaults that the API server fills in, but without what it gives each new object. */
export function objectAsSent(object: KubernetesObject, { verb }: RequestInfo): Buffer {
  const operation = verb === 'create' ? OPERATIONS.create : OPERATIONS.update
  return Buffer.from(JSON.stringify(unserved(object, operation)))
}
