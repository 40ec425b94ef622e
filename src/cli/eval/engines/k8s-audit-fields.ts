import { everyAuditField } from '../../../runtime/rules/index.ts'
import type { Engine } from '../engine.ts'

interface Request {
  readonly event: unknown
}

/** `haetae eval k8s-audit-fields`: the fields that the rule language finds in one audit event. */
export const engine: Engine<Request> = {
  request: {
    type: 'object',
    required: ['event'],
    additionalProperties: false,
    properties: { event: { type: 'object', description: 'an Event of audit.k8s.io' } },
  },
  answer: {
    type: 'object',
    required: ['fields'],
    additionalProperties: false,
    properties: {
      fields: {
        type: 'object',
        description: 'by name; a list that is there without any value is [] or null, as the extractor has it',
        additionalProperties: {
          anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }, { type: 'null' }],
        },
      },
    },
  },
  evaluate: ({ event }) => ({ fields: everyAuditField(event) }),
}

export const messages = []
