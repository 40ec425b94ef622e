import { failureAnswer } from '../carrier/local.ts'
import { failure } from '../pipeline/status.ts'
import type { AdmissionCall, Admitted, Judge } from './admission-gate.ts'
import { withoutAllocated } from './allocated.ts'
import { withExactNumbers } from './exact-numbers.ts'
import { asObject } from './json-body.ts'
import { MERGE_PATCH, mergePatch, readPatch } from './patches.ts'
import { localAnswer, takenApart } from './stored-objects.ts'

/** How often the API server itself tries a patch anew when the object changes meanwhile (`patchHandler`). */
export const TRIES = 5

export const conflict = failure(
  409,
  'Conflict',
  'the object has been modified; please apply your changes to the latest version and try again',
)

/**
 * Judges what a patch makes of an object: the API server tells by a dry run, the stages see both, and the patch goes on
 * bound to the version that was judged. Where the object has changed meanwhile all of it is done again. The dry run is of
 * the patch as it will go on: of the client's own text, another parser than the gate's might make something else.
 */
export async function judgePatch(judge: Judge, call: AdmissionCall): Promise<Admitted> {
  const { body } = call
  if (body === undefined) return { kind: 'pass', warnings: [] }
  const patch = readPatch(body)
  const asked = patch?.asked
  for (let tried = 0; tried < TRIES; tried++) {
    const old = await judge.stored.get(call)
    const version = old?.metadata?.resourceVersion
    const own = version === undefined ? body : patch?.bound(version)
    // What cannot be read here, the API server says itself.
    const read = await judge.stored.dryRun(call, own ?? body)
    if ('answer' in read) {
      const { answer } = read
      // For the version that the client has asked for, this is the last word.
      if (asked !== undefined || !isStale(answer.code, answer.body)) return judge.answered(call, answer)
      continue
    }
    if (own === undefined) throw new Error('the patch could not be read for admission')
    // It has become the version that is asked for after it was read.
    if (asked !== undefined && version !== undefined && asked !== version) continue
    const { object } = read
    const operation = old === undefined ? 'CREATE' : 'UPDATE'
    const result = await judge.run(call, operation, { object, ...(old !== undefined && { oldObject: old }) })
    if (result.refusal !== undefined) return judge.refused(call, result)
    const { warnings } = result
    // An apply patch that makes the object: there is no version to bind it to.
    if (old === undefined || version === undefined) return { kind: 'pass', warnings }
    const changed = asObject(result.object)
    const isChanged = changed !== undefined && changed !== object
    // A patch that says nothing of such numbers has asked for none.
    const isAsking = /nodePort|clusterIP|healthCheckNodePort/i.test(body.data.toString('latin1'))
    const kept = changed !== undefined && !isAsking ? withoutAllocated(changed, object, old) : changed
    const bound =
      isChanged && kept !== undefined
        ? mergePatch(withExactNumbers(old, old), withExactNumbers(kept, object), version)
        : own
    const target = bound.contentType === MERGE_PATCH ? withoutForce(call.target) : call.target
    const answer = await judge.stored.send({ ...call, target }, bound, false)
    if (!isStale(answer.status, answer.body)) return judge.answered(call, localAnswer(answer), warnings)
  }
  return { kind: 'answered', answer: failureAnswer(conflict), warnings: [] }
}

/** The version was not that of the object any more: 409, or for a JSON patch a test that failed. */
export function isStale(status: number, body: string | Buffer): boolean {
  if (status === 409) return /object has been modified|resourceVersion/i.test(body.toString())
  return status === 422 && body.toString().includes('/metadata/resourceVersion')
}

/** "force may only be specified for apply patches" */
function withoutForce(target: string): string {
  const [path, text] = takenApart(target)
  if (text === undefined) return target
  const query = new URLSearchParams(text)
  query.delete('force')
  return `${path}?${query}`
}
