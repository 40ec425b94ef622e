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
import {
  expandEvent,
  isMapping,
  type Mapping,
  MOST_REPETITIONS,
  parseEventLines,
  type TestEvent,
} from './test-events.ts'

/** An alert that a test expects; what is left out may be anything. */
export interface ExpectedAlert {
  readonly rule: string
  readonly priority?: string
  /** What the output contains. */
  readonly output?: string
  readonly fields?: Readonly<Record<string, string | number | boolean>>
  /** Which event raises it, from 1. */
  readonly event?: number
  /** How often; once, if it does not say. */
  readonly count?: number
}

export interface RuleTest {
  readonly name: string
  /** The only rules that run, whether enabled or not; without it those that are enabled. */
  readonly only?: readonly string[]
  readonly events: readonly TestEvent[]
  /** Exactly these; undefined: whatever `none` does not exclude. */
  readonly alerts?: readonly ExpectedAlert[]
  /** Rules that raise no alert. */
  readonly none?: readonly string[]
  readonly place: Position
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

const EVENT = {
  type: 'object',
  properties: { repeat: { type: 'integer', minimum: 1, maximum: MOST_REPETITIONS } },
}

const SCHEMA = {
  type: 'object',
  required: ['rules', 'tests'],
  additionalProperties: false,
  properties: {
    rules: { anyOf: [TEXT, { ...NAMES, minItems: 1 }] },
    source: { enum: EVENT_SOURCES },
    matching: { enum: RULE_MATCHINGS },
    event: { type: 'object' },
    tests: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name', 'events'],
        anyOf: [
          { required: ['alerts'], properties: { alerts: {} } },
          { required: ['none'], properties: { none: {} } },
        ],
        additionalProperties: false,
        properties: {
          name: TEXT,
          only: { ...NAMES, minItems: 1 },
          events: { anyOf: [TEXT, { type: 'array', minItems: 1, items: EVENT }] },
          none: { ...NAMES, minItems: 1 },
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
                count: { type: 'integer', minimum: 1 },
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
  /** What all events of the file have, unless they say otherwise. */
  readonly event?: Mapping
  readonly tests: readonly (Omit<RuleTest, 'events' | 'place'> & {
    /** A file of JSON Lines, or the events. */
    readonly events: string | readonly Mapping[]
  })[]
}

const fits = compileRequestSchema(SCHEMA)

/**
 * Reads a file of rule tests.
 *
 * @param readEvents - the text of a file of events that a test names, or the system's code for why it can't be read
 * @returns the tests, or the first thing that is wrong and where
 */
export function readTestFile(
  text: string,
  readEvents: (path: string) => { text: string } | { reason: string },
): TestFileResult {
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
  const {
    rules,
    source = 'syscall',
    matching = 'first',
    event: common = {},
    tests,
  } = document.value as Written
  const read: RuleTest[] = []
  for (const [at, test] of tests.entries()) {
    const entries = entriesOf(test.events, readEvents)
    if ('message' in entries)
      return { ok: false, message: entries.message, place: document.locate(['tests', at, 'events']) }
    for (const [index, event] of entries.entries()) {
      const message = eventProblem(event, source)
      if (message !== undefined)
        return { ok: false, message, place: document.locate(['tests', at, 'events', index]) }
    }
    const events = entries.flatMap((entry) => expandEvent(entry, common))
    read.push({ ...test, events, place: document.locate(['tests', at]) })
  }
  return { ok: true, file: { rules: [rules].flat(), source, matching, tests: read } }
}

function entriesOf(
  events: string | readonly Mapping[],
  readEvents: (path: string) => { text: string } | { reason: string },
): readonly Mapping[] | { readonly message: Message } {
  if (typeof events !== 'string') return events
  const file = readEvents(events)
  if ('reason' in file)
    return { message: testMessages.make.unreadableEvents({ file: events, reason: file.reason }) }
  return parseEventLines(file.text) ?? { message: testMessages.make.notJsonLines({ file: events }) }
}

/** JSON pointers write `/` and `~` in keys as `~1` and `~0`; what looks like a number is an index here. */
function pathPart(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')
}

function eventProblem({ at, every, fields }: Mapping, source: EventSourceName): Message | undefined {
  for (const [key, value] of Object.entries({ at, every }))
    if (
      value !== undefined &&
      value !== 0 &&
      (typeof value !== 'string' || parseDuration(value) === undefined)
    )
      return testMessages.make.duration({ key, value: String(value) })
  const isWrong = source === 'syscall' && fields !== undefined && !isMapping(fields)
  return isWrong ? testMessages.make.fields({}) : undefined
}
