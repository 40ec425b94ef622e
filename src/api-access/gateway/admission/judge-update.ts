import { isRecord, type KubernetesObject } from '../../../kubernetes/index.ts'
import { failureAnswer, type ReadBody } from '../carrier/local.ts'
import { Unanswered } from '../carrier/unanswered.ts'
import { failure } from '../pipeline/status.ts'
import { isProtobuf, parseBody } from '../trail/body.ts'
import { protobufName, protobufOfVersion, protobufVersion } from '../trail/protobuf-name.ts'
import type { AdmissionCall, Admitted, Judge } from './admission-gate.ts'
import { asAsked } from './as-asked.ts'
import { hasLongNumbers, isExact, parseAsWritten, withExactNumbers } from './exact-numbers.ts'
import { jsonBody } from './json-body.ts'
import { conflict, isStale, TRIES } from './judge-patch.ts'
import { isVersion } from './patches.ts'
import { localAnswer } from './stored-objects.ts'

const tooLate = failure(504, 'Timeout', 'Timeout: request did not complete within the allotted timeout')

/**
 * Judges what takes the place of an object: what the stages saw of the old one has to be true of the one that is replaced.
 * "AllowUnconditionalUpdate": who names no version replaces whichever there is, and is never told of a conflict; the API
 * server tries until it has judged the one that it replaces (k8s.io/apiserver, `pkg/registry/generic/registry`, Update),
 * and so does this.
 */
export function judgeUpdate(judge: Judge, call: AdmissionCall): Promise<Admitted> {
  const { body } = call
  if (body === undefined) return judge.write(call)
  const { contentType } = body
  if (isProtobuf(contentType)) {
    const asked = protobufVersion(body.data)
    return asked !== undefined && isVersion(asked)
      ? judgeVersion(judge, call, asked)
      : judgeAny(judge, call, body, (version, read) => protobufBound(body, version, read))
  }
  const object = objectIn(body)
  const asked = object?.metadata?.resourceVersion
  // What cannot be read here, the API server says itself, whichever version that names.
  if (object === undefined || typeof (asked ?? '') !== 'string') return judgeAny(judge, call, body)
  if (typeof asked === 'string' && isVersion(asked)) return judgeVersion(judge, call, asked)
  return judgeAny(judge, call, jsonBody(object), (version) => jsonBody(ofVersion(object, version)))
}

/** Of one version alone. */
async function judgeVersion(judge: Judge, call: AdmissionCall, asked: string): Promise<Admitted> {
  const body = call.body as ReadBody
  for (let tried = 0; tried < TRIES; tried++) {
    const old = await judge.stored.get(call)
    if (old === undefined || old.metadata?.resourceVersion === asked) return judge.write(call, old)
    // The API server says so; else it has become that version since it was read.
    const read = await judge.stored.dryRun(call, body)
    if ('answer' in read) return judge.answered(call, read.answer)
  }
  return { kind: 'answered', answer: failureAnswer(conflict), warnings: [] }
}

/**
 * Of whichever version there is.
 *
 * @param plain - what the client sent, as the gate has read it: the dry run tells whether it may name no version at all
 * @param own - what the client sent, bound to a version; absent, or nothing, for a body that only the API server can read:
 *   then what it has read goes on
 */
async function judgeAny(
  judge: Judge,
  call: AdmissionCall,
  plain: ReadBody,
  own?: (version: string, read: KubernetesObject) => ReadBody | undefined,
): Promise<Admitted> {
  const until = performance.now() + judge.timeout
  let known = call.dryRun
  while (performance.now() < until) {
    const old = await judge.stored.get(call)
    const version = old?.metadata?.resourceVersion
    if (old === undefined || version === undefined) return judge.write(call, old)
    const read = known ?? (await judge.stored.dryRun(call, plain))
    known = undefined
    if ('answer' in read) return judge.answered(call, read.answer)
    const { object } = read
    if ((object.metadata?.resourceVersion ?? version) !== version) continue
    const result = await judge.run(call, 'UPDATE', { object, oldObject: old })
    if (result.refusal !== undefined) return judge.refused(call, result)
    const changed = result.object ?? object
    const asSent = changed === object ? own?.(version, object) : undefined
    const next = () => withExactNumbers(asAsked(changed, object, plain, old, 'UPDATE'), object)
    const bound = asSent ?? jsonBody(ofVersion(next(), version))
    const answer = await judge.stored.send(call, bound, false)
    if (!isStale(answer.status, answer.body))
      return judge.answered(call, localAnswer(answer), result.warnings)
  }
  throw new Unanswered(tooLate)
}

/** @returns undefined where the API server has read it otherwise than the gate does: another field may be its metadata */
function protobufBound(
  { data, contentType }: ReadBody,
  version: string,
  read: KubernetesObject,
): ReadBody | undefined {
  if (read.metadata?.name === undefined || protobufName(data) !== read.metadata.name) return undefined
  const bound = protobufOfVersion(data, version)
  return bound && { data: bound, contentType }
}

/** With its numbers as they are written, where JavaScript may not hold them. */
function objectIn({ data, contentType }: ReadBody): KubernetesObject | undefined {
  try {
    const text = data.toString('utf8')
    // To read it so takes far longer, and nearly none has such numbers.
    return asPlainObject(hasLongNumbers(text) ? parseAsWritten(text) : JSON.parse(text))
  } catch {
    const object = asPlainObject(parseBody(data, contentType))
    return isExact(object) ? object : undefined
  }
}

/** Not all say of which kind they are: the API server knows it by the path. */
function asPlainObject(value: unknown): KubernetesObject | undefined {
  if (!isRecord(value)) return undefined
  const { metadata } = value
  return metadata === undefined || isRecord(metadata) ? (value as unknown as KubernetesObject) : undefined
}

function ofVersion<T extends KubernetesObject>(object: T, resourceVersion: string): T {
  return { ...object, metadata: { ...object.metadata, resourceVersion } }
}
