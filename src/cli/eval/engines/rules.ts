import {
  type Diagnostic,
  EVENT_SOURCES,
  type EventSourceName,
  type LoadResult,
  loadRules,
  type RuleFile,
} from '../../../runtime/rules/index.ts'
import { type Engine, RequestError } from '../engine.ts'
import {
  ALERTS_ANSWER_SCHEMA,
  ALERTS_REQUEST_PROPERTIES,
  type AlertsRequest,
  alertsOf,
  type EventAlert,
} from './rules-alerts.ts'
import { rulesEvalMessages } from './rules-messages.ts'

interface Request extends AlertsRequest {
  readonly files?: readonly RuleFile[]
  readonly source?: EventSourceName
}

interface EngineDiagnostic {
  readonly code: string
  readonly message: string
  readonly line: number
  readonly column: number
}

interface Answer {
  readonly valid: boolean
  readonly errors: readonly EngineDiagnostic[]
  readonly warnings: readonly EngineDiagnostic[]
  /** Where the line has events: none from rules that are not valid. */
  readonly alerts?: readonly EventAlert[]
}

const DIAGNOSTIC_SCHEMA = {
  type: 'object',
  required: ['code', 'message', 'line', 'column'],
  additionalProperties: false,
  properties: {
    code: { type: 'string', description: "Falco's code" },
    message: { type: 'string', description: "Falco's words" },
    line: { type: 'integer', description: 'of the fault, from 1' },
    column: { type: 'integer', description: 'of the fault, from 1' },
  },
}

/** Files that a line gave, loaded for a source. */
interface Loaded {
  readonly files: readonly RuleFile[]
  readonly source?: EventSourceName
  readonly loaded: LoadResult
}

/** What a line without files goes on with: those of the line before, which `lost` means could not be read. */
let previous: Loaded | 'none' | 'lost' = 'none'

/** `haetae eval rules`: rule files, loaded as Falco loads them, and the alerts that they raise for events. */
export const engine: Engine<Request> = {
  request: {
    type: 'object',
    additionalProperties: false,
    properties: {
      files: {
        type: 'array',
        description: 'rule files in their order; without them those of the line before',
        items: {
          type: 'object',
          required: ['name', 'text'],
          additionalProperties: false,
          properties: { name: { type: 'string' }, text: { type: 'string' } },
        },
      },
      source: {
        enum: EVENT_SOURCES,
        description:
          'event source that is known besides syscall, and that of the events; without it all are, and events are of syscall',
      },
      ...ALERTS_REQUEST_PROPERTIES,
    },
  },
  answer: {
    type: 'object',
    required: ['valid', 'errors', 'warnings'],
    additionalProperties: false,
    properties: {
      valid: { type: 'boolean' },
      errors: { type: 'array', items: DIAGNOSTIC_SCHEMA },
      warnings: { type: 'array', description: 'of each file, in order', items: DIAGNOSTIC_SCHEMA },
      alerts: ALERTS_ANSWER_SCHEMA,
    },
  },
  evaluate({ files, source, ...request }): Answer {
    const loaded = load(files, source)
    const answer = answerOf(loaded)
    if (request.events === undefined) return answer
    return { ...answer, alerts: loaded.ok ? alertsOf(loaded.rules, source ?? 'syscall', request) : [] }
  },
  passOver(line) {
    if (line === undefined || line.includes('"files"')) previous = 'lost'
  },
}

/** @throws RequestError `ERR_NO_RULES` */
function load(given: readonly RuleFile[] | undefined, source?: EventSourceName): LoadResult {
  const before = typeof previous === 'string' ? undefined : previous
  const files = given ?? before?.files
  if (files === undefined) {
    const { make } = rulesEvalMessages
    throw new RequestError('ERR_NO_RULES', previous === 'lost' ? make.lostFiles({}) : make.noFiles({}))
  }
  if (before?.files === files && before.source === source) return before.loaded
  const loaded = loadRules(files, source === undefined ? {} : { sources: sourcesOf(source) })
  previous = { files, ...(source && { source }), loaded }
  return loaded
}

/** Falco always knows system calls; other sources come with their plugins. */
function sourcesOf(source: EventSourceName): string[] {
  return [...new Set<string>(['syscall', source])]
}

function answerOf({ ok, files }: LoadResult): Answer {
  return {
    valid: ok,
    errors: files.flatMap(({ errors }) => errors.map(plain)),
    warnings: files.flatMap(({ warnings }) => warnings.map(plain)),
  }
}

function plain({ code, message, line, column }: Diagnostic): EngineDiagnostic {
  return { code, message, line, column }
}

export const messages = [rulesEvalMessages]
