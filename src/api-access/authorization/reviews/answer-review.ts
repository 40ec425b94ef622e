import { stringOf } from '../../../kubernetes/index.ts'
import type { Render } from '../../../messages/index.ts'
import type { User } from '../../request/index.ts'
import type { Authorizer, SubjectRules } from '../authorizer.ts'
import { badReview, invalidReview, type ReviewAnswer } from './answer.ts'
import { attributesOf, decodeReviewSpec } from './decode.ts'
import { accessReviewErrors, localErrors, subjectErrors } from './validate.ts'

type Body = Readonly<Record<string, unknown>>

/** What reviews are answered with and for whom. */
export interface ReviewContext {
  /** The chain that the gate's own requests pass. */
  readonly authorizer: Authorizer
  /** Who sends the review. */
  readonly user: User
  /** Of the request's URL; `''` where it has none. */
  readonly namespace: string
  /** For reasons, in the language of the API: English. */
  readonly render: Render
}

type Answering = (body: Body, context: ReviewContext) => Promise<ReviewAnswer> | ReviewAnswer

/** The kinds of reviews, and the versions in which each was ever served. */
const KINDS: ReadonlyMap<string, { readonly versions: readonly string[]; readonly answer: Answering }> =
  new Map([
    [
      'authorization.k8s.io/SubjectAccessReview',
      { versions: ['v1', 'v1beta1'], answer: subjectAccessReview },
    ],
    ['authorization.k8s.io/LocalSubjectAccessReview', { versions: ['v1', 'v1beta1'], answer: localReview }],
    ['authorization.k8s.io/SelfSubjectAccessReview', { versions: ['v1', 'v1beta1'], answer: selfReview }],
    ['authorization.k8s.io/SelfSubjectRulesReview', { versions: ['v1', 'v1beta1'], answer: rulesReview }],
    [
      'authentication.k8s.io/SelfSubjectReview',
      { versions: ['v1', 'v1beta1', 'v1alpha1'], answer: selfSubjectReview },
    ],
  ])

/**
 * Answers a review that was sent to be created: a SubjectAccessReview, LocalSubjectAccessReview,
 * SelfSubjectAccessReview or SelfSubjectRulesReview of authorization.k8s.io, or a SelfSubjectReview of
 * authentication.k8s.io.
 *
 * @param body - the JSON that was sent
 * @returns the object with its status, in the version that was sent
 * Source: Kubernetes documentation, "Authorization", "Checking API access"; kubernetes, `pkg/registry/authorization`.
 */
export function answerReview(body: unknown, context: ReviewContext): Promise<ReviewAnswer> | ReviewAnswer {
  const { apiVersion, kind, ...rest } = (body ?? {}) as Body
  const [group = '', version = ''] = typeof apiVersion === 'string' ? apiVersion.split('/') : []
  const known = KINDS.get(`${group}/${stringOf(kind)}`)
  if (known === undefined || !known.versions.includes(version))
    return badReview('the body is not a review of authorization.k8s.io or authentication.k8s.io')
  return known.answer({ apiVersion, kind, ...rest }, context)
}

async function subjectAccessReview(body: Body, context: ReviewContext): Promise<ReviewAnswer> {
  const spec = decodeReviewSpec(body)
  if (spec === undefined) return mistyped(body)
  const errors = subjectErrors(spec)
  if (errors.length > 0) return invalidReview('SubjectAccessReview', errors)
  return decided(body, context, attributesOf(spec, spec.user))
}

async function localReview(body: Body, context: ReviewContext): Promise<ReviewAnswer> {
  const spec = decodeReviewSpec(body)
  if (spec === undefined) return mistyped(body)
  const { namespace } = context
  if (namespace === '') return badReview('namespace is required on this type: ')
  const metadata = (body['metadata'] ?? {}) as { readonly namespace?: unknown }
  const stated = typeof metadata.namespace === 'string' ? metadata.namespace : ''
  const errors = localErrors(spec, stated === '' ? namespace : stated)
  if (errors.length > 0) return invalidReview('LocalSubjectAccessReview', errors)
  if (spec.resourceAttributes?.namespace !== namespace)
    return badReview(`spec.resourceAttributes.namespace must match namespace: ${namespace}`)
  return decided(body, context, attributesOf(spec, spec.user))
}

async function selfReview(body: Body, context: ReviewContext): Promise<ReviewAnswer> {
  const spec = decodeReviewSpec(body)
  if (spec === undefined) return mistyped(body)
  const errors = accessReviewErrors(spec)
  if (errors.length > 0) return invalidReview('SelfSubjectAccessReview', errors)
  return decided(body, context, attributesOf(spec, context.user))
}

async function decided(
  body: Body,
  { authorizer, render }: ReviewContext,
  attributes: Parameters<Authorizer['authorize']>[0],
): Promise<ReviewAnswer> {
  const { verdict, reason } = await authorizer.authorize(attributes)
  const said = render(reason)
  const status = {
    allowed: verdict === 'allow',
    ...(verdict === 'deny' && { denied: true }),
    ...(said !== '' && { reason: said }),
  }
  return { status: 201, body: { ...body, metadata: body['metadata'] ?? {}, status } }
}

async function rulesReview(body: Body, context: ReviewContext): Promise<ReviewAnswer> {
  const { namespace } = (body['spec'] ?? {}) as { readonly namespace?: unknown }
  if (typeof namespace !== 'string' || namespace === '') return badReview('no namespace on request')
  const rules = await context.authorizer.rulesFor?.(context.user, namespace)
  const { apiVersion, kind } = body
  return { status: 201, body: { apiVersion, kind, metadata: {}, spec: {}, status: rulesStatus(rules) } }
}

/** Lists that are empty but must be there are; those that may be absent are left out. */
function rulesStatus(rules: SubjectRules | undefined): Body {
  if (rules === undefined)
    return {
      resourceRules: [],
      nonResourceRules: [],
      incomplete: true,
      evaluationError: 'the authorizer does not support user rule resolution',
    }
  const { resourceRules, nonResourceRules, incomplete, evaluationError } = rules
  return {
    resourceRules: resourceRules.map(({ verbs, apiGroups, resources, resourceNames }) => ({
      verbs,
      apiGroups,
      resources,
      ...(resourceNames.length > 0 && { resourceNames }),
    })),
    nonResourceRules,
    incomplete,
    ...(evaluationError !== undefined && { evaluationError }),
  }
}

function selfSubjectReview({ apiVersion, kind }: Body, { user }: ReviewContext): ReviewAnswer {
  const { name, uid, groups, extra } = user
  const userInfo = {
    username: name,
    ...(uid !== undefined && { uid }),
    ...(groups.length > 0 && { groups }),
    ...(extra !== undefined && { extra }),
  }
  return { status: 201, body: { apiVersion, kind, metadata: {}, status: { userInfo } } }
}

function mistyped({ kind }: Body): ReviewAnswer {
  return badReview(`the object provided is unrecognized: a field of the ${String(kind)} has the wrong type`)
}
