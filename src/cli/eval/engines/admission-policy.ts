import {
  type AdmissionRequest,
  compileMutatingPolicies,
  compileValidatingPolicies,
  decodeAdmissionRequest,
  mutateByPolicies,
  Reinvocation,
  ReviewError,
  type StageOutcome,
  validateByPolicies,
} from '../../../api-access/admission/index.ts'
import { fixedObjects, type KubernetesObject } from '../../../kubernetes/index.ts'
import { defineMessages } from '../../../messages/index.ts'
import { type Engine, RequestError } from '../engine.ts'
import { OBJECTS_SCHEMA } from '../kept-objects.ts'
import { OBJECT_SCHEMA } from '../request-object.ts'

interface Request {
  readonly policies?: readonly KubernetesObject[]
  readonly bindings?: readonly KubernetesObject[]
  readonly params?: readonly KubernetesObject[]
  readonly request: Readonly<Record<string, unknown>>
  readonly namespaceObject?: KubernetesObject
}

const policyEvalMessages = defineMessages('eval-admission-policy', {
  request: {
    en: (d: { reason: string }) => `the admission request cannot be read: ${d.reason}`,
    ko: (d: { reason: string }) => `어드미션 요청을 읽을 수 없습니다: ${d.reason}`,
  },
  none: {
    en: (_: object) => 'the first line has to give "policies" and "bindings"; later ones may go on with them',
    ko: (_: object) => '첫 줄에는 "policies"와 "bindings"가 있어야 합니다. 다음 줄부터는 생략할 수 있습니다',
  },
  lost: {
    en: (_: object) => 'the policies or bindings that this line would go on with could not be read',
    ko: (_: object) => '이 줄이 이어서 쓸 정책이나 바인딩을 읽지 못했습니다',
  },
})

const KIND = { type: 'object' }
const TEXT = { type: 'string' }

const REQUEST_SCHEMA = {
  type: 'object',
  description: 'the request of an AdmissionReview (admission.k8s.io/v1)',
  required: ['operation', 'kind', 'resource'],
  additionalProperties: false,
  properties: {
    uid: TEXT,
    kind: KIND,
    resource: KIND,
    subResource: TEXT,
    requestKind: KIND,
    requestResource: KIND,
    requestSubResource: TEXT,
    name: TEXT,
    namespace: TEXT,
    operation: { enum: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] },
    userInfo: { type: 'object' },
    object: { type: ['object', 'null'] },
    oldObject: { type: ['object', 'null'] },
    dryRun: { type: 'boolean' },
    options: { type: ['object', 'null'] },
  },
}

/** `haetae eval admission-policy`: one request before the admission policies of a cluster. */
export const engine: Engine<Request> = {
  request: {
    type: 'object',
    required: ['request'],
    additionalProperties: false,
    properties: {
      policies: OBJECTS_SCHEMA,
      bindings: OBJECTS_SCHEMA,
      params: OBJECTS_SCHEMA,
      request: REQUEST_SCHEMA,
      namespaceObject: OBJECT_SCHEMA,
    },
  },
  answer: {
    type: 'object',
    required: ['allowed', 'message', 'warnings', 'auditAnnotations'],
    additionalProperties: false,
    properties: {
      allowed: { type: 'boolean' },
      message: { type: 'string', description: "the API server's words for a denial; empty without one" },
      warnings: { type: 'array', items: { type: 'string' } },
      auditAnnotations: { type: 'object', additionalProperties: { type: 'string' } },
      object: {
        type: 'object',
        description: 'the object as mutating policies left it, where they changed it',
      },
    },
  },
  evaluate({ policies, bindings, params, request: given, namespaceObject }) {
    const kept = keep(policies, bindings, params)
    const request = decode(given)
    const surroundings = { objects: kept.objects, namespace: namespaceFor(request, namespaceObject) }
    const mutated = mutate(kept, request, surroundings)
    if (mutated.refusal !== undefined) return answer(mutated, request)
    const changed = mutated.object === undefined ? request : { ...request, object: mutated.object }
    return answer(
      { ...mutated, ...validateByPolicies(kept.validating, changed, surroundings, refuseToSay) },
      request,
    )
  },
  passOver(line) {
    if (line === undefined || /"(?:policies|bindings|params)"/.test(line)) state = 'lost'
  },
}

export const messages = [policyEvalMessages]

/** What a line gives and those after it go on with. */
interface Kept {
  readonly policies: readonly KubernetesObject[]
  readonly bindings: readonly KubernetesObject[]
  readonly validating: ReturnType<typeof compileValidatingPolicies>
  readonly mutating: ReturnType<typeof compileMutatingPolicies>
  readonly objects: ReturnType<typeof fixedObjects>
}

let state: Kept | 'none' | 'lost' = 'none'

function keep(policies: Request['policies'], bindings: Request['bindings'], params: Request['params']): Kept {
  const before = typeof state === 'string' ? undefined : state
  const current = { policies: policies ?? before?.policies, bindings: bindings ?? before?.bindings }
  if (current.policies === undefined || current.bindings === undefined)
    throw new RequestError('ERR_NO_POLICIES', policyEvalMessages.make[state === 'lost' ? 'lost' : 'none']({}))
  const objects =
    params === undefined
      ? (before?.objects ?? fixedObjects([]))
      : fixedObjects([...current.policies, ...params])
  const given = { policies: current.policies, bindings: current.bindings }
  if (before !== undefined && policies === undefined && bindings === undefined) state = { ...before, objects }
  else
    state = {
      ...given,
      objects,
      validating: compileValidatingPolicies(given.policies, given.bindings),
      mutating: compileMutatingPolicies(given.policies, given.bindings),
    }
  return state
}

function decode(request: Request['request']): AdmissionRequest {
  try {
    return decodeAdmissionRequest({ uid: 'none', userInfo: {}, ...request })
  } catch (error) {
    if (!(error instanceof ReviewError)) throw error
    throw new RequestError(
      'ERR_ADMISSION_REQUEST',
      policyEvalMessages.make.request({ reason: error.message }),
    )
  }
}

/** Without one the namespace has no labels but that of its name. */
function namespaceFor(
  { namespace, resource }: AdmissionRequest,
  given: KubernetesObject | undefined,
): KubernetesObject | undefined {
  if (given !== undefined || namespace === '') return given
  if (resource.group === '' && resource.resource === 'namespaces') return undefined
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { 'kubernetes.io/metadata.name': namespace } },
  }
}

/** There is no authorizer here: what `authorizer` is asked is not allowed, and erred. */
const refuseToSay = () => ({ allowed: false, reason: '', error: 'no authorizer is configured' })

type Surroundings = Parameters<typeof validateByPolicies>[2]

/** Once, and a second time for policies that want to see what others changed after them. */
function mutate({ mutating }: Kept, request: AdmissionRequest, surroundings: Surroundings): StageOutcome {
  const reinvocation = new Reinvocation()
  const first = mutateByPolicies(mutating, request, surroundings, refuseToSay, reinvocation)
  if (first.refusal !== undefined || first.object === undefined || !reinvocation.isNeeded) return first
  const again = { ...request, object: first.object }
  return { ...first, ...mutateByPolicies(mutating, again, surroundings, refuseToSay, reinvocation) }
}

function answer(outcome: StageOutcome, { object: given }: AdmissionRequest): unknown {
  const { refusal, object, warnings = [], auditAnnotations = {} } = outcome
  return {
    allowed: refusal === undefined,
    message: refusal?.message ?? '',
    warnings,
    auditAnnotations,
    ...(refusal === undefined && object !== undefined && object !== given && { object }),
  }
}
