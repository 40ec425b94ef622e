import { type FieldPath, formatFieldPath } from '../../../kubernetes/index.ts'
import type { User } from '../../request/index.ts'
import { compileExpression } from '../configuration/expressions.ts'
import type {
  ClaimOrExpression,
  JwtConfiguration,
  PrefixedClaimOrExpression,
} from '../configuration/types.ts'
import type { Claims } from '../jwt/read-jwt.ts'
import { checkRules, type FieldProgram, refusal, textBy, textsBy } from './evaluate.ts'
import { oidcMessages } from './messages.ts'

const { make } = oidcMessages

/** Maps the claims of a token, whose signature is good, to a user. @throws AuthenticationError ERR_TOKEN_CLAIMS */
export type ClaimsToUser = (claims: Claims) => User

/**
 * Compiles the mappings and rules of one issuer (Kubernetes documentation, "Authenticating", "Using Authentication
 * Configuration"). The rules see the claims; the user rules see what the mappings made of them.
 *
 * @param jwt - valid
 * @param path - of the issuer's entry, for messages: `['jwt', 0]`
 */
export function claimsToUser(jwt: JwtConfiguration, path: FieldPath): ClaimsToUser {
  const { username, groups, uid, extra } = jwt.claimMappings
  const mapping = (name: string, { expression }: ClaimOrExpression) =>
    compiled(expression, 'claim-mapping', [...path, 'claimMappings', name, 'expression'])
  const programs = {
    username: mapping('username', username),
    groups: mapping('groups', groups),
    uid: mapping('uid', uid),
  }
  const extras = extra.flatMap(({ key, valueExpression }, index) => {
    const field = [...path, 'claimMappings', 'extra', index, 'valueExpression']
    const program = compiled(valueExpression, 'claim-mapping', field)
    return program === undefined ? [] : [{ key, program }]
  })
  const rules = jwt.claimValidationRules.flatMap(({ expression, message }, index) => {
    return (
      compiled(expression, 'claim-rule', [...path, 'claimValidationRules', index, 'expression'], message) ??
      []
    )
  })
  const userRules = jwt.userValidationRules.flatMap(({ expression, message }, index) => {
    return (
      compiled(expression, 'user-rule', [...path, 'userValidationRules', index, 'expression'], message) ?? []
    )
  })

  return (claims) => {
    const bindings = { claims }
    const name =
      programs.username === undefined ? nameOf(claims, username) : textBy(programs.username, bindings)
    if (name === '') throw refusal(make['claim-missing']({ claim: username.claim || 'username' }))
    const id = programs.uid === undefined ? uidOf(claims, uid) : textBy(programs.uid, bindings)
    const values = extras.map(({ key, program }) => [key, textsBy(program, bindings)] as const)
    const given = values.filter(([, texts]) => texts.length > 0)
    const user: User = {
      name,
      groups: programs.groups === undefined ? groupsOf(claims, groups) : textsBy(programs.groups, bindings),
      ...(id !== '' && { uid: id }),
      ...(given.length > 0 && { extra: Object.fromEntries(given) }),
    }
    checkRequiredValues(claims, jwt.claimValidationRules)
    checkRules(rules, bindings)
    const seen = { username: name, uid: id, groups: user.groups, extra: user.extra ?? {} }
    checkRules(userRules, { user: seen })
    return user
  }
}

function nameOf(claims: Claims, { claim, prefix = '' }: PrefixedClaimOrExpression): string {
  const name = textOf(claims, claim)
  // "If the email_verified claim is present, it must be true" (where the user name is the e-mail address).
  const verified = own(claims, 'email_verified')
  if (claim === 'email' && verified !== undefined && verified !== true)
    throw refusal(make['email-not-verified']({}))
  return name === '' ? '' : prefix + name
}

/** "a claim … whose value is an array of strings"; a single string will do. */
function groupsOf(claims: Claims, { claim, prefix = '' }: PrefixedClaimOrExpression): readonly string[] {
  const value = claim === '' ? undefined : own(claims, claim)
  if (value === undefined) return []
  const groups: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (!groups.every((group) => typeof group === 'string')) throw refusal(make['claim-missing']({ claim }))
  return groups.map((group) => prefix + group)
}

function uidOf(claims: Claims, { claim }: ClaimOrExpression): string {
  return claim === '' ? '' : textOf(claims, claim)
}

function checkRequiredValues(claims: Claims, rules: JwtConfiguration['claimValidationRules']): void {
  for (const { claim, requiredValue } of rules)
    if (claim !== '' && textOf(claims, claim) !== requiredValue) throw refusal(make['claim-value']({ claim }))
}

function textOf(claims: Claims, claim: string): string {
  const value = own(claims, claim)
  if (typeof value !== 'string') throw refusal(make['claim-missing']({ claim }))
  return value
}

function own(claims: Claims, claim: string): unknown {
  return Object.hasOwn(claims, claim) ? claims[claim] : undefined
}

/** @returns undefined for no expression */
function compiled(
  expression: string,
  purpose: Parameters<typeof compileExpression>[1],
  path: FieldPath,
  message = '',
): FieldProgram | undefined {
  if (expression === '') return undefined
  const result = compileExpression(expression, purpose, path)
  if ('error' in result) throw new Error(`not validated: ${result.error.message}`)
  return { field: formatFieldPath(path), program: result.program, message }
}
