import type { RequestInfo } from '../../request/index.ts'
import type { ReadBody } from '../carrier/local.ts'
import type { Upstream } from '../carrier/upstream.ts'
import { isProtobuf } from '../trail/body.ts'
import { type AdmissionCall, REVIEWS, unserved } from './admission-gate.ts'
import { StoredObjects } from './stored-objects.ts'

const OPERATIONS = { create: 'CREATE', update: 'UPDATE' } as const

/** Whether a body is an object that only the API server can read: new versions of kubectl make objects in protobuf. */
export function isForServer(info: RequestInfo, contentType: string): boolean {
  return (
    isProtobuf(contentType) &&
    info.resourceRequest &&
    // A dry run would ask them a second time.
    !REVIEWS.has(info.apiGroup) &&
    Object.hasOwn(OPERATIONS, info.verb)
  )
}

/**
 * Has the API server read such a body, by a dry run as the same user: the audit trail, and the rules behind it, would
 * else be blind to whoever chooses protobuf.
 *
 * @returns the object in JSON, with the defaults that the API server fills in; undefined where it would not make it
 */
export async function readByServer(
  upstream: Upstream,
  call: AdmissionCall,
  body: ReadBody,
  timeout: number,
): Promise<Buffer | undefined> {
  const read = await new StoredObjects(upstream, timeout).dryRun(call, body)
  if ('answer' in read) return undefined
  const operation = call.passage.info.verb === 'create' ? OPERATIONS.create : OPERATIONS.update
  return Buffer.from(JSON.stringify(unserved(read.object, operation)))
}
