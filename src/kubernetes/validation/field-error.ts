import { formatFieldPath } from '../objects/field-path.ts'
import type { FieldPath } from '../objects/types.ts'
import { type GoSyntax, goQuote } from './go-syntax.ts'

/** Kubernetes' error types (apimachinery, `util/validation/field`) and how each begins its message. */
const TYPE_TEXT = {
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
} as const

type FieldErrorType = keyof typeof TYPE_TEXT

/** The offending value; null is a pointer that is not set. */
type BadValue = string | number | boolean | null | GoSyntax

/** One complaint of Kubernetes' validation about one field, in the API server's own words. */
export interface FieldError {
  readonly type: FieldErrorType
  readonly path: FieldPath
  /** The path as text, e.g. `spec.containers[0].securityContext.privileged`. */
  readonly field: string
  /** What is wrong, without field and value; may be empty. */
  readonly detail: string
  /** `field: Type text[: value][: detail]`, as the API server prints it. */
  readonly message: string
}

/** A value that is malformed, or that a policy does not permit. */
export function invalid(path: FieldPath, value: BadValue, detail: string): FieldError {
  return fieldError('FieldValueInvalid', path, detail, value)
}

/** A value that must be there and is not. */
export function required(path: FieldPath, detail: string): FieldError {
  return fieldError('FieldValueRequired', path, detail)
}

/** A well-formed value that the circumstances forbid. */
export function forbidden(path: FieldPath, detail: string): FieldError {
  return fieldError('FieldValueForbidden', path, detail)
}

/** A value outside an enumeration; `supported` is named in the given order. */
export function notSupported(path: FieldPath, value: BadValue, supported: readonly string[]): FieldError {
  const detail = `supported values: ${supported.map(goQuote).join(', ')}`
  return fieldError('FieldValueNotSupported', path, detail, value)
}

/** A value that must be unique and is not. */
export function duplicate(path: FieldPath, value: BadValue): FieldError {
  return fieldError('FieldValueDuplicate', path, '', value)
}

/** A value of more than `limit` bytes; it is not repeated in the message. */
export function tooLong(path: FieldPath, limit: number): FieldError {
  return fieldError('FieldValueTooLong', path, `must have at most ${limit} bytes`)
}

/** A list of more than `limit` items. */
export function tooMany(path: FieldPath, count: number, limit: number): FieldError {
  return fieldError('FieldValueTooMany', path, `must have at most ${limit} items`, count)
}

function fieldError(type: FieldErrorType, path: FieldPath, detail: string, value?: BadValue): FieldError {
  const field = formatFieldPath(path)
  let message = field === '' ? TYPE_TEXT[type] : `${field}: ${TYPE_TEXT[type]}`
  if (value !== undefined) message += `: ${formatValue(value)}`
  if (detail !== '') message += `: ${detail}`
  return { type, path, field, detail, message }
}

function formatValue(value: BadValue): string {
  if (typeof value === 'string') return goQuote(value)
  // Upstream replaces an unset pointer by the word, which it then quotes like any string.
  if (value === null) return '"null"'
  if (typeof value === 'object') return value.goSyntax
  return String(value)
}
