import { createRenderer, errorText, type MessageSet, type Render } from '../../../messages/index.ts'
import type { Decision, RequestAttributes, User } from '../../request/index.ts'
import { abacMessages } from '../abac/index.ts'
import type { Authorizer, NonResourceRule, ResourceRule, SubjectRules } from '../authorizer.ts'
import { nodeMessages } from '../node/index.ts'
import { aggregateText, PRIVILEGED_GROUP, rbacMessages } from '../rbac/index.ts'
import { webhookMessages } from '../webhook/index.ts'
import { chainMessages } from './messages.ts'

const { make } = chainMessages

/** All that the authorizers of this room may say. */
export const authorizationMessages: readonly MessageSet[] = [
  abacMessages,
  chainMessages,
  nodeMessages,
  rbacMessages,
  webhookMessages,
]

const PRIVILEGED: Decision = { verdict: 'allow', reason: make['not-told']({}), by: PRIVILEGED_GROUP }

/**
 * Several authorizers as one: "each is checked in sequence. If any authorizer approves or denies a request, that
 * decision is immediately returned and no other authorizer is consulted. If all modules have no opinion on the request,
 * then the request is denied" (Kubernetes documentation, "Authorization"); the reasons of all are then told.
 *
 * A decision names the authorizer that made it (`by`). Members of `system:masters` pass before any is asked, as through the API server's own. An authorizer that throws has
 * no opinion, and its error is told.
 *
 * @param messages - what renders the reasons of authorizers that are not of this room
 */
export function createAuthorizerChain(
  authorizers: readonly Authorizer[],
  messages: readonly MessageSet[] = [],
): Authorizer {
  const render = createRenderer([...authorizationMessages, ...messages], 'en')
  return {
    name: authorizers.map(({ name }) => name).join(','),
    authorize(attributes) {
      if (attributes.user.groups.includes(PRIVILEGED_GROUP)) return PRIVILEGED
      return askFrom(0, authorizers, attributes, { texts: [], hasErred: false }, render)
    },
    rulesFor: (user, namespace) => rulesFor(authorizers, user, namespace),
  }
}

/** Of authorizers without an opinion. */
interface Reasons {
  readonly texts: string[]
  hasErred: boolean
}

function erredOf(hasErred: boolean | undefined): Pick<Decision, 'hasErred'> {
  return hasErred === true ? { hasErred } : {}
}

/** Waits only where an authorizer does. @param reasons - of those that were asked already; is added to */
function askFrom(
  start: number,
  authorizers: readonly Authorizer[],
  attributes: RequestAttributes,
  reasons: Reasons,
  render: Render,
): Decision | Promise<Decision> {
  for (let index = start; index < authorizers.length; index++) {
    const authorizer = authorizers[index] as Authorizer
    const answer = ask(authorizer, attributes)
    if (answer instanceof Promise)
      return answer.then(
        (decision) =>
          takeOpinion(authorizer, decision, reasons, render) ??
          askFrom(index + 1, authorizers, attributes, reasons, render),
      )
    const opinion = takeOpinion(authorizer, answer, reasons, render)
    if (opinion !== undefined) return opinion
  }
  return {
    verdict: 'no-opinion',
    reason: make.reasons({ reasons: reasons.texts }),
    ...erredOf(reasons.hasErred),
  }
}

function takeOpinion(
  { name }: Authorizer,
  { verdict, reason, hasErred }: Decision,
  reasons: Reasons,
  render: Render,
): Decision | undefined {
  if (verdict !== 'no-opinion') return { verdict, reason, by: name, ...erredOf(hasErred) }
  if (hasErred === true) reasons.hasErred = true
  const said = render(reason)
  if (said !== '') reasons.texts.push(said)
  return undefined
}

function ask(authorizer: Authorizer, attributes: RequestAttributes): Decision | Promise<Decision> {
  try {
    const answer = authorizer.authorize(attributes)
    return answer instanceof Promise ? answer.catch((error: unknown) => failed(authorizer, error)) : answer
  } catch (error) {
    return failed(authorizer, error)
  }
}

function failed({ name }: Authorizer, error: unknown): Decision {
  const reason = errorText(error)
  return { verdict: 'no-opinion', reason: make.failed({ authorizer: name, reason }), hasErred: true }
}

/** What all of them say together; one that cannot tell makes the list incomplete. */
async function rulesFor(
  authorizers: readonly Authorizer[],
  user: User,
  namespace: string,
): Promise<SubjectRules> {
  const resourceRules: ResourceRule[] = []
  const nonResourceRules: NonResourceRule[] = []
  const errors: string[] = []
  let incomplete = false
  for (const authorizer of authorizers) {
    const rules = await authorizer.rulesFor?.(user, namespace)
    if (rules === undefined) {
      incomplete = true
      errors.push(`${authorizer.name} does not support user rule resolution`)
      continue
    }
    resourceRules.push(...rules.resourceRules)
    nonResourceRules.push(...rules.nonResourceRules)
    incomplete ||= rules.incomplete
    if (rules.evaluationError !== undefined) errors.push(rules.evaluationError)
  }
  const evaluationError = errors.length > 0 ? { evaluationError: aggregateText(errors) } : {}
  return { resourceRules, nonResourceRules, incomplete, ...evaluationError }
}
