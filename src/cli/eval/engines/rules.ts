import {
  type Diagnostic,
  EVENT_SOURCES,
  type EventSourceName,
  type LoadResult,
  loadRules,
  type RuleFile,
} from '../../../runtime/rules/index.ts'
import { type Engine, RequestError } from '../engine.ts'
import { rulesEvalMessages } from './rules-messages.ts'

interface Request {
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

/** The files of the line before: a line without files goes on with them. */
let previous: readonly RuleFile[] | undefined

/** `haetae eval rules`: rule files, loaded as Falco loads them. */
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
        description: 'event source that is known besides syscall; without it all are',
      },
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
    },
  },
  evaluate({ files = previous, source }): Answer {
    if (files === undefined) throw new RequestError('ERR_NO_RULES', rulesEvalMessages.make.noFiles({}))
    previous = files
    const loaded = loadRules(files, source === undefined ? {} : { sources: sourcesOf(source) })
    return answerOf(loaded)
  },
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
