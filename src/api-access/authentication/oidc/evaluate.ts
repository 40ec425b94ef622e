import { type Program, toJson } from '../../../cel/index.ts'
import { AuthenticationError } from '../authentication-error.ts'
import { oidcMessages } from './messages.ts'

const { make } = oidcMessages

/** An expression of a configuration and the field it stands in. */
export interface FieldProgram {
  readonly field: string
  readonly program: Program
  /** Of a rule: what to say where it is false. */
  readonly message: string
}

/** @throws AuthenticationError ERR_TOKEN_CLAIMS where it errs or costs too much */
function evaluate({ field, program }: FieldProgram, bindings: Readonly<Record<string, unknown>>): unknown {
  const outcome = program.evaluate(bindings)
  if ('error' in outcome) throw refusal(make.expression({ field, error: outcome.error }))
  return toJson(outcome.value)
}

/** @throws AuthenticationError ERR_TOKEN_CLAIMS unless it gives a text */
export function textBy(rule: FieldProgram, bindings: Readonly<Record<string, unknown>>): string {
  const value = evaluate(rule, bindings)
  if (typeof value !== 'string') throw refusal(make.result({ field: rule.field, wanted: 'string' }))
  return value
}

/**
 * A text or a list of texts; what is empty, or null, is as if it were not there.
 *
 * @throws AuthenticationError ERR_TOKEN_CLAIMS for anything else
 */
export function textsBy(rule: FieldProgram, bindings: Readonly<Record<string, unknown>>): readonly string[] {
  const value = evaluate(rule, bindings)
  const values: readonly unknown[] =
    value === null || value === undefined ? [] : Array.isArray(value) ? value : [value]
  if (!values.every((each) => typeof each === 'string'))
    throw refusal(make.result({ field: rule.field, wanted: 'string | list(string)' }))
  return values.filter((each) => each !== '')
}

/** @throws AuthenticationError ERR_TOKEN_CLAIMS unless all are true */
export function checkRules(
  rules: readonly FieldProgram[],
  bindings: Readonly<Record<string, unknown>>,
): void {
  for (const rule of rules)
    if (evaluate(rule, bindings) !== true)
      throw refusal(make.rule({ expression: rule.program.source, message: rule.message }))
}

export function refusal(detail: AuthenticationError['detail']): AuthenticationError {
  return new AuthenticationError('ERR_TOKEN_CLAIMS', detail)
}
