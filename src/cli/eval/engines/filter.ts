import {
  compileFilter,
  EVENT_SOURCES,
  type EventSourceName,
  type FilterPosition,
  formatSyntaxError,
  givenFields,
  parseFilter,
  printFilter,
  type RawValue,
} from '../../../runtime/rules/index.ts'
import { decodeBytes } from '../../../runtime/texts/index.ts'
import type { Engine } from '../engine.ts'

type FieldJson = string | number | boolean | null | { readonly hex: string } | readonly FieldJson[]

interface Request {
  readonly expr: string
  readonly source?: EventSourceName
  readonly fields?: Readonly<Record<string, FieldJson>>
  readonly parseOnly?: boolean
}

interface Answer {
  readonly ok: boolean
  readonly error?: { readonly message: string; readonly position: FilterPosition }
  readonly canonical?: string
  readonly result?: boolean
}

const POSITION_SCHEMA = {
  type: 'object',
  required: ['index', 'line', 'column'],
  additionalProperties: false,
  properties: {
    index: { type: 'integer', description: 'bytes of UTF-8 before the place' },
    line: { type: 'integer', description: 'from 1' },
    column: { type: 'integer', description: 'from 1' },
  },
}

/** `haetae eval filter`: one condition of the rule language, parsed, compiled and tried on given fields. */
export const engine: Engine<Request> = {
  request: {
    type: 'object',
    required: ['expr'],
    additionalProperties: false,
    properties: {
      expr: { type: 'string', description: 'the condition; macros and lists resolved' },
      source: {
        enum: EVENT_SOURCES,
        description: 'the event source whose fields are known; syscall by default',
      },
      fields: {
        type: 'object',
        description:
          'the fields of the event by name: text, an array for a list, null for a field that is absent, {"hex"} for bytes',
      },
      parseOnly: { type: 'boolean', description: 'only parse: fields need not exist' },
    },
  },
  answer: {
    type: 'object',
    required: ['ok'],
    additionalProperties: false,
    properties: {
      ok: { type: 'boolean' },
      error: {
        type: 'object',
        required: ['message', 'position'],
        additionalProperties: false,
        properties: {
          message: { type: 'string', description: "Falco's words" },
          position: POSITION_SCHEMA,
        },
      },
      canonical: { type: 'string', description: 'the condition as Falco prints it' },
      result: { type: 'boolean', description: 'whether the fields match; not with parseOnly' },
    },
  },
  evaluate: evaluateFilter,
}

export const messages = []

function evaluateFilter({ expr, source = 'syscall', fields = {}, parseOnly = false }: Request): Answer {
  const parsed = parseFilter(expr)
  if (!parsed.ok) {
    const { message, position } = parsed.error
    return { ok: false, error: { message: parseOnly ? message : formatSyntaxError(parsed.error), position } }
  }
  const canonical = printFilter(parsed.ast)
  if (parseOnly) return { ok: true, canonical }
  const given = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, rawValue(value)]))
  const compiled = compileFilter(parsed.ast, givenFields(source, given))
  if (!compiled.ok) return { ok: false, error: compiled.error }
  return { ok: true, canonical, result: compiled.filter.test({ fields: given }) }
}

function rawValue(value: FieldJson): RawValue {
  if (Array.isArray(value)) return value.map(rawValue).filter(isScalar)
  if (typeof value !== 'object' || value === null) return value as Exclude<FieldJson, object>
  return 'hex' in value && typeof value.hex === 'string'
    ? decodeBytes(Buffer.from(value.hex, 'hex'))
    : undefined
}

function isScalar(value: RawValue): value is string | number | bigint | boolean {
  return value !== undefined && value !== null && typeof value !== 'object'
}
