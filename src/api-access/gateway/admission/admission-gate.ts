import { randomUUID } from 'node:crypto'
import type { GroupResource, KubernetesObject } from '../../../kubernetes/index.ts'
import type {
  AdmissionChain,
  AdmissionRequest,
  AdmissionResult,
  AdmissionSurroundings,
  Operation,
} from '../../admission/index.ts'
import type { LocalAnswer, ReadBody } from '../carrier/local.ts'
import { failureAnswer } from '../carrier/local.ts'
import type { Upstream } from '../carrier/upstream.ts'
import type { Passage } from '../pipeline/pipeline.ts'
import { failure } from '../pipeline/status.ts'
import { recordBehind } from '../trail/decision-behind.ts'
import { asAsked } from './as-asked.ts'
import { connectOptions } from './connect-options.ts'
import { withExactNumbers } from './exact-numbers.ts'
import { jsonBody, objectOf } from './json-body.ts'
import { judgePatch } from './judge-patch.ts'
import { judgeUpdate } from './judge-update.ts'
import { type DryRun, StoredObjects } from './stored-objects.ts'

export interface AdmissionGateOptions {
  readonly chain: AdmissionChain
  readonly surroundings: AdmissionSurroundings
  readonly upstream: Upstream
  /** Whether stages look at fields that the API server fills in: then it is asked for every object, by a dry run. */
  readonly needsDefaults: boolean
  /** Whether any stage has something to say of the resource; without it, of all. */
  readonly isConcerned?: (type: GroupResource) => boolean
  /** Until the API server has answered a question of the gate's own, in milliseconds. */
  readonly timeout: number
}

/** A request whose admission is to be decided. */
export interface AdmissionCall {
  readonly passage: Passage
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  readonly body: ReadBody | undefined
  /** As the request will go on, without those of a body. */
  readonly headers: readonly string[]
  /** Where the body was read by one already. */
  readonly dryRun?: DryRun
}

/** What becomes of a request. */
export type Admitted =
  | {
      readonly kind: 'pass'
      /** Instead of the client's own. */
      readonly body?: ReadBody
      readonly warnings: readonly string[]
    }
  /** It ends here, with the gate's answer or one of the API server's. */
  | { readonly kind: 'answered'; readonly answer: LocalAnswer; readonly warnings: readonly string[] }

/** Admission inside the gate: what stages say of a request before it goes on. */
export interface AdmissionGate {
  /** @returns undefined for a request that admission is not for. @throws where it cannot be decided: it must not go on */
  admit(call: AdmissionCall): Promise<Admitted> | undefined
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  create: 'CREATE',
  update: 'UPDATE',
  patch: 'UPDATE',
  delete: 'DELETE',
  deletecollection: 'DELETE',
}

/** The groups of reviews: questions, not objects. */
export const REVIEWS: ReadonlySet<string> = new Set(['authorization.k8s.io', 'authentication.k8s.io'])

export function createAdmissionGate(options: AdmissionGateOptions): AdmissionGate {
  const judge = new Judge(options)
  const { isConcerned = () => true } = options
  return {
    admit(call) {
      const { info } = call.passage
      const { apiGroup: group, resource } = info
      if (!info.resourceRequest || REVIEWS.has(group) || !isConcerned({ group, resource })) return undefined
      const connecting = connectOptions(info)
      if (connecting !== undefined) return judge.connect(call, connecting)
      const operation = OPERATIONS[info.verb]
      if (operation === undefined) return undefined
      if (operation === 'DELETE') return judge.remove(call)
      if (info.verb === 'patch') return judgePatch(judge, call)
      return operation === 'UPDATE' ? judgeUpdate(judge, call) : judge.write(call)
    },
  }
}

/** Puts requests before the stages. */
export class Judge {
  readonly stored: StoredObjects
  /** Until the API server has answered a question of the gate's own, in milliseconds. */
  readonly timeout: number
  readonly #options: AdmissionGateOptions

  constructor(options: AdmissionGateOptions) {
    this.#options = options
    this.timeout = options.timeout
    this.stored = new StoredObjects(options.upstream, options.timeout)
  }

  connect(call: AdmissionCall, object: KubernetesObject): Promise<Admitted> {
    return this.#decide(call, 'CONNECT', { object })
  }

