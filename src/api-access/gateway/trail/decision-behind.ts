import type { Passage } from '../pipeline/pipeline.ts'

type Annotations = Readonly<Record<string, string>>

const DECISION = 'authorization.k8s.io/decision'
const BY_CLUSTER = { 'haetae.io/authorizer': 'cluster' }
const ALLOWED: Annotations = { [DECISION]: 'allow', ...BY_CLUSTER }

/**
 * Answers that an API server gives only behind its authorization, and no kind of it: "authorized requests" go on to
 * admission, validation and storage (Kubernetes documentation, "Controlling Access to the Kubernetes API"). Left out are
 * those that also come before it or instead of it: 401, 403, 408, 429 and all of 5xx.
 */
const BEHIND_AUTHORIZATION = new Set([400, 404, 405, 406, 409, 410, 412, 413, 415, 422])

/** Of what an API server refuses, no more is read. */
export const REFUSAL_BYTES = 64 * 1024

/**
 * Records what an answer of the API server behind tells of its decision: where it decides alone, whatever it tells; where
 * authorizers of the gate have allowed, only that it forbids all the same, which then is the decision.
 *
 * @param body - of a 403; else not looked at
 */
export function recordBehind(
  { attributes, trace, isDecidedBehind }: Passage,
  status: number,
  body: Buffer,
): void {
  // What is proxied to may write what it likes.
  if (status === 403 && attributes.subresource === 'proxy') return
  const decision = status === 403 ? refusedBehind(attributes.user.name, body) : allowedBehind(status)
  if (decision === undefined) return
  if (isDecidedBehind === true) trace.annotate(decision)
  else if (decision[DECISION] === 'forbid') trace.overrule(decision)
}

/**
 * What the answer of an API server that decides alone tells of its decision, for an event of the gate: the annotation that
 * the API server's own event has. Why it allows, it tells nobody but its own log.
 *
 * @returns undefined where the status does not tell
 */
export function allowedBehind(status: number): Annotations | undefined {
  const isAllowed = (status > 100 && status < 400) || BEHIND_AUTHORIZATION.has(status)
  return isAllowed ? ALLOWED : undefined
}

/**
 * The same of a 403: authorization says so, but also admission, and the guard of roles. A Status in protobuf has the same
 * text in it.
 *
 * @param user - who acts
 * @param body - of the answer
 */
export function refusedBehind(user: string, body: Buffer): Annotations | undefined {
  if (body.length === 0 || body.length >= REFUSAL_BYTES) return undefined
  const text = body.toString('utf8')
  // The gate's own credential is meant.
  if (text.includes(' cannot impersonate ')) return undefined
  const message = messageOf(text)
  const wasRefused = FORBIDDEN.exec(message ?? text)
  if (wasRefused === null) return /"reason":"Forbidden"|Forbidden/.test(text) ? ALLOWED : undefined
  if (!(message ?? text).includes(`User ${JSON.stringify(user)} cannot `)) return undefined
  const reason = message === undefined ? undefined : REASON.exec(message)?.[1]
  return {
    [DECISION]: 'forbid',
    ...(message !== undefined && { 'authorization.k8s.io/reason': reason ?? '' }),
    ...BY_CLUSTER,
  }
}

/** `pods is forbidden: User "jane" cannot list resource …`, `forbidden: User "jane" cannot get path …` */
const FORBIDDEN = /forbidden: User "(?:[^"\\]|\\.)*" cannot /
const REASON = /(?: at the cluster scope| in the namespace "[^"]*"| cannot \S+ path "[^"]*"): (.*)$/s

function messageOf(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text)
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}
