import {
  type AccessAnswer,
  type AccessQuestion,
  admissionEnvironment,
  compileMatchConditions,
  type MatchResult,
  withDecisions,
} from '../../../cel/index.ts'
import { attributesOf, policyBindings } from '../policy/policy-bindings.ts'
import type { AdmissionRequest, AdmissionSurroundings } from '../stage.ts'
import type { WebhookCalls } from './call-webhook.ts'
import type { Webhook } from './definitions.ts'

type Conditions = ReturnType<typeof compileMatchConditions>

const compiled = new WeakMap<Webhook, Conditions>()

/**
 * Whether a webhook's `matchConditions` let it be called; `error` where one erred and none was false, and the webhook's
 * failure policy is `Fail`.
 */
export async function meetsConditions(
  webhook: Webhook,
  request: AdmissionRequest,
  { authorize }: AdmissionSurroundings,
  isMutating: boolean,
  { onConditions }: WebhookCalls,
): Promise<boolean | { readonly error: string }> {
  if (webhook.matchConditions.length === 0) return true
  const begin = performance.now()
  const conditions =
    compiled.get(webhook) ?? compileMatchConditions(webhook.matchConditions, admissionEnvironment)
  compiled.set(webhook, conditions)
  const result = 'problems' in conditions ? failed(conditions) : await match(conditions, request, authorize)
  onConditions?.({
    name: webhook.name,
    kind: 'webhook',
    type: isMutating ? 'admit' : 'validating',
    operation: request.operation,
    seconds: (performance.now() - begin) / 1000,
    errors: result.erred,
    isExcluded: 'matches' in result ? !result.matches : webhook.ignoresFailure,
  })
  if ('matches' in result) return result.matches
  if (webhook.ignoresFailure) return false
  const messages = result.errors.map(({ message }) => message)
  return { error: messages.length === 1 ? messages.join('') : `[${messages.join(', ')}]` }
}

function failed({ problems }: Extract<Conditions, { problems: unknown }>): MatchResult {
  return {
    erred: problems.length,
    errors: problems.map(({ index, message }) => ({
      condition: String(index),
      message: `compilation error: ${message}`,
    })),
  }
}

function match(
  { conditions }: Extract<Conditions, { conditions: unknown }>,
  request: AdmissionRequest,
  authorize: AdmissionSurroundings['authorize'],
): Promise<MatchResult> {
  const answer = async (question: AccessQuestion): Promise<AccessAnswer> => ({
    allowed: (await authorize(attributesOf(question))).verdict === 'allow',
    reason: '',
  })
  // "namespaceObject is not available to matchConditions".
  return withDecisions(answer, (ask) => conditions.match(policyBindings(request, undefined, ask)))
}
