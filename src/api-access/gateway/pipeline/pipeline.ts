import { createRenderer, type Render } from '../../../messages/index.ts'
import {
  type AuthenticationChain,
  type AuthenticationOutcome,
  type Authorize,
  impersonate,
  type Presented,
} from '../../authentication/index.ts'
import { type Authorizer, streamAttributes } from '../../authorization/index.ts'
import {
  type Decision,
  nonResourceInfo,
  type RequestAttributes,
  type RequestInfo,
  requestMessages,
  selectorsOf,
} from '../../request/index.ts'
import type { Trace } from '../trail/trace.ts'
import { SILENT } from '../trail/trace.ts'
import type { Trail } from '../trail/trail.ts'
import { METHODS, rememberedRequests } from './known-requests.ts'
import {
  badRequest,
  type FailureStatus,
  forbidden,
  internalError,
  methodNotAllowed,
  serviceUnavailable,
  unauthorized,
} from './status.ts'

/** A request as a carrier hands it over: its head, and who sends it. */
export interface Call {
  /** In upper case. */
  readonly method: string
  /** As it stands in the request line. */
  readonly target: string
  readonly presented: Presented
}

/** A request that may go on: identified, audited, authorized. */
export interface Passage {
  readonly info: RequestInfo
  /** Who acts: after impersonation. */
  readonly attributes: RequestAttributes
  readonly trace: Trace
  /** The API server behind authorizes alone: what it decided, its answer tells. */
  readonly isDecidedBehind?: true
}

/** A request that ends here. */
export interface Rejection {
  readonly info: RequestInfo
  readonly status: FailureStatus
  readonly trace: Trace
}

export interface PipelineOptions {
  readonly authentication: AuthenticationChain
  /** Whether a user may act as another: the same authorizer, or the API server behind. */
  readonly authorize: Authorize
  /** Absent: what a request may do, the API server behind decides alone. */
  readonly authorizer?: Authorizer
  /** Of the API server behind, whose rule decides about streams into pods. */
  readonly serverVersion?: { readonly major: number; readonly minor: number }
  /** For reasons, in the language of the API: English. */
  readonly render: Render
  readonly trail: Trail
  readonly onAuthentication?: (outcome: AuthenticationOutcome, seconds: number) => void
  /** Told of each decision of the authorizer. */
  readonly onAuthorization?: (decision: Decision, seconds: number) => void
  /** Faults that no client must be told of. */
  readonly onError?: (error: unknown) => void
}

const renderFault = createRenderer([requestMessages], 'en')

/**
 * What decides about a request before its body is read: authentication, the audit's beginning, impersonation,
 * authorization, in the API server's order. It knows no sockets, so that it stands before a proxied cluster and before an
 * embedded API alike. It never throws: what fails in it refuses the request.
 */
export interface Pipeline {
  enter(call: Call): Promise<Passage | Rejection>
}

export function createPipeline(options: PipelineOptions): Pipeline {
  const requestInfoOf = rememberedRequests()
  return {
    async enter(call) {
      const parsed = requestInfoOf(call.method, call.target)
      const info = 'fault' in parsed ? unreadInfo(call) : parsed
      let trace: Trace = SILENT
      try {
        const begin = performance.now()
        const outcome = await options.authentication.authenticate(call.presented, info.path)
        options.onAuthentication?.(outcome, (performance.now() - begin) / 1000)
        const user = outcome.kind === 'authenticated' ? outcome.by.user : undefined
        const asked = user === undefined ? info : { ...info, user }
        const begun = options.trail.begin(asked, auditedCall(call))
        if (begun === undefined)
          return {
            info,
            status: serviceUnavailable('the audit trail cannot be kept, try again later'),
            trace,
          }
        trace = begun
        if (!('user' in asked)) return { info, status: unauthorized, trace }
        // What `CONNECT` names is no path, and nothing is wrong with it besides.
        if (!METHODS.has(call.method)) return { info, status: methodNotAllowed, trace }
        if ('fault' in parsed) return { info, status: badRequest(renderFault(parsed.fault)), trace }
        return await authorized(options, call, info, asked, trace)
      } catch (error) {
        options.onError?.(error)
        return { info, status: internalError('the request could not be decided'), trace }
      }
    },
  }
}

