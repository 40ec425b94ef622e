import type { Bindings } from '../../../../cel/index.ts'
import type { Operation } from '../../stage.ts'
import { meetsConditions } from '../conditions.ts'
import type { PolicyNotes } from '../notes.ts'
import { type Evaluation, type Expression, OutOfBudget, POLICY_BUDGET, Round } from '../round.ts'
import type { ValidatingPolicy, Validation } from './validating-policy.ts'

/** What speaks against a request. */
export interface Objection {
  /** Which of the policy's validations it is from; 0 where it is from none. */
  readonly index: number
  readonly message: string
  /** As in a Status: `Invalid`, `Forbidden`. */
  readonly reason: string
  /** How long its expression took. */
  readonly seconds: number
}

/** An error that the failure policy lets pass, or that of an audit annotation. */
export type Fault = Pick<Objection, 'message' | 'seconds'>

/** What a policy says of a request, with one parameter. */
export interface PolicyVerdict {
  readonly objections: readonly Objection[]
  /** Without the policy's name before the keys. */
  readonly annotations: readonly { readonly key: string; readonly value: string }[]
  /** Errors of audit annotations, which refuse the request whatever the binding's actions. */
  readonly annotationErrors: readonly Fault[]
  /** What would be objections if errors refused. */
  readonly passed: readonly Fault[]
}

/** "the messageExpression … must evaluate to a string"; a longer or empty one, or one of several lines, is passed over. */
const MAX_MESSAGE = 5 * 1024

/**
 * Evaluates a policy (k8s.io/apiserver, "policy/validating/validator.go").
 *
 * @param isFailing - whether errors refuse: the failure policy `Fail`
 */
export function decide(
  { name, policy, isFailing }: Decided,
  bindings: Bindings,
  operation: Operation,
  notes: PolicyNotes,
): PolicyVerdict {
  const failed = (message: string): PolicyVerdict => {
    const fault = { index: 0, message, reason: '', seconds: 0 }
    return { ...NOTHING, ...(isFailing ? { objections: [fault] } : { passed: [fault] }) }
  }
  const meets = meetsConditions(policy, bindings, name, operation, notes)
  if (meets === false) return NOTHING
  if (meets !== true) return failed(meets.error)
  try {
    const { objections, passed } = validate(policy, bindings, isFailing, notes)
    return { objections, passed, ...annotate(policy, bindings, isFailing, notes) }
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    return failed(error.message)
  }
}

/** What is decided by. */
interface Decided {
  readonly name: string
  readonly policy: ValidatingPolicy
  readonly isFailing: boolean
}

const NOTHING: PolicyVerdict = { objections: [], annotations: [], annotationErrors: [], passed: [] }

function validate(
  policy: ValidatingPolicy,
  bindings: Bindings,
  isFailing: boolean,
  notes: PolicyNotes,
): Pick<PolicyVerdict, 'objections' | 'passed'> {
  const round = new Round(policy.composition, bindings, POLICY_BUDGET)
  const results = policy.validations.map((validation) => ({
    validation,
    ...timed(round, validation.expression, notes),
  }))
  const messages = evaluateMessages(policy, bindings, round.left)
  const objections: Objection[] = []
  const passed: Objection[] = []
  const errors = isFailing ? objections : passed
  for (const [index, { validation, result, seconds }] of results.entries()) {
    if ('error' in result) errors.push({ index, message: result.error, reason: '', seconds })
    else if (messages instanceof OutOfBudget)
      errors.push({ index, message: `failed messageExpression: ${messages.message}`, reason: '', seconds })
    else if (result.value !== true)
      objections.push({
        index,
        message: messageOf(validation, messages[index]),
        reason: validation.reason,
        seconds,
      })
  }
  return { objections, passed }
}

function timed(
  round: Round,
  expression: Expression,
  { now }: PolicyNotes,
): { readonly result: Evaluation; readonly seconds: number } {
  const begin = now()
  const result = round.evaluate(expression)
  return { result, seconds: (now() - begin) / 1000 }
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
  notes: PolicyNotes,
): Pick<PolicyVerdict, 'annotations' | 'annotationErrors'> {
  const { authorizer: _, 'authorizer.requestResource': __, ...rest } = bindings
  const round = new Round(composition, rest, POLICY_BUDGET)
  const annotations: { key: string; value: string }[] = []
  const annotationErrors: Fault[] = []
  for (const { key, expression } of auditAnnotations) {
    const { result, seconds } = timed(round, expression, notes)
    if ('error' in result) {
      if (isFailing) annotationErrors.push({ message: result.error, seconds })
    } else if (typeof result.value === 'string') {
      const value = result.value.trim()
      if (value !== '') annotations.push({ key, value })
    }
  }
  return { annotations, annotationErrors }
}
