import type {
  AuditDecision,
  AuditEvent,
  AuditedRequest,
  EventResponseStatus,
  EventUser,
  Redact,
  Stage,
} from '../../audit/index.ts'
import { isLongRunning, type User } from '../../request/index.ts'
import { NO_BODY, type RecordedBody, recordBody } from './body.ts'
import type { Journal } from './journal.ts'

/** What of a request stands in its events besides what it asks for. */
export interface AuditedCall {
  /** "As sent by the client". */
  readonly requestURI: string
  readonly sourceIPs: readonly string[]
  readonly userAgent: string
}

/** One request on its way through the gate, as its audit events tell it. */
export interface Trace {
  /** Empty where nothing is recorded: then the API server makes its own. */
  readonly auditId: string
  readonly wantsRequestBody: boolean
  readonly wantsResponseBody: boolean
  /** Whether the name of an object to be made is still to be found in the request's body. */
  readonly wantsName: boolean
  impersonated(user: User): void
  annotate(annotations: Readonly<Record<string, string>>): void
  /** Annotates what was decided after, and against, what is annotated under the same keys. */
  overrule(annotations: Readonly<Record<string, string>>): void
  /** @param name - of the object in it, where the URL has none */
  requestBody(body: Buffer, contentType: string): void
  objectName(name: string): void
  /** Resolves once the disk knows of the request; to be awaited before anything is done for it. Undefined: it knows. */
  commit(): Promise<void> | undefined
  /** For long-running requests, once the answer's head is sent. */
  started(code: number): void
  /** Once the answer is sent, or will never be. @param status - of a failure that the gate itself told */
  complete(code: number, status?: EventResponseStatus, response?: Body): void
  panicked(reason: string): void
}

/** A body and its media type. */
export interface Body {
  readonly data: Buffer
  readonly contentType: string
}

export interface TraceContext {
  readonly journal: Journal
  readonly emit: (event: AuditEvent, bytes: number, onKept: () => void) => void
  readonly redact: Redact
  readonly bodyBytes: number
  readonly time: () => string
}

/** Of a request that the policy does not keep. */
export const SILENT: Trace = {
  auditId: '',
  wantsRequestBody: false,
  wantsResponseBody: false,
  wantsName: false,
  impersonated() {},
  annotate() {},
  overrule() {},
  requestBody() {},
  objectName() {},
  commit: () => undefined,
  started() {},
  complete() {},
  panicked() {},
}

type StageEvent = AuditEvent & { readonly stage: Stage }

const NOTHING = () => {}

/** About what an event takes without bodies. */
const EVENT_BYTES = 1000

export class RecordedTrace implements Trace {
  readonly auditId: string
  readonly #context: TraceContext
  readonly #decision: AuditDecision
  readonly #info: AuditedRequest
  readonly #base: StageEvent
  #impersonated: EventUser | undefined
  #annotations: Record<string, string> | undefined
  #name: string
  #request: RecordedBody = NO_BODY
  /** What the journal vouches for until it is kept. */
  readonly #owed: Stage | undefined
  #isOwedTold = false
  #isSettled = false
  #hasStarted = false
  #isOver = false

  constructor(
    context: TraceContext,
    auditId: string,
    decision: AuditDecision,
    asked: AuditedRequest,
    { requestURI, sourceIPs, userAgent }: AuditedCall,
  ) {
    this.auditId = auditId
    this.#context = context
    this.#decision = decision
    this.#info = asked
    this.#name = asked.name
    const { user, verb } = asked
    const time = context.time()
    this.#base = {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: decision.level,
      auditID: auditId,
      stage: 'RequestReceived',
      requestURI,
      verb,
      user: user === undefined ? {} : eventUser(user),
      sourceIPs,
      ...(userAgent !== '' && { userAgent }),
      requestReceivedTimestamp: time,
      stageTimestamp: time,
    }
    this.#owed = owedStage(decision, asked)
    if (this.#keeps('RequestReceived')) this.#tell({ ...this.#base, ...this.#reference() }, EVENT_BYTES)
  }

  get wantsRequestBody(): boolean {
    const { level } = this.#decision
    return this.#info.resourceRequest && (level === 'Request' || level === 'RequestResponse')
  }

  get wantsResponseBody(): boolean {
    return this.#decision.level === 'RequestResponse'
  }

  get wantsName(): boolean {
    return this.#info.verb === 'create' && this.#name === ''
  }

  impersonated(user: User): void {
    this.#impersonated = eventUser(user)
  }

  annotate(annotations: Readonly<Record<string, string>>): void {
    // "If a key exists already, it is not overwritten."
    this.#annotations = { ...annotations, ...this.#annotations }
  }

  overrule(annotations: Readonly<Record<string, string>>): void {
    this.#annotations = { ...this.#annotations, ...annotations }
  }

  requestBody(body: Buffer, contentType: string): void {
    this.#request = recordBody(body, contentType, this.#context.bodyBytes)
    this.#tellMissing('request', this.#request)
  }

  objectName(name: string): void {
    this.#name = name
  }

