import { readingMessages, schemaMessages } from '../../../kubernetes/index.ts'
import {
  evalPodSecurity,
  LEVELS,
  type Level,
  podSecurityRequestMessages,
} from '../../../pod-security/index.ts'
import { type Engine, RequestError } from '../engine.ts'
import { decodeRequestObject, OBJECT_SCHEMA } from '../request-object.ts'

interface Request {
  readonly level: Level
  readonly version: string
  readonly object: Readonly<Record<string, unknown>>
}

/** `haetae eval pod-security`: one pod or workload by one level and version of the Pod Security Standards. */
export const engine: Engine<Request> = {
  request: {
    type: 'object',
    required: ['level', 'version', 'object'],
    additionalProperties: false,
    properties: {
      level: { enum: LEVELS, description: 'level of the Pod Security Standards' },
      version: { type: 'string', description: '`latest` or `v1.0` to the newest minor version' },
      object: { ...OBJECT_SCHEMA, description: 'a Pod, or any workload that carries a pod template' },
    },
  },
  answer: {
    type: 'object',
    required: ['allowed', 'violations', 'message'],
    additionalProperties: false,
    properties: {
      allowed: { type: 'boolean' },
      violations: {
        type: 'array',
        description: "violated controls, in Kubernetes' own order",
        items: {
          type: 'object',
          required: ['check', 'reason', 'detail'],
          additionalProperties: false,
          properties: { check: { type: 'string' }, reason: { type: 'string' }, detail: { type: 'string' } },
        },
      },
      message: { type: 'string', description: "the API server's words; empty where the pod is allowed" },
    },
  },
  evaluate({ level, version, object }) {
    const answer = evalPodSecurity({ level, version, object: decodeRequestObject(object) })
    if ('error' in answer) throw new RequestError(ERROR_CODES[answer.error.code], answer.error.message)
    return answer
  },
}

const ERROR_CODES = {
  'invalid-version': 'ERR_INVALID_VERSION',
  'not-a-workload': 'ERR_NOT_A_WORKLOAD',
} as const

export const messages = [podSecurityRequestMessages, readingMessages, schemaMessages]
