import { readStrace } from '../../../runtime/sensors/index.ts'
import type { Engine } from '../engine.ts'

interface Request {
  readonly text: string
}

const NUMBER_OR_NULL = { type: ['number', 'null'] }
const TEXT_OR_NULL = { type: ['string', 'null'] }

/** `haetae eval strace`: the system calls in what strace prints, and their sums. */
export const engine: Engine<Request> = {
  request: {
    type: 'object',
    required: ['text'],
    additionalProperties: false,
    properties: {
      text: { type: 'string', description: 'what strace, with or without -f, -t, -tt, -ttt, -T, prints' },
    },
  },
  answer: {
    type: 'object',
    required: ['calls', 'summary'],
    additionalProperties: false,
    properties: {
      calls: {
        type: 'array',
        items: {
          type: 'object',
          required: ['pid', 'name', 'args', 'result', 'errno', 'time'],
          additionalProperties: false,
          properties: {
            pid: { ...NUMBER_OR_NULL, description: 'null where strace watched one process' },
            name: { type: 'string' },
            args: { type: 'array', items: { type: 'string' }, description: 'as strace writes them' },
            result: {
              type: ['number', 'string', 'null'],
              description: 'text for addresses; null for a call that did not return',
            },
            errno: { ...TEXT_OR_NULL, description: 'ENOENT; null for a call that did not fail' },
            time: { ...TEXT_OR_NULL, description: 'when it began, as strace writes it' },
          },
        },
      },
      summary: {
        type: 'array',
        items: {
          type: 'object',
          required: ['name', 'calls', 'errors', 'seconds'],
          additionalProperties: false,
          properties: {
            name: { type: 'string' },
            calls: { type: 'integer' },
            errors: { type: 'integer' },
            seconds: { ...NUMBER_OR_NULL, description: 'in these calls together; null without -T' },
          },
        },
      },
    },
  },
  evaluate({ text }) {
    const { calls, summary } = readStrace(text)
    return { calls: calls.map(({ seconds: _, ...call }) => call), summary }
  },
}

export const messages = []
