import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { Message } from '../../messages/index.ts'
import { evalMessages } from './messages.ts'

const { make } = evalMessages

/** Compiles an engine's request schema; ajv stops at a line's first error, which is the one reported. */
export function compileRequestSchema(schema: object): ValidateFunction {
  return new Ajv({ strict: true, allowUnionTypes: true }).compile(schema)
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
      return make['wrong-type']({ path, expected: String(params['type']) })
    case 'enum':
      return make['wrong-value']({ path, allowed: (params['allowedValues'] as unknown[]).map(String) })
    default:
      return make['bad-request']({ path, rule: error.keyword })
  }
}
