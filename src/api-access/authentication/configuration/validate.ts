import {
  duplicate,
  type FieldError,
  type FieldPath,
  formatFieldPath,
  goQuote,
  goSlice,
  invalid,
  required,
  tooMany,
} from '../../../kubernetes/index.ts'
import { parseCaBundle } from '../certificates/ca-bundle.ts'
import { AuthenticationSetupError } from '../setup-error.ts'
import { compileExpression, usesClaim } from './expressions.ts'
import type { AuthenticationConfiguration, JwtConfiguration } from './types.ts'
import { validateMappings } from './validate-mappings.ts'

const MOST_ISSUERS = 64

/**
 * Validates an `AuthenticationConfiguration` as the API server does when it reads it.
 *
 * @param disallowedIssuers - those of service accounts, whose tokens are judged otherwise
 * @returns the errors in the API server's words and order
 * Source: k8s.io/apiserver, `pkg/apis/apiserver/validation`, `ValidateAuthenticationConfiguration`.
 */
export function validateConfiguration(
  { jwt, anonymous }: AuthenticationConfiguration,
  disallowedIssuers: readonly string[],
): FieldError[] {
  if (jwt.length > MOST_ISSUERS) return [tooMany(['jwt'], jwt.length, MOST_ISSUERS)]
  const errors: FieldError[] = []
  const issuers = new Set<string>()
  const discoveries = new Set<string>()
  for (const [index, each] of jwt.entries()) {
    const { url, discoveryURL } = each.issuer
    const path = ['jwt', index]
    errors.push(...jwtErrors(each, path, disallowedIssuers))
    if (issuers.has(url)) errors.push(duplicate([...path, 'issuer', 'url'], url))
    issuers.add(url)
    if (discoveryURL === '') continue
    if (discoveries.has(discoveryURL))
      errors.push(duplicate([...path, 'issuer', 'discoveryURL'], discoveryURL))
    discoveries.add(discoveryURL)
  }
  if (anonymous !== undefined && !anonymous.enabled && anonymous.conditions.length > 0) {
    const value = goSlice('apiserver.AnonymousAuthCondition', anonymous.conditions.map(printedCondition))
    errors.push(
      invalid(
        ['anonymous', 'conditions'],
        value,
        'enabled should be set to true when conditions are defined',
      ),
    )
  }
  return errors
}

function printedCondition({ path }: { readonly path: string }): string {
  return `apiserver.AnonymousAuthCondition{Path:${goQuote(path)}}`
}

function jwtErrors(jwt: JwtConfiguration, path: FieldPath, disallowed: readonly string[]): FieldError[] {
  const verifiesEmail = jwt.claimValidationRules.some(({ expression }) =>
    usesClaim(expression, 'email_verified'),
  )
  return [
    ...issuerErrors(jwt.issuer, [...path, 'issuer'], disallowed),
    ...ruleErrors(jwt.claimValidationRules, [...path, 'claimValidationRules']),
    ...validateMappings(jwt.claimMappings, [...path, 'claimMappings'], verifiesEmail),
    ...userRuleErrors(jwt.userValidationRules, [...path, 'userValidationRules']),
  ]
}

function issuerErrors(
  {
    url,
    discoveryURL,
    audiences,
    audienceMatchPolicy,
    certificateAuthority,
    egressSelectorType,
  }: JwtConfiguration['issuer'],
  path: FieldPath,
  disallowed: readonly string[],
): FieldError[] {
  const errors = url === '' ? [required([...path, 'url'], '')] : urlErrors(url, [...path, 'url'], disallowed)
  if (discoveryURL !== '') {
    const place = [...path, 'discoveryURL']
    if (url !== '' && withoutSlash(url) === withoutSlash(discoveryURL))
      errors.push(invalid(place, discoveryURL, 'discoveryURL must be different from URL'))
    errors.push(...urlErrors(discoveryURL, place, []))
  }
  errors.push(...audienceErrors(audiences, audienceMatchPolicy, path))
  const authority = authorityProblem(certificateAuthority)
  if (authority !== undefined) errors.push(invalid([...path, 'certificateAuthority'], '<omitted>', authority))
  if (
    egressSelectorType !== '' &&
    egressSelectorType !== 'controlplane' &&
    egressSelectorType !== 'cluster'
  ) {
    const detail = 'egress selector must be either controlplane or cluster'
    errors.push(invalid([...path, 'egressSelectorType'], egressSelectorType, detail))
  }
  return errors
}