  commit(): Promise<void> | undefined {
    if (this.#owed === undefined || this.#isSettled) return undefined
    // The journal is a file like the log: no secret may stand in it.
    const record = JSON.stringify(this.#context.redact(this.#event(this.#owed)))
    return this.#context.journal.begin(this.auditId, record)
  }

  started(code: number): void {
    this.#hasStarted = true
    const responseStatus = { metadata: {}, code }
    this.#tell({ ...this.#event('ResponseStarted'), responseStatus }, EVENT_BYTES)
  }

  complete(code: number, status?: EventResponseStatus, response?: Body): void {
    // A refusal has no beginning but its end; where the policy keeps that of no request, the API server tells of its head.
    if (!this.#isOver && !this.#hasStarted && this.#owed === 'ResponseStarted') this.started(code)
    this.#finish('ResponseComplete', status ?? { metadata: {}, code }, response)
  }

  panicked(reason: string): void {
    const status = { metadata: {}, status: 'Failure', reason: 'InternalError', message: reason, code: 500 }
    this.#finish('Panic', status)
  }

  #finish(stage: Stage, responseStatus: EventResponseStatus, response?: Body): void {
    if (this.#isOver) return
    this.#isOver = true
    if (!this.#keeps(stage)) {
      // What is on its way is settled when it is kept.
      if (!this.#isOwedTold) this.#settle()
      return
    }
    const recorded =
      response === undefined || !this.wantsResponseBody
        ? NO_BODY
        : recordBody(response.data, response.contentType, this.#context.bodyBytes)
    this.#tellMissing('response', recorded)
    const event: StageEvent = {
      ...this.#event(stage),
      responseStatus,
      ...(recorded.value !== undefined && { responseObject: this.#shown(recorded.value) }),
    }
    this.#tell(event, EVENT_BYTES + this.#request.bytes + recorded.bytes, true)
  }

  /** @param isLast - nothing more comes of this request */
  #tell(event: StageEvent, bytes: number, isLast = false): void {
    if (!this.#keeps(event.stage)) return
    const isOwed = event.stage === this.#owed
    if (isOwed) this.#isOwedTold = true
    this.#context.emit(event, bytes, isOwed || isLast ? () => this.#settle() : NOTHING)
  }

  #settle(): void {
    this.#isSettled = true
    this.#context.journal.end(this.auditId)
  }

  #event(stage: Stage): StageEvent {
    return {
      ...this.#base,
      stage,
      ...(this.#impersonated !== undefined && { impersonatedUser: this.#impersonated }),
      ...this.#reference(),
      ...(this.#request.value !== undefined && { requestObject: this.#shown(this.#request.value) }),
      stageTimestamp: this.#context.time(),
      ...(this.#annotations !== undefined && { annotations: this.#annotations }),
    }
  }

  #reference(): Pick<AuditEvent, 'objectRef'> {
    const { resourceRequest, resource, namespace, apiGroup, apiVersion, subresource } = this.#info
    if (!resourceRequest) return {}
    const name = this.#name
    return {
      objectRef: {
        resource,
        ...(namespace !== '' && { namespace }),
        ...(name !== '' && { name }),
        ...(apiGroup !== '' && { apiGroup }),
        apiVersion,
        ...(subresource !== '' && { subresource }),
      },
    }
  }

  #keeps(stage: Stage): boolean {
    return !this.#decision.omitStages.includes(stage)
  }

  #tellMissing(which: 'request' | 'response', { missing }: RecordedBody): void {
    if (missing === undefined) return
    this.annotate({ [`haetae.io/${which}-body`]: missing })
    // As the API server's truncating backend says it.
    if (missing === 'too-large') this.annotate({ 'audit.k8s.io/truncated': 'true' })
  }

  #shown(value: unknown): unknown {
    return this.#decision.omitManagedFields ? withoutManagedFields(value) : value
  }
}

/** The stages of a request, those that it comes to first, of which the one that tells most. */
const STAGES: readonly Stage[] = ['ResponseComplete', 'RequestReceived', 'Panic']
/** "ResponseStarted: … only generated for long-running requests" (Kubernetes documentation, "Auditing"). */
const STREAM_STAGES: readonly Stage[] = ['ResponseComplete', 'RequestReceived', 'ResponseStarted', 'Panic']

/**
 * The event by which one is to know of a request whatever becomes of it.
 *
 * @returns undefined where the policy keeps none
 */
function owedStage({ omitStages }: AuditDecision, asked: AuditedRequest): Stage | undefined {
  const stages = isLongRunning(asked) ? STREAM_STAGES : STAGES
  return stages.find((stage) => !omitStages.includes(stage))
}

function eventUser({ name, uid, groups, extra }: User): EventUser {
  return {
    username: name,
    ...(uid !== undefined && uid !== '' && { uid }),
    groups,
    ...(extra !== undefined && { extra }),
  }
}

/** Of an object, and of each item of a list. */
function withoutManagedFields(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const { metadata, items } = value as { metadata?: unknown; items?: unknown }
  const stripped: Record<string, unknown> = { ...value }
  if (typeof metadata === 'object' && metadata !== null && 'managedFields' in metadata) {
    const { managedFields: _, ...kept } = metadata
    stripped['metadata'] = kept
  }
  if (Array.isArray(items)) stripped['items'] = items.map(withoutManagedFields)
  return stripped
}
