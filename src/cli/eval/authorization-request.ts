import type { RequestAttributes, SelectorRequirement } from '../../api-access/request/index.ts'
import { auditedRequest, type RequestJson } from '../audit/audited-request.ts'

/** What a request's selectors ask for, in the form of authorization.k8s.io/v1. */
export interface SelectorsJson {
  readonly fieldSelector?: readonly SelectorRequirement[]
  readonly labelSelector?: readonly SelectorRequirement[]
}

const SELECTOR = {
  type: 'array',
  items: {
    type: 'object',
    required: ['key', 'operator', 'values'],
    additionalProperties: false,
    properties: {
      key: { type: 'string' },
      operator: { enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] },
      values: { type: 'array', items: { type: 'string' } },
    },
  },
}

/** JSON Schema of `SelectorsJson`. */
export const SELECTOR_PROPERTIES = { fieldSelector: SELECTOR, labelSelector: SELECTOR }

/** A request's attributes from its JSON; without a user it is nobody's, with neither name nor groups. */
export function authorizationRequest(given: RequestJson & SelectorsJson): RequestAttributes {
  const { user, ...attributes } = auditedRequest(given)
  const { fieldSelector, labelSelector } = given
  return {
    ...attributes,
    user: user ?? { name: '', groups: [] },
    ...(fieldSelector && { fieldSelector }),
    ...(labelSelector && { labelSelector }),
  }
}
