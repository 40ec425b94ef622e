import {
  admissionRequestMessages,
  configurationMessages,
  evalPodSecurityAdmission,
  type PodSecurityAdmissionRequest,
} from '../../../pod-security/index.ts'
import { type Engine, RequestError } from '../engine.ts'
import { OBJECT_SCHEMA } from '../request-object.ts'

const LABELS = { type: ['object', 'null'], additionalProperties: { type: 'string' } }
const TEXT = { type: ['string', 'null'] }

/** `haetae eval pod-security-admission`: one request to the API server, as Pod Security Admission decides it. */
export const engine: Engine<PodSecurityAdmissionRequest> = {
  request: {
    type: 'object',
    required: ['request'],
    additionalProperties: false,
    properties: {
      config: {
        type: ['object', 'string', 'null'],
        description: 'a PodSecurityConfiguration, as an object or as the text of its file',
      },
      namespace: {
        type: ['object', 'null'],
        description: 'the namespace as it is stored; absent where there is none of that name',
        additionalProperties: false,
        properties: { name: TEXT, labels: LABELS },
      },
      request: {
        type: 'object',
        required: ['operation', 'kind', 'resource'],
        additionalProperties: false,
        properties: {
          operation: { enum: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] },
          kind: groupVersionAnd('kind'),
          resource: groupVersionAnd('resource'),
          subresource: TEXT,
          name: TEXT,
          namespace: TEXT,
          user: TEXT,
          object: { description: OBJECT_SCHEMA.description },
          oldObject: { description: OBJECT_SCHEMA.description },
          objectDecodeError: {
            ...TEXT,
            description: 'what a decoder had against an object that is not given',
          },
          oldObjectDecodeError: {
            ...TEXT,
            description: 'what a decoder had against an old object that is not given',
          },
        },
      },
      existingPods: {
        type: ['array', 'null'],
        description: 'for a request about a namespace: the pods in it',
      },
      maxPodsToCheck: { type: ['integer', 'null'], minimum: 0 },
    },
  },
  answer: {
    type: 'object',
    required: ['allowed', 'warnings', 'auditAnnotations'],
    additionalProperties: false,
    properties: {
      allowed: { type: 'boolean' },
      code: { type: 'integer', description: 'HTTP status of a denial' },
      message: { type: 'string', description: "the API server's words for a denial" },
      warnings: { type: 'array', items: { type: 'string' } },
      auditAnnotations: {
        type: 'object',
        description: 'keys without the prefix pod-security.kubernetes.io/',
        additionalProperties: { type: 'string' },
      },
    },
  },
  evaluate(request) {
    const answer = evalPodSecurityAdmission(request)
    if ('error' in answer) throw new RequestError(ERROR_CODES[answer.error.code], answer.error.message)
    return answer
  },
}

const ERROR_CODES = {
  'invalid-configuration': 'ERR_INVALID_CONFIGURATION',
  'invalid-existing-pod': 'ERR_INVALID_EXISTING_POD',
} as const

export const messages = [admissionRequestMessages, configurationMessages]

function groupVersionAnd(name: 'kind' | 'resource'): object {
  return {
    type: 'object',
    required: ['group', 'version', name],
    additionalProperties: false,
    properties: { group: { type: 'string' }, version: { type: 'string' }, [name]: { type: 'string' } },
  }
}