function urlErrors(text: string, path: FieldPath, disallowed: readonly string[]): FieldError[] {
  const errors: FieldError[] = []
  if (disallowed.includes(text)) {
    const detail = `URL must not overlap with disallowed issuers: [${[...disallowed].sort().join(' ')}]`
    errors.push(invalid(path, text, detail))
  }
  // As Go's url.Parse reads it: without a scheme it is a path.
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:') errors.push(invalid(path, text, 'URL scheme must be https'))
  if (url === undefined) return errors
  if (url.username !== '' || url.password !== '')
    errors.push(invalid(path, text, 'URL must not contain a username or password'))
  if (url.search !== '') errors.push(invalid(path, text, 'URL must not contain a query'))
  if (url.hash !== '') errors.push(invalid(path, text, 'URL must not contain a fragment'))
  return errors
}

function audienceErrors(audiences: readonly string[], policy: string, path: FieldPath): FieldError[] {
  const place = [...path, 'audiences']
  if (audiences.length === 0) return [required(place, `at least one ${formatFieldPath(place)} is required`)]
  const errors = audiences.flatMap((audience, index) => [
    ...(audience === '' ? [required([...place, index], '')] : []),
    ...(audiences.indexOf(audience) < index ? [duplicate([...place, index], audience)] : []),
  ])
  const policyPath = [...path, 'audienceMatchPolicy']
  if (audiences.length > 1 && policy !== 'MatchAny')
    errors.push(invalid(policyPath, policy, 'audienceMatchPolicy must be MatchAny for multiple audiences'))
  if (audiences.length === 1 && policy !== '' && policy !== 'MatchAny')
    errors.push(
      invalid(policyPath, policy, 'audienceMatchPolicy must be empty or MatchAny for single audience'),
    )
  return errors
}

function authorityProblem(pem: string): string | undefined {
  if (pem === '') return undefined
  try {
    parseCaBundle(pem, '')
    return undefined
  } catch (error) {
    if (!(error instanceof AuthenticationSetupError)) throw error
    return 'data does not contain any valid RSA or ECDSA certificates'
  }
}

function ruleErrors(rules: JwtConfiguration['claimValidationRules'], path: FieldPath): FieldError[] {
  return rules.flatMap(({ claim, requiredValue, expression, message }, index) => {
    const place = [...path, index]
    const earlier = rules.slice(0, index)
    if (claim !== '' && expression !== '')
      return [invalid(place, claim, "claim and expression can't both be set")]
    if (claim === '' && expression === '') return [required(place, 'claim or expression is required')]
    if (claim !== '')
      return [
        ...(message === ''
          ? []
          : [invalid([...place, 'message'], message, 'may not be specified when claim is set')]),
        ...(earlier.some((rule) => rule.claim === claim && rule.expression === '')
          ? [duplicate([...place, 'claim'], claim)]
          : []),
      ]
    const errors =
      requiredValue === ''
        ? []
        : [invalid([...place, 'requiredValue'], requiredValue, 'may not be specified when expression is set')]
    if (earlier.some((rule) => rule.expression === expression && rule.claim === ''))
      return [...errors, duplicate([...place, 'expression'], expression)]
    const compiled = compileExpression(expression, 'claim-rule', [...place, 'expression'])
    return 'error' in compiled ? [...errors, compiled.error] : errors
  })
}

function userRuleErrors(rules: JwtConfiguration['userValidationRules'], path: FieldPath): FieldError[] {
  return rules.flatMap(({ expression }, index) => {
    const place = [...path, index, 'expression']
    if (expression === '') return [required(place, '')]
    if (rules.slice(0, index).some((rule) => rule.expression === expression))
      return [duplicate(place, expression)]
    const compiled = compileExpression(expression, 'user-rule', place)
    return 'error' in compiled ? [compiled.error] : []
  })
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}