  /** @param old - the object that another takes the place of; absent: one is made, also by a PUT of what is not there */
  async write(call: AdmissionCall, old?: KubernetesObject): Promise<Admitted> {
    const { body } = call
    const { info } = call.passage
    if (body === undefined) return { kind: 'pass', warnings: [] }
    const own = this.#options.needsDefaults ? undefined : objectOf(body)
    const read =
      own === undefined
        ? (call.dryRun ?? (await this.stored.dryRun(call, body)))
        : { object: inNamespace(own, info.namespace) }
    if ('answer' in read) return this.answered(call, read.answer)
    const { object } = read
    const operation = old === undefined ? 'CREATE' : 'UPDATE'
    const result = await this.run(call, operation, { object, ...(old !== undefined && { oldObject: old }) })
    if (result.refusal !== undefined) return this.refused(call, result)
    const changed = result.object
    if (own === undefined && changed === object) return { kind: 'pass', warnings: result.warnings }
    // What was judged goes on, and not a text that another parser might read differently.
    const next =
      own === undefined
        ? withExactNumbers(asAsked(changed ?? object, object, body, old, operation), object)
        : (changed ?? object)
    return { kind: 'pass', body: jsonBody(next), warnings: result.warnings }
  }

  async remove(call: AdmissionCall): Promise<Admitted> {
    const isCollection = call.passage.info.verb === 'deletecollection'
    const objects = isCollection ? await this.stored.list(call) : [await this.stored.get(call)]
    const warnings = new Set<string>()
    for (const oldObject of objects) {
      // What is not there, the API server says itself.
      if (oldObject === undefined) continue
      const result = await this.run(call, 'DELETE', { oldObject })
      if (result.refusal !== undefined) return this.refused(call, result)
      for (const warning of result.warnings) warnings.add(warning)
    }
    return { kind: 'pass', warnings: [...warnings] }
  }

  async run(
    { passage }: AdmissionCall,
    operation: Operation,
    objects: Pick<AdmissionRequest, 'object' | 'oldObject'>,
  ): Promise<AdmissionResult> {
    const { info, attributes, trace } = passage
    const { apiGroup: group, apiVersion: version, resource, subresource } = info
    const subject = objects.object ?? objects.oldObject
    const name = info.name || (subject?.metadata?.name ?? '')
    const isNamespace = group === '' && resource === 'namespaces'
    const request: AdmissionRequest = {
      uid: randomUUID(),
      operation,
      kind: kindOf(subject),
      resource: { group, version, resource },
      subresource,
      name,
      namespace: isNamespace ? name : info.namespace,
      user: attributes.user,
      ...objects,
      dryRun: new URLSearchParams(info.query).getAll('dryRun').includes('All'),
    }
    const result = await this.#options.chain.admit(request, this.#options.surroundings)
    trace.annotate(result.auditAnnotations)
    return result
  }

  /** It ends with what the API server says of it, which tells its decision too. */
  answered({ passage }: AdmissionCall, answer: LocalAnswer, warnings: readonly string[] = []): Admitted {
    recordBehind(passage, answer.code, Buffer.from(answer.body))
    return { kind: 'answered', answer, warnings }
  }

  refused(_: AdmissionCall, { refusal, warnings }: AdmissionResult): Admitted {
    const { code, reason, message, details } = refusal ?? { code: 500, reason: 'InternalError', message: '' }
    return { kind: 'answered', answer: failureAnswer(failure(code, reason, message, details)), warnings }
  }

  async #decide(
    call: AdmissionCall,
    operation: Operation,
    objects: Pick<AdmissionRequest, 'object' | 'oldObject'>,
  ): Promise<Admitted> {
    const result = await this.run(call, operation, objects)
    if (result.refusal !== undefined) return this.refused(call, result)
    return { kind: 'pass', warnings: result.warnings }
  }
}

function kindOf(object: KubernetesObject | undefined) {
  const [group = '', version] = (object?.apiVersion ?? '').includes('/')
    ? (object?.apiVersion ?? '').split('/')
    : ['', object?.apiVersion ?? '']
  return { group, version: version ?? '', kind: object?.kind ?? '' }
}

/** "the namespace of the object is set to that of the request where it has none" (apiserver, `create` and `update`). */
function inNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  if (namespace === '' || object.kind === 'Namespace' || object.metadata?.namespace !== undefined)
    return object
  return { ...object, metadata: { ...object.metadata, namespace } }
}
