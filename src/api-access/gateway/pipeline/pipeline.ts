import { createRenderer } from '../../../messages/index.ts'
import { type Authenticated, AuthenticationError, type Presented } from '../../authentication/index.ts'
import type { Authorizer } from '../../authorization/index.ts'
import {
  type Decision,
  type RequestAttributes,
  type RequestInfo,
  requestInfoOf,
  requestMessages,
  type User,
} from '../../request/index.ts'
import type { Trace } from '../trail/trace.ts'
import { SILENT } from '../trail/trace.ts'
import type { Trail } from '../trail/trail.ts'
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
}

/** A request that ends here. */
export interface Rejection {
  readonly status: FailureStatus
  readonly trace: Trace
}

/** Whom a request is made as. */
export type Impersonation =
  /** Nobody else was asked for. */
  | { readonly kind: 'none' }
  | { readonly kind: 'user'; readonly user: User }
  /** The headers make no sense together. */
  | { readonly kind: 'bad'; readonly reason: string }
  | { readonly kind: 'forbidden'; readonly attributes: RequestAttributes; readonly reason: string }

export interface PipelineOptions {
  /** @returns undefined where no credential was presented. @throws AuthenticationError for one that is not good */
  readonly authenticate: (presented: Presented) => Promise<Authenticated | undefined>
  readonly impersonate: (user: User, presented: Presented) => Promise<Impersonation> | Impersonation
  /** Absent: whatever the API server behind decides. */
  readonly authorizer?: Authorizer
  /** Renders an authorizer's reason. */
  readonly reasonText: (decision: Decision) => string
  readonly trail: Trail
  readonly onAuthentication?: (result: 'success' | 'failure' | 'error', authenticated?: Authenticated) => void
  /** Faults that no client must be told of. */
  readonly onError?: (error: unknown) => void
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
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
  return {
    async enter(call) {
      let trace: Trace = SILENT
      try {
        const user = await authenticated(options, call.presented)
        const parsed = requestInfoOf(call.method, call.target)
        const info = 'fault' in parsed ? unreadInfo(call) : parsed
        const begun = options.trail.begin(info, user, auditedCall(call))
        if (begun === undefined)
          return { status: serviceUnavailable('the audit trail cannot be kept, try again later'), trace }
        trace = begun
        if (user === undefined) return { status: unauthorized, trace }
        if ('fault' in parsed) return { status: badRequest(renderFault(parsed.fault)), trace }
        if (!METHODS.has(call.method)) return { status: methodNotAllowed, trace }
        return await authorized(options, call, info, user, trace)
      } catch (error) {
        options.onError?.(error)
        return { status: internalError('the request could not be decided'), trace }
      }
    },
  }
}

async function authenticated(
  { authenticate, onAuthentication, onError }: PipelineOptions,
  presented: Presented,
): Promise<User | undefined> {
  try {
    const found = await authenticate(presented)
    onAuthentication?.(found === undefined ? 'failure' : 'success', found)
    return found?.user
  } catch (error) {
    onAuthentication?.(error instanceof AuthenticationError ? 'failure' : 'error')
    onError?.(error)
    // "the request is rejected with HTTP status code 401", whatever went wrong.
    return undefined
  }
}

async function authorized(
  { impersonate, authorizer, reasonText }: PipelineOptions,
  call: Call,
  info: RequestInfo,
  original: User,
  trace: Trace,
): Promise<Passage | Rejection> {
  const impersonation = await impersonate(original, call.presented)
  if (impersonation.kind === 'bad') return { status: internalError(impersonation.reason), trace }
  if (impersonation.kind === 'forbidden')
    return { status: forbidden(impersonation.attributes, impersonation.reason), trace }
  if (impersonation.kind === 'user') trace.impersonated(impersonation.user)
  const user = impersonation.kind === 'user' ? impersonation.user : original
  const attributes: RequestAttributes = { ...info, user }
  if (authorizer === undefined) return { info, attributes, trace }
  const decision = await authorizer.authorize(attributes)
  const reason = reasonText(decision)
  const isAllowed = decision.verdict === 'allow'
  trace.annotate({
    'authorization.k8s.io/decision': isAllowed ? 'allow' : 'forbid',
    'authorization.k8s.io/reason': reason,
  })
  return isAllowed ? { info, attributes, trace } : { status: forbidden(attributes, reason), trace }
}

/** What is told of a request whose target cannot be read. */
function unreadInfo({ method, target }: Call): RequestInfo {
  return {
    verb: method.toLowerCase(),
    apiGroup: '',
    apiVersion: '',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    path: target.split('?', 1)[0] ?? '',
    resourceRequest: false,
    query: '',
    rest: [],
  }
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
