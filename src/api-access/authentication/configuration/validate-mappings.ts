import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  required,
  subdomainProblems,
} from '../../../kubernetes/index.ts'
import { compileExpression, usesClaim } from './expressions.ts'
import type { ClaimMappings, PrefixedClaimOrExpression } from './types.ts'

const BOTH = "claim and expression can't both be set"
const PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"

/**
 * Validates `claimMappings`.
 *
 * @param verifiesEmail - whether a validation rule looks at `email_verified`
 */
export function validateMappings(
  { username, groups, uid, extra }: ClaimMappings,
  path: FieldPath,
  verifiesEmail: boolean,
): FieldError[] {
  const errors = [
    ...prefixedErrors(username, [...path, 'username'], true),
    ...prefixedErrors(groups, [...path, 'groups'], false),
  ]
  if (uid.claim !== '' && uid.expression !== '') errors.push(invalid([...path, 'uid'], '', BOTH))
  else if (uid.expression !== '')
    errors.push(...expressionErrors(uid.expression, [...path, 'uid', 'expression']))
  errors.push(...extraErrors(extra, [...path, 'extra']))
  const looksAtVerified = [username.expression, ...extra.map(({ valueExpression }) => valueExpression)].some(
    (expression) => usesClaim(expression, 'email_verified'),
  )
  if (username.claim === '' && usesClaim(username.expression, 'email') && !verifiesEmail && !looksAtVerified)
    errors.push(
      invalid(
        [...path, 'username', 'expression'],
        username.expression,
        'claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression',
      ),
    )
  return errors
}

function prefixedErrors(
  { claim, expression, prefix }: PrefixedClaimOrExpression,
  path: FieldPath,
  isRequired: boolean,
): FieldError[] {
  if (expression !== '' && claim !== '') return [invalid(path, '', BOTH)]
  if (expression !== '')
    return [
      ...(prefix === undefined
        ? []
        : [invalid([...path, 'prefix'], prefix, 'may not be specified when expression is set')]),
      ...expressionErrors(expression, [...path, 'expression']),
    ]
  if (claim === '') return isRequired ? [required(path, 'claim or expression is required')] : []
  if (prefix !== undefined) return []
  const detail = 'prefix is required when claim is set. It can be set to an empty string to disable prefixing'
  return [required([...path, 'prefix'], detail)]
}

function extraErrors(extra: ClaimMappings['extra'], path: FieldPath): FieldError[] {
  return extra.flatMap(({ key, valueExpression }, index) => {
    const place = [...path, index, 'key']
    const errors = keyErrors(key, place)
    if (key !== key.toLowerCase()) errors.push(invalid(place, key, 'must be lowercase'))
    const [domain = ''] = key.includes('/') ? key.split('/') : []
    if (/(?:^|\.)(?:kubernetes|k8s)\.io$/.test(domain)) {
      const detail = 'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use'
      errors.push(invalid(place, key, detail))
    }
    if (extra.slice(0, index).some((other) => other.key === key)) return [...errors, duplicate(place, key)]
    const valuePath = [...path, index, 'valueExpression']
    if (valueExpression === '') return [...errors, required(valuePath, '')]
    return [...errors, ...expressionErrors(valueExpression, valuePath)]
  })
}

/** apimachinery, `IsDomainPrefixedPath`. */
function keyErrors(key: string, path: FieldPath): FieldError[] {
  if (key === '') return [required(path, '')]
  const slash = key.indexOf('/')
  const host = key.slice(0, Math.max(slash, 0))
  const rest = key.slice(slash + 1)
  if (host === '' || rest === '')
    return [invalid(path, key, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  const errors = subdomainProblems(host).map((problem) => invalid(path, host, problem))
  if (!new RegExp(`^${PATH}$`).test(rest))
    errors.push(invalid(path, rest, `Invalid path (regex used for validation is '${PATH}')`))
  return errors
}

function expressionErrors(expression: string, path: FieldPath): FieldError[] {
  const compiled = compileExpression(expression, 'claim-mapping', path)
  return 'error' in compiled ? [compiled.error] : []
}
