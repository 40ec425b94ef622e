import type { Bindings } from '../../../../cel/index.ts'
import { meetsConditions } from '../conditions.ts'
import { type Evaluation, OutOfBudget, POLICY_BUDGET, Round } from '../round.ts'
import type { ValidatingPolicy, Validation } from './validating-policy.ts'

/** What speaks against a request. */
export interface Objection {
  /** Which of the policy's validations it is from; 0 where it is from none. */
  readonly index: number
  readonly message: string
  /** As in a Status: `Invalid`, `Forbidden`. */
  readonly reason: string
}

/** What a policy says of a request, with one parameter. */
export interface PolicyVerdict {
  readonly objections: readonly Objection[]
  /** Without the policy's name before the keys. */
  readonly annotations: readonly { readonly key: string; readonly value: string }[]
  /** Errors of audit annotations, which refuse the request whatever the binding's actions. */
  readonly annotationErrors: readonly string[]
}

/** "the messageExpression … must evaluate to a string"; a longer or empty one, or one of several lines, is passed over. */
const MAX_MESSAGE = 5 * 1024

/**
 * Evaluates a policy (k8s.io/apiserver, "policy/validating/validator.go").
 *
 * @param isFailing - whether errors refuse: the failure policy `Fail`
 */
export function decide(policy: ValidatingPolicy, bindings: Bindings, isFailing: boolean): PolicyVerdict {
  const failed = (message: string): PolicyVerdict => ({
    objections: isFailing ? [{ index: 0, message, reason: '' }] : [],
    annotations: [],
    annotationErrors: [],
  })
  const meets = meetsConditions(policy, bindings)
  if (meets === false) return { objections: [], annotations: [], annotationErrors: [] }
  if (meets !== true) return failed(meets.error)
  try {
    const objections = validate(policy, bindings, isFailing)
    return { objections, ...annotate(policy, bindings, isFailing) }
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    return failed(error.message)
  }
}

function validate(policy: ValidatingPolicy, bindings: Bindings, isFailing: boolean): Objection[] {
  const round = new Round(policy.composition, bindings, POLICY_BUDGET)
  const results = policy.validations.map(({ expression }) => round.evaluate(expression))
  const messages = evaluateMessages(policy, bindings, round.left)
  return policy.validations.flatMap((validation, index) => {
    const result = results[index]
    if (result === undefined) return []
    if ('error' in result) return isFailing ? [{ index, message: result.error, reason: '' }] : []
    if (messages instanceof OutOfBudget)
      return isFailing
        ? [{ index, message: `failed messageExpression: ${messages.message}`, reason: '' }]
        : []
    if (result.value === true) return []
    return [{ index, message: messageOf(validation, messages[index]), reason: validation.reason }]
  })
}

function evaluateMessages(
  { composition, validations }: ValidatingPolicy,
  bindings: Bindings,
  budget: number,
): readonly (Evaluation | undefined)[] | OutOfBudget {
  const { authorizer: _, 'authorizer.requestResource': __, ...rest } = bindings
  const round = new Round(composition, rest, budget)
  try {
    return validations.map(({ messageExpression }) =>
      messageExpression === undefined ? undefined : round.evaluate(messageExpression),
    )
  } catch (error) {
    if (error instanceof OutOfBudget) return error
    throw error
  }
}

function messageOf({ expression, message }: Validation, evaluated: Evaluation | undefined): string {
  const made = evaluated !== undefined && 'value' in evaluated ? evaluated.value : undefined
  const text = typeof made === 'string' ? made.trim() : ''
  if (text !== '' && Buffer.byteLength(text) <= MAX_MESSAGE && !text.includes('\n')) return text
  return message === '' ? `failed expression: ${expression.source.trim()}` : message
}

function annotate(
  { composition, auditAnnotations }: ValidatingPolicy,
  bindings: Bindings,
  isFailing: boolean,
): Pick<PolicyVerdict, 'annotations' | 'annotationErrors'> {
  const { authorizer: _, 'authorizer.requestResource': __, ...rest } = bindings
  const round = new Round(composition, rest, POLICY_BUDGET)
  const annotations: { key: string; value: string }[] = []
  const annotationErrors: string[] = []
  for (const { key, expression } of auditAnnotations) {
    const result = round.evaluate(expression)
    if ('error' in result) {
      if (isFailing) annotationErrors.push(result.error)
    } else if (typeof result.value === 'string') {
      const value = result.value.trim()
      if (value !== '') annotations.push({ key, value })
    }
  }
  return { annotations, annotationErrors }
}
