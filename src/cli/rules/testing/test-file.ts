import { type Position, parseFirstDocument } from '../../../kubernetes/index.ts'
import type { Message } from '../../../messages/index.ts'
import { RULE_MATCHINGS, type RuleMatching } from '../../../runtime/detection/index.ts'
import {
  EVENT_SOURCES,
  type EventSourceName,
  PRIORITIES,
  parseDuration,
} from '../../../runtime/rules/index.ts'
import { compileRequestSchema, schemaErrorMessage } from '../../eval/request-schema.ts'
import { testMessages } from './messages.ts'

/** An alert that a test expects; what is left out may be anything. */
export interface ExpectedAlert {
  readonly rule: string
  readonly priority?: string
  /** What the output contains. */
  readonly output?: string
  readonly fields?: Readonly<Record<string, string | number | boolean>>
  /** Which event raises it, from 1. */
  readonly event?: number
}

export interface RuleTest {
  readonly name: string
  /** The only rules that run, whether enabled or not; without it those that are enabled. */
  readonly only?: readonly string[]
  readonly events: readonly TestEvent[]
  readonly alerts: readonly ExpectedAlert[]
  readonly place: Position
}

export interface TestEvent {
  /** Milliseconds after the beginning of the test; undefined where the event has its own time. */
  readonly at: number | undefined
  readonly content: Readonly<Record<string, unknown>>
}

interface TestFile {
  /** Files and folders, as written. */
  readonly rules: readonly string[]
  readonly source: EventSourceName
  readonly matching: RuleMatching
  readonly tests: readonly RuleTest[]
}

export type TestFileResult =
  | { readonly ok: true; readonly file: TestFile }
  | { readonly ok: false; readonly message: Message; readonly place: Position }

const NAMES = { type: 'array', items: { type: 'string' } }
const TEXT = { type: 'string', minLength: 1 }

const SCHEMA = {
  type: 'object',
  required: ['rules', 'tests'],
  additionalProperties: false,
  properties: {
    rules: { anyOf: [TEXT, { ...NAMES, minItems: 1 }] },
    source: { enum: EVENT_SOURCES },
    matching: { enum: RULE_MATCHINGS },
    tests: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name', 'events', 'alerts'],
        additionalProperties: false,
        properties: {
          name: TEXT,
          only: { ...NAMES, minItems: 1 },
          events: { type: 'array', minItems: 1, items: { type: 'object' } },
          alerts: {
            type: 'array',
            items: {
              type: 'object',
              required: ['rule'],
              additionalProperties: false,
              properties: {
                rule: TEXT,
                priority: { enum: PRIORITIES },
                output: TEXT,
                fields: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
                event: { type: 'integer', minimum: 1 },
              },
            },
          },
        },
      },
    },
  },
}

/** The file as it is written. */
interface Written {
  readonly rules: string | readonly string[]
  readonly source?: EventSourceName
  readonly matching?: RuleMatching
  readonly tests: readonly (Omit<RuleTest, 'events' | 'place'> & {
    readonly events: readonly Readonly<Record<string, unknown>>[]
  })[]
}

const fits = compileRequestSchema(SCHEMA)

/**
 * Reads a file of rule tests.
 *
 * @returns the tests, or the first thing that is wrong and where
 */
export function readTestFile(text: string): TestFileResult {
  const document = parseFirstDocument(text)
  if ('message' in document) {
    const { message, line, column } = document
    return { ok: false, message, place: { line, column } }
  }
  if (!fits(document.value)) {
    const [error] = fits.errors ?? []
    const path = (error?.instancePath ?? '').split('/').slice(1).map(pathPart)
    const message = error === undefined ? testMessages.make.noTests({}) : schemaErrorMessage(error)
    return { ok: false, message, place: document.locate(path) }
  }
  const { rules, source = 'syscall', matching = 'first', tests } = document.value as Written
  for (const [at, { events }] of tests.entries())
    for (const [index, event] of events.entries()) {
      const message = eventProblem(event, source)
      if (message !== undefined)
        return { ok: false, message, place: document.locate(['tests', at, 'events', index]) }
    }
  return {
    ok: true,
    file: {
      rules: [rules].flat(),
      source,
      matching,
      tests: tests.map((test, index) => ({
        ...test,
        events: test.events.map(testEvent),
        place: document.locate(['tests', index]),
      })),
    },
  }
}

/** JSON pointers write `/` and `~` in keys as `~1` and `~0`; what looks like a number is an index here. */
function pathPart(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')
}

function eventProblem(
  { at, fields }: Readonly<Record<string, unknown>>,
  source: EventSourceName,
): Message | undefined {
  if (at !== undefined && at !== 0 && (typeof at !== 'string' || parseDuration(at) === undefined))
    return testMessages.make.at({ value: String(at) })
  const isMapping = typeof fields === 'object' && fields !== null && !Array.isArray(fields)
  return source === 'syscall' && fields !== undefined && !isMapping ? testMessages.make.fields({}) : undefined
}

function testEvent({ at, ...content }: Readonly<Record<string, unknown>>): TestEvent {
  if (at === undefined) return { at: undefined, content }
  return { at: typeof at === 'string' ? (parseDuration(at) ?? 0) : 0, content }
}