async function authorized(
  { authorize, authorizer, serverVersion = NEWEST, render, onAuthorization }: PipelineOptions,
  call: Call,
  info: RequestInfo,
  asked: RequestAttributes,
  trace: Trace,
): Promise<Passage | Rejection> {
  const { headers } = call.presented
  // Waiting for nothing costs a turn, and nearly nobody impersonates.
  const impersonation = hasImpersonation(headers)
    ? await impersonate(asked.user, headers, authorize)
    : NO_IMPERSONATION
  if (impersonation.kind === 'malformed')
    return { info, status: badRequest(render(impersonation.reason)), trace }
  if (impersonation.kind === 'refused')
    return { info, status: forbidden(impersonation.attributes, render(impersonation.reason)), trace }
  if (impersonation.kind === 'as') trace.impersonated(impersonation.user)
  const acting = impersonation.kind === 'as' ? { ...info, user: impersonation.user } : asked
  const attributes = withSelectors(info, acting)
  if (authorizer === undefined) return { info, attributes, trace, isDecidedBehind: true }
  const begin = performance.now()
  const decision = await decide(authorizer, streamAttributes(serverVersion, attributes, 'upgrade' in headers))
  onAuthorization?.(decision, (performance.now() - begin) / 1000)
  const reason = render(decision.reason)
  const isAllowed = decision.verdict === 'allow'
  trace.annotate({
    'authorization.k8s.io/decision': isAllowed ? 'allow' : 'forbid',
    'authorization.k8s.io/reason': reason,
    ...(decision.by !== undefined && { [AUTHORIZER_ANNOTATION]: decision.by }),
  })
  return isAllowed ? { info, attributes, trace } : { info, status: forbidden(attributes, reason), trace }
}

/** Who decided: the reason alone does not tell, since ABAC, Node and webhooks may give none. */
const AUTHORIZER_ANNOTATION = 'haetae.io/authorizer'

/** The strictest rule, where the version is not known. */
const NEWEST = { major: 1, minor: 35 }

/** All of it has to be allowed. @returns the first decision that does not allow, else the first of all */
async function decide(authorizer: Authorizer, asked: readonly RequestAttributes[]): Promise<Decision> {
  const [own, ...others] = asked
  const first = await authorizer.authorize(own as RequestAttributes)
  if (first.verdict !== 'allow') return first
  for (const attributes of others) {
    const decision = await authorizer.authorize(attributes)
    if (decision.verdict !== 'allow') return decision
  }
  return first
}

/** Only these verbs say by a selector which objects they mean. */
const SELECTING = new Set(['list', 'watch', 'deletecollection'])

/** What a request's selectors narrow it to: node authorization and webhooks go by it. */
function withSelectors({ verb, query }: RequestInfo, attributes: RequestAttributes): RequestAttributes {
  if (!SELECTING.has(verb) || !query.includes('Selector')) return attributes
  const given = new URLSearchParams(query)
  return { ...attributes, ...selectorsOf(given.get('fieldSelector') ?? '', given.get('labelSelector') ?? '') }
}

const NO_IMPERSONATION = { kind: 'none' } as const

function hasImpersonation(headers: Presented['headers']): boolean {
  for (const name in headers) if (name.startsWith('impersonate')) return true
  return false
}

/** What is told of a request whose target cannot be read. */
function unreadInfo({ method, target }: Call): RequestInfo {
  return nonResourceInfo(method, { path: target.split('?', 1)[0] ?? '', query: '' })
}

function auditedCall({ target, presented }: Call) {
  return {
    requestURI: target,
    sourceIPs: sourceAddresses(presented),
    userAgent: headerText(presented.headers['user-agent']),
  }
}

/** "All but the last IP can be arbitrarily set by the client": what it says of itself, then where it really is. */
function sourceAddresses({ headers, address }: Presented): readonly string[] {
  const forwarded = headerText(headers['x-forwarded-for'])
  if (forwarded === '') return [address]
  const said = forwarded.split(',').map((each) => each.trim())
  return [...said.filter((each) => each !== '' && each !== address), address]
}

function headerText(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.join(', ') ?? '')
}
