import type { Render } from '../../../messages/index.ts'
import { type Authorizer, answerReview } from '../../authorization/index.ts'
import { failureAnswer, type LocalHandler, objectAnswer } from '../carrier/local.ts'
import { failure } from '../pipeline/status.ts'
import { isProtobuf, parseBody } from '../trail/body.ts'

const REVIEWS: Readonly<Record<string, ReadonlySet<string>>> = {
  'authorization.k8s.io': new Set([
    'subjectaccessreviews',
    'localsubjectaccessreviews',
    'selfsubjectaccessreviews',
    'selfsubjectrulesreviews',
  ]),
  'authentication.k8s.io': new Set(['selfsubjectreviews']),
}

/**
 * Answers access reviews by the authorizers that the gate's own requests pass. Those in protobuf go on: the cluster
 * behind answers them for itself.
 */
export function reviewsEndpoint(authorizer: Authorizer, render: Render): LocalHandler {
  return reviews(authorizer, render, () => true)
}

/**
 * Answers SelfSubjectReviews alone, where the cluster behind decides and answers all others: who somebody is, the gate
 * knows, and an API server before 1.26 has no such review.
 */
export function selfReviewEndpoint(authorize: Authorizer['authorize'], render: Render): LocalHandler {
  const isAboutWho = (group: string) => group === 'authentication.k8s.io'
  return reviews({ name: 'cluster', authorize }, render, isAboutWho)
}

function reviews(
  authorizer: Authorizer,
  render: Render,
  isAnswered: (group: string) => boolean,
): LocalHandler {
  return ({ info, attributes }, body) => {
    if (info.verb !== 'create' || REVIEWS[info.apiGroup]?.has(info.resource) !== true) return undefined
    if (!isAnswered(info.apiGroup)) return undefined
    if (body === undefined || isProtobuf(body.contentType)) return undefined
    return answer(parseBody(body.data, body.contentType))

    async function answer(review: unknown) {
      const { user } = attributes
      const said = await answerReview(review, { authorizer, user, namespace: info.namespace, render })
      if (said.status === 201) return objectAnswer(201, said.body)
      return failureAnswer(failure(said.status, said.reason, said.message, said.details))
    }
  }
}
