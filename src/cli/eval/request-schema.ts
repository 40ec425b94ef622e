import { Ajv, type ErrorObject } from 'ajv'
import type { Message } from '../../messages/index.ts'
import { evalMessages } from './messages.ts'

const { make } = evalMessages

/** Tells whether a value has the shape of a request, and keeps what is wrong with the last one that has not. */
export interface ShapeCheck {
  (value: unknown): boolean
  /** The most telling first: it is the one that is reported. */
  errors?: readonly ErrorObject[]
}

/** Compiles an engine's request schema. */
export function compileRequestSchema(schema: object): ShapeCheck {
  const fits = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema)
  const check: ShapeCheck = (value) => {
    if (fits(value)) return true
    check.errors = tellingFirst(fits.errors ?? [])
    return false
  }
  return check
}

/** A misspelt key is both unknown and missing; that it is unknown says what to mend. */
function tellingFirst(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unknown = errors.find(
    ({ keyword, schemaPath }) => keyword === 'additionalProperties' && !/\/(?:any|one)Of\//.test(schemaPath),
  )
  // Of what is no object at all, that it is none.
  const whole = errors.find(({ keyword, instancePath }) => keyword === 'type' && instancePath === '')
  const first = whole ?? unknown
  return first === undefined ? errors : [first, ...errors]
}

/** @param error - ajv's; @returns the same in our words, with a path such as `$.request.operation` */
export function schemaErrorMessage(error: ErrorObject): Message {
  const path = `$${error.instancePath.replaceAll('/', '.')}`
  const params = error.params as Record<string, unknown>
  switch (error.keyword) {
    case 'additionalProperties':
      return make['unknown-key']({ path, key: String(params['additionalProperty']) })
    case 'required':
      return make['missing-key']({ path, key: String(params['missingProperty']) })
    case 'type':
      return make['wrong-type']({ path, expected: [params['type']].flat().map(String) })
    case 'enum':
      return make['wrong-value']({ path, allowed: (params['allowedValues'] as unknown[]).map(String) })
    default:
      return make['bad-request']({ path, rule: error.keyword })
  }
}

/** @param error - of JSON.parse. It quotes the text, which may hold a secret: only the place is taken from it */
export function notJson(error: unknown): Message {
  const position = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined
  return make['not-json']({ column: position === undefined ? 0 : Number(position) + 1 })
}
