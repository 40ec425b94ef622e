import { schemaMessages } from '../../../kubernetes/index.ts'
import {
  evalPodSecurityPolicy,
  type PolicyRequest,
  policyRequestMessages,
} from '../../../pod-security/index.ts'
import { type Engine, RequestError } from '../engine.ts'
import { OBJECT_SCHEMA } from '../request-object.ts'

/** `haetae eval pod-security-policy`: one pod by PodSecurityPolicies, as Kubernetes 1.20 defaults and judges it. */
export const engine: Engine<PolicyRequest> = {
  request: {
    type: 'object',
    required: ['policies', 'operation', 'pod'],
    additionalProperties: false,
    properties: {
      policies: { type: 'array', items: { ...OBJECT_SCHEMA, description: 'a PodSecurityPolicy' } },
      operation: { enum: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] },
      pod: { ...OBJECT_SCHEMA, description: 'a Pod' },
      oldPod: { type: ['object', 'null'], description: 'for UPDATE: the pod before' },
      authorized: {
        type: ['array', 'null'],
        items: { type: 'string' },
        description: 'names of the policies that may be used; absent: all',
      },
      mutate: {
        type: ['boolean', 'null'],
        description: 'false: judge the pod as it stands, default nothing',
      },
    },
  },
  answer: {
    type: 'object',
    required: ['allowed', 'policy', 'pod', 'errors', 'auditAnnotations'],
    additionalProperties: false,
    properties: {
      allowed: { type: 'boolean' },
      policy: { type: ['string', 'null'], description: 'the policy by which the pod is allowed' },
      pod: { ...OBJECT_SCHEMA, description: 'the pod as mutated' },
      errors: {
        type: 'array',
        description: 'of every policy tried, in the order of trial',
        items: {
          type: 'object',
          required: ['field', 'type', 'message'],
          additionalProperties: false,
          properties: { field: { type: 'string' }, type: { type: 'string' }, message: { type: 'string' } },
        },
      },
      auditAnnotations: { type: 'object', additionalProperties: { type: 'string' } },
    },
  },
  evaluate(request) {
    const answer = evalPodSecurityPolicy(request)
    if ('error' in answer) throw new RequestError(ERROR_CODES[answer.error.code], answer.error.message)
    return answer
  },
}

const ERROR_CODES = {
  'not-a-pod': 'ERR_NOT_A_POD',
  'not-a-policy': 'ERR_NOT_A_POLICY',
  'field-type': 'ERR_FIELD_TYPE',
} as const

export const messages = [policyRequestMessages, schemaMessages]
