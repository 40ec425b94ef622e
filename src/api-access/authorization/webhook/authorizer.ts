import { setTimeout as sleep } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { MatchConditions } from '../../../cel/index.ts'
import { type ClusterAnswer, type ClusterClient, ClusterError, stringOf } from '../../../kubernetes/index.ts'
import type { Message } from '../../../messages/index.ts'
import type { Decision, RequestAttributes } from '../../request/index.ts'
import type { Authorizer } from '../authorizer.ts'
import { type AccessReviewVersion, accessReviewSpec, matchedRequest } from '../reviews/index.ts'
import { webhookMessages } from './messages.ts'
import type { CallResult, WebhookObserver } from './observer.ts'

const { make } = webhookMessages

export interface WebhookOptions {
  /** Of the authorizer in its configuration; `Webhook` for the one of the flags. */
  readonly name: string
  /** Of the kubeconfig whose cluster is the webhook. */
  readonly client: Pick<ClusterClient, 'request'>
  readonly version: AccessReviewVersion
  /** How long what the webhook allowed is remembered. */
  readonly authorizedSeconds: number
  /** How long what it did not allow is remembered. */
  readonly unauthorizedSeconds: number
  /** Of each try. */
  readonly timeoutSeconds: number
  /** What a webhook that cannot be asked has said. */
  readonly failurePolicy: 'NoOpinion' | 'Deny'
  /** Only requests that meet them are sent. */
  readonly matchConditions?: MatchConditions
  /** For metrics. */
  readonly observer?: WebhookObserver
  /** Waits before the next try; for tests. */
  readonly pause?: (milliseconds: number) => Promise<unknown>
  /** Milliseconds on any clock that only goes forward. */
  readonly now?: () => number
}

const REMEMBERED = 8192

/** "If the requester-controlled attributes are too large, this may be a DoS attempt, so we skip the cache." */
const LONGEST_REMEMBERED = 10_000

/** As client-go's webhook: half a second, and half as long again each time; five tries. */
const PAUSES = [500, 750, 1_125, 1_688]

/** Question about the same that come together are one. */
const ASKED_AT_ONCE = 4096

/** The authorizer `Webhook` (Kubernetes documentation, "Webhook Mode"): asks a service by SubjectAccessReview. */
export function createWebhookAuthorizer(options: WebhookOptions): Authorizer {
  const { name, matchConditions, observer, now = () => performance.now() } = options
  const remembered = new LRUCache<string, { readonly decision: Decision; readonly until: number }>({
    max: REMEMBERED,
  })
  const asked = new Map<string, Promise<Decision>>()

  async function ask(key: string, spec: object, attributes: RequestAttributes): Promise<Decision> {
    const answer = await send(options, spec, now)
    if (!('decision' in answer)) {
      if (options.failurePolicy === 'NoOpinion') observer?.failedOpen(name, answer.result)
      return onFailure(options, answer.fault)
    }
    const { decision } = answer
    const seconds = decision.verdict === 'allow' ? options.authorizedSeconds : options.unauthorizedSeconds
    if (lengthOf(attributes) < LONGEST_REMEMBERED)
      remembered.set(key, { decision, until: now() + seconds * 1000 })
    return decision
  }

  return {
    name,
    authorize(attributes) {
      const begin = now()
      const matched = matchConditions?.match({ request: matchedRequest(attributes) })
      if (matched !== undefined)
        observer?.conditions(name, {
          seconds: (now() - begin) / 1000,
          hasErred: matched.erred > 0,
          isExcluded: 'matches' in matched && !matched.matches,
        })
      if (matched !== undefined && 'errors' in matched) {
        const errors = matched.errors.map(({ message }) => message)
        return onFailure(options, make.conditions({ webhook: name, errors }))
      }
      if (matched?.matches === false) return NOT_ASKED
      const spec = accessReviewSpec(attributes, options.version)
      const key = JSON.stringify(spec)
      const known = remembered.get(key)
      if (known !== undefined && now() < known.until) return known.decision
      const pending = asked.get(key)
      if (pending !== undefined) return pending
      const question = ask(key, spec, attributes).finally(() => asked.delete(key))
      if (asked.size < ASKED_AT_ONCE) asked.set(key, question)
      return question
    },
    rulesFor: () => ({
      resourceRules: [],
      nonResourceRules: [],
      incomplete: true,
      evaluationError: 'webhook authorizer does not support user rule resolution',
    }),
  }
}

const NOT_ASKED: Decision = { verdict: 'no-opinion', reason: make['not-asked']({}) }

function onFailure({ failurePolicy }: WebhookOptions, reason: Message): Decision {
  return { verdict: failurePolicy === 'Deny' ? 'deny' : 'no-opinion', reason, hasErred: true }
}

async function send(
  { client, version, timeoutSeconds, name, observer, pause = sleep }: WebhookOptions,
  spec: object,
  now: () => number,
): Promise<{ readonly decision: Decision } | { readonly fault: Message; readonly result: CallResult }> {
  const body = { apiVersion: `authorization.k8s.io/${version}`, kind: 'SubjectAccessReview', spec }
  const request = { method: 'POST', path: '', body, timeoutSeconds } as const
  for (let tried = 0; ; tried++) {
    const begin = now()
    const answer = await client.request(request).catch((error: unknown) => {
      if (error instanceof ClusterError) return error
      throw error
    })
    const outcome = outcomeOf(answer, name)
    const result = 'decision' in outcome ? 'success' : isTimeout(answer) ? 'timeout' : 'error'
    observer?.called(name, result, (now() - begin) / 1000)
    const wait = PAUSES[tried]
    if (wait === undefined || !mayBeBetterLater(answer)) return { ...outcome, result }
    await pause(wait)
  }
}

function isTimeout(answer: ClusterAnswer | ClusterError): boolean {
  return answer instanceof ClusterError ? answer.code === 'ERR_CLUSTER_TIMEOUT' : answer.status === 504
}

function mayBeBetterLater(answer: ClusterAnswer | ClusterError): boolean {
  if (answer instanceof ClusterError)
    return answer.code === 'ERR_CLUSTER_UNREACHABLE' || answer.code === 'ERR_CLUSTER_TIMEOUT'
  return answer.status === 429 || answer.status >= 500
}

function outcomeOf(
  answer: ClusterAnswer | ClusterError,
  webhook: string,
): { readonly decision: Decision } | { readonly fault: Message } {
  if (answer instanceof ClusterError) return { fault: make.unavailable({ webhook, reason: answer.code }) }
  if (answer.status < 200 || answer.status > 299)
    return { fault: make.unavailable({ webhook, reason: `HTTP ${answer.status}` }) }
  const { kind, status } = (answer.body ?? {}) as { readonly kind?: unknown; readonly status?: unknown }
  if (kind !== 'SubjectAccessReview' || typeof status !== 'object' || status === null)
    return { fault: make.malformed({ webhook }) }
  const { allowed, denied, reason } = status as Readonly<Record<string, unknown>>
  // "webhook subject access review returned both allow and deny response": it is denied.
  const verdict = denied === true ? 'deny' : allowed === true ? 'allow' : 'no-opinion'
  return { decision: { verdict, reason: make.said({ said: stringOf(reason) }) } }
}

/** Of what the requester chooses. */
function lengthOf(attributes: RequestAttributes): number {
  const { namespace, verb, apiGroup, apiVersion, resource, subresource, name, path } = attributes
  return [namespace, verb, apiGroup, apiVersion, resource, subresource, name, path].join('').length
}
