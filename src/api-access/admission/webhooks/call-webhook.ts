import { randomUUID } from 'node:crypto'
import { goQuote, stringOf } from '../../../kubernetes/index.ts'
import { errorText } from '../../../messages/index.ts'
import type { ConditionsEnding } from '../policy/notes.ts'
import { badRequest } from '../refusals.ts'
import type { AdmissionRequest, Operation, Refusal } from '../stage.ts'
import type { WebhookCaller } from './caller.ts'
import type { Webhook } from './definitions.ts'
import { responseOf, reviewOf, type WebhookResponse } from './review-exchange.ts'

/** How a call went. `failure`: the webhook did not answer, and its `failurePolicy` decides. */
export interface CallOutcome {
  readonly response?: WebhookResponse
  readonly refusal?: Refusal
  readonly failure?: string
}

/** How a call ended, for metrics; the words are those of the API server's labels. */
export interface WebhookEnding {
  readonly name: string
  readonly type: 'admit' | 'validating'
  readonly operation: Operation
  readonly seconds: number
  readonly error: 'no_error' | 'calling_webhook_error' | 'apiserver_internal_error'
  readonly isRefused: boolean
  /** HTTP status: 200, the refusal's, or of a call that failed; 0 where it came to no call. */
  readonly code: number
}

/** Carries calls, and is told of their endings. */
export interface WebhookCalls {
  readonly caller: WebhookCaller
  readonly onEnd?: (ending: WebhookEnding) => void
  readonly onConditions?: (ending: ConditionsEnding) => void
}

/**
 * Calls a webhook with a request and checks its answer.
 *
 * @param sent - as its rules ask for it; @param given - as the client sent it
 */
export async function callWebhook(
  webhook: Webhook,
  sent: AdmissionRequest,
  given: AdmissionRequest,
  isMutating: boolean,
  { caller, onEnd }: WebhookCalls,
): Promise<CallOutcome> {
  const begin = performance.now()
  const outcome = await exchange(webhook, sent, given, isMutating, caller)
  onEnd?.({
    name: webhook.name,
    type: isMutating ? 'admit' : 'validating',
    operation: given.operation,
    seconds: (performance.now() - begin) / 1000,
    ...endingOf(outcome, webhook),
  })
  return outcome
}

/** Of a call that came to no answer the API server says 503. */
function endingOf(
  { failure, refusal, response }: CallOutcome,
  { ignoresFailure }: Webhook,
): Pick<WebhookEnding, 'error' | 'isRefused' | 'code'> {
  if (failure !== undefined) return { error: 'calling_webhook_error', isRefused: !ignoresFailure, code: 503 }
  if (refusal === undefined) return { error: 'no_error', isRefused: false, code: 200 }
  if (response === undefined) return { error: 'apiserver_internal_error', isRefused: true, code: 0 }
  return { error: 'no_error', isRefused: true, code: refusal.code }
}

async function exchange(
  webhook: Webhook,
  sent: AdmissionRequest,
  given: AdmissionRequest,
  isMutating: boolean,
  caller: WebhookCaller,
): Promise<CallOutcome> {
  const { name, sideEffects, reviewVersion, clientConfig, timeoutSeconds } = webhook
  const failed = (reason: string): CallOutcome => ({
    failure: `failed calling webhook ${goQuote(name)}: ${reason}`,
  })
  if (given.dryRun) {
    if (sideEffects === undefined) return failed('Webhook SideEffects is nil')
    if (sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun')
      return { refusal: badRequest(`admission webhook ${goQuote(name)} does not support dry run`) }
  }
  if (reviewVersion === undefined)
    return failed('webhook does not accept known AdmissionReview versions (v1, v1beta1)')
  const uid = randomUUID()
  try {
    const review = reviewOf(reviewVersion, uid, sent, given)
    const answer = await caller.call(clientConfig, review, timeoutSeconds)
    const response = responseOf(answer, reviewVersion, uid, isMutating)
    return response.allowed ? { response } : { response, refusal: refusalOf(name, response.status) }
  } catch (error) {
    return failed(errorText(error))
  }
}

/** "The custom status … is used to … customize the HTTP code and message"; never one that is no refusal. */
function refusalOf(name: string, { code, reason, message, details }: WebhookResponse['status']): Refusal {
  const deniedBy = `admission webhook ${goQuote(name)} denied the request`
  const why = [message, reason].find((each) => typeof each === 'string' && each !== '')
  return {
    code: typeof code === 'number' && code >= 400 && code < 600 ? code : 400,
    reason: stringOf(reason),
    message: why === undefined ? `${deniedBy} without explanation` : `${deniedBy}: ${String(why)}`,
    ...(typeof details === 'object' && details !== null && { details: details as Record<string, unknown> }),
  }
}

/** What a webhook adds to the audit log: "the API server will prefix the keys with the admission webhook name". */
export function annotationsOf(webhook: Webhook, response: WebhookResponse): [string, string][] {
  return Object.entries(response.auditAnnotations)
    .filter(([key]) => !key.includes('/'))
    .map(([key, value]) => [`${webhook.name}/${key}`, value])
}
