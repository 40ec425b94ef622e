import {
  auditPolicyMessages,
  decodePolicy,
  loadPolicy,
  validatePolicy,
} from '../../../api-access/audit/index.ts'
import type { Engine } from '../engine.ts'
import { ONE_POLICY, POLICY_PROPERTIES } from './audit-policy.ts'

interface Request {
  readonly policy?: Readonly<Record<string, unknown>>
  readonly policyText?: string
}

/** As Kubernetes words them; `type` is empty where the text could not be read as a policy. */
interface PolicyError {
  readonly field: string
  readonly type: string
  readonly message: string
}

/** `haetae eval audit-policy-validate`: a policy by validation alone, or a policy's text by the file loader. */
export const engine: Engine<Request> = {
  request: {
    type: 'object',
    oneOf: ONE_POLICY,
    additionalProperties: false,
    properties: POLICY_PROPERTIES,
  },
  answer: {
    type: 'object',
    required: ['valid', 'errors'],
    additionalProperties: false,
    properties: {
      valid: { type: 'boolean' },
      errors: {
        type: 'array',
        items: {
          type: 'object',
          required: ['field', 'type', 'message'],
          additionalProperties: false,
          properties: { field: { type: 'string' }, type: { type: 'string' }, message: { type: 'string' } },
        },
      },
    },
  },
  evaluate({ policy, policyText }) {
    const errors = policyText === undefined ? errorsOf(policy ?? {}) : errorsOfText(policyText)
    return {
      valid: errors.length === 0,
      errors: errors.map(({ field, type, message }) => ({ field, type, message })),
    }
  },
}

export const messages = [auditPolicyMessages]

function errorsOf(policy: Readonly<Record<string, unknown>>): readonly PolicyError[] {
  const decoded = decodePolicy(policy)
  if ('error' in decoded) return [{ field: '', type: '', message: decoded.error }]
  return validatePolicy(decoded.policy)
}

function errorsOfText(text: string): readonly PolicyError[] {
  const loaded = loadPolicy(text)
  return 'errors' in loaded ? loaded.errors : []
}
