import {
  auditPolicyMessages,
  type CompiledPolicy,
  compilePolicy,
  decodePolicy,
  LEVELS,
  loadPolicy,
  type Policy,
  validatePolicy,
} from '../../../api-access/audit/index.ts'
import { auditedRequest, REQUEST_SCHEMA, type RequestJson } from '../../audit/audited-request.ts'
import { type Engine, RequestError } from '../engine.ts'

interface Request {
  readonly policy?: Readonly<Record<string, unknown>>
  readonly policyText?: string
  readonly request: RequestJson
}

const { make } = auditPolicyMessages

/** JSON Schema of the two ways to give a policy, of which a request has one. */
export const POLICY_PROPERTIES = {
  policy: { type: 'object', description: 'a Policy of audit.k8s.io, as JSON' },
  policyText: { type: 'string', description: 'the text of an audit policy file, YAML or JSON' },
}
export const ONE_POLICY = ['policy', 'policyText'].map((key) => ({
  required: [key],
  properties: { [key]: {} },
}))

/** `haetae eval audit-policy`: what an audit policy records of one request. */
export const engine: Engine<Request> = {
  request: {
    type: 'object',
    required: ['request'],
    oneOf: ONE_POLICY,
    additionalProperties: false,
    properties: {
      ...POLICY_PROPERTIES,
      request: REQUEST_SCHEMA,
    },
  },
  answer: {
    type: 'object',
    required: ['level', 'omitStages', 'omitManagedFields', 'rule'],
    additionalProperties: false,
    properties: {
      level: { enum: LEVELS },
      omitStages: { type: 'array', items: { type: 'string' }, description: 'in the order of time' },
      omitManagedFields: { type: 'boolean' },
      rule: { type: ['integer', 'null'], description: 'index of the rule that decided; null: none matched' },
    },
  },
  evaluate({ policy, policyText, request }) {
    return compiledPolicy(policy, policyText).decide(auditedRequest(request))
  },
}

export const messages = [auditPolicyMessages]

/** As many policies are kept compiled; a run of lines mostly has one or two. */
const KEPT_POLICIES = 16
const kept = new Map<string, CompiledPolicy>()

function compiledPolicy(
  policy: Readonly<Record<string, unknown>> | undefined,
  policyText: string | undefined,
): CompiledPolicy {
  const key = policyText === undefined ? `policy ${JSON.stringify(policy)}` : `text ${policyText}`
  const known = kept.get(key)
  if (known !== undefined) return known
  const compiled = compilePolicy(policyText === undefined ? policyOf(policy ?? {}) : loaded(policyText))
  if (kept.size >= KEPT_POLICIES) kept.clear()
  kept.set(key, compiled)
  return compiled
}

/** @throws RequestError `ERR_NOT_A_POLICY`, `ERR_INVALID_POLICY` */
function policyOf(value: Readonly<Record<string, unknown>>): Policy {
  const { apiVersion = 'audit.k8s.io/v1', kind = 'Policy' } = value
  if (kind !== 'Policy' || !String(apiVersion).startsWith('audit.k8s.io/'))
    throw new RequestError(
      'ERR_NOT_A_POLICY',
      make['not-a-policy']({ apiVersion: String(apiVersion), kind: String(kind) }),
    )
  const decoded = decodePolicy(value)
  if ('error' in decoded) throw invalid(decoded.error)
  const [error] = validatePolicy(decoded.policy)
  if (error !== undefined) throw invalid(error.message)
  return decoded.policy
}

function loaded(text: string): Policy {
  const result = loadPolicy(text)
  if ('errors' in result) throw invalid(result.errors[0].message)
  return result.policy
}

function invalid(error: string): RequestError {
  return new RequestError('ERR_INVALID_POLICY', make.rejected({ error }))
}
