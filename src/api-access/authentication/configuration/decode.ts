import { type Objection, StrictFields } from '../../../kubernetes/index.ts'
import type { AuthenticationConfiguration, ClaimOrExpression, JwtConfiguration } from './types.ts'

/**
 * Decodes an `AuthenticationConfiguration` strictly, as the API server reads it.
 *
 * @param value - the parsed document
 */
export function decodeConfiguration(value: unknown): {
  readonly configuration: AuthenticationConfiguration
  readonly objections: readonly Objection[]
} {
  const objections: Objection[] = []
  const fields = new StrictFields(value, [], objections).only('apiVersion', 'kind', 'jwt', 'anonymous')
  const anonymous = fields.optionalObject('anonymous')?.only('enabled', 'conditions')
  const configuration = {
    jwt: fields.objects('jwt').map(jwtOf),
    ...(anonymous !== undefined && {
      anonymous: {
        enabled: anonymous.flag('enabled'),
        conditions: anonymous.objects('conditions').map((each) => ({ path: each.only('path').text('path') })),
      },
    }),
  }
  return { configuration, objections }
}

function jwtOf(fields: StrictFields): JwtConfiguration {
  fields.only('issuer', 'claimValidationRules', 'claimMappings', 'userValidationRules')
  const mappings = fields.object('claimMappings').only('username', 'groups', 'uid', 'extra')
  return {
    issuer: issuerOf(fields.object('issuer')),
    claimValidationRules: fields.objects('claimValidationRules').map((rule) => ({
      claim: rule.only('claim', 'requiredValue', 'expression', 'message').text('claim'),
      requiredValue: rule.text('requiredValue'),
      expression: rule.text('expression'),
      message: rule.text('message'),
    })),
    claimMappings: {
      username: prefixedOf(mappings.object('username')),
      groups: prefixedOf(mappings.object('groups')),
      uid: claimOrExpressionOf(mappings.object('uid').only('claim', 'expression')),
      extra: mappings.objects('extra').map((each) => ({
        key: each.only('key', 'valueExpression').text('key'),
        valueExpression: each.text('valueExpression'),
      })),
    },
    userValidationRules: fields.objects('userValidationRules').map((rule) => ({
      expression: rule.only('expression', 'message').text('expression'),
      message: rule.text('message'),
    })),
  }
}

function issuerOf(fields: StrictFields): JwtConfiguration['issuer'] {
  fields.only(
    'url',
    'discoveryURL',
    'certificateAuthority',
    'audiences',
    'audienceMatchPolicy',
    'egressSelectorType',
  )
  return {
    url: fields.text('url'),
    discoveryURL: fields.text('discoveryURL'),
    certificateAuthority: fields.text('certificateAuthority'),
    audiences: fields.texts('audiences'),
    audienceMatchPolicy: fields.text('audienceMatchPolicy'),
    egressSelectorType: fields.text('egressSelectorType'),
  }
}

function prefixedOf(fields: StrictFields): ClaimOrExpression & { readonly prefix?: string } {
  const prefix = fields.only('claim', 'prefix', 'expression').optionalText('prefix')
  return { ...claimOrExpressionOf(fields), ...(prefix !== undefined && { prefix }) }
}

function claimOrExpressionOf(fields: StrictFields): ClaimOrExpression {
  return { claim: fields.text('claim'), expression: fields.text('expression') }
}
