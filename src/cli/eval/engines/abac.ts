import {
  type AbacAuthorizer,
  abacMessages,
  createAbacAuthorizer,
  loadAbacPolicies,
} from '../../../api-access/authorization/index.ts'
import { createRenderer } from '../../../messages/index.ts'
import { REQUEST_SCHEMA, type RequestJson } from '../../audit/audited-request.ts'
import { authorizationRequest } from '../authorization-request.ts'
import { type Engine, RequestError } from '../engine.ts'

interface Request {
  readonly policy: string
  readonly request: RequestJson
}

/** Reasons are in Kubernetes' words, the same in every language. */
const render = createRenderer([abacMessages], 'en')

/** `haetae eval abac`: one request before the lines of an ABAC policy file. */
export const engine: Engine<Request> = {
  request: {
    type: 'object',
    required: ['policy', 'request'],
    additionalProperties: false,
    properties: {
      policy: { type: 'string', description: 'the text of an ABAC policy file, one policy a line' },
      request: REQUEST_SCHEMA,
    },
  },
  answer: {
    type: 'object',
    required: ['decision', 'reason'],
    additionalProperties: false,
    properties: {
      decision: { enum: ['allow', 'no-opinion'] },
      reason: { type: 'string', description: "in Kubernetes' words; empty where the request is allowed" },
    },
  },
  evaluate({ policy, request }) {
    const { verdict, reason } = authorizerOf(policy).authorize(authorizationRequest(request))
    return { decision: verdict, reason: render(reason) }
  },
}

export const messages = [abacMessages]

let previous: { readonly policy: string; readonly authorizer: AbacAuthorizer } | undefined

/** @throws RequestError `ERR_ABAC_POLICY` */
function authorizerOf(policy: string): AbacAuthorizer {
  if (previous?.policy === policy) return previous.authorizer
  const loaded = loadAbacPolicies(policy)
  if ('error' in loaded) throw new RequestError('ERR_ABAC_POLICY', loaded.error.message)
  previous = { policy, authorizer: createAbacAuthorizer(loaded.policies) }
  return previous.authorizer
}
