import { type Objection, StrictFields } from '../../../kubernetes/index.ts'
import type { AuthorizationConfiguration, WebhookConfiguration } from './configuration.ts'

/**
 * Decodes an `AuthorizationConfiguration` strictly, as the API server reads it.
 *
 * @param value - the parsed document
 */
export function decodeConfiguration(value: unknown): {
  readonly configuration: AuthorizationConfiguration
  readonly objections: readonly Objection[]
} {
  const objections: Objection[] = []
  const fields = new StrictFields(value, [], objections).only('apiVersion', 'kind', 'authorizers')
  const authorizers = fields.objects('authorizers').map((authorizer) => {
    const webhook = authorizer.only('type', 'name', 'webhook').optionalObject('webhook')
    return {
      type: authorizer.text('type'),
      name: authorizer.text('name'),
      ...(webhook !== undefined && { webhook: webhookOf(webhook) }),
    }
  })
  return { configuration: { authorizers }, objections }
}

function webhookOf(fields: StrictFields): WebhookConfiguration {
  fields.only(
    'authorizedTTL',
    'unauthorizedTTL',
    'timeout',
    'subjectAccessReviewVersion',
    'matchConditionSubjectAccessReviewVersion',
    'failurePolicy',
    'connectionInfo',
    'matchConditions',
  )
  const connection = fields.object('connectionInfo').only('type', 'kubeConfigFile')
  const kubeConfigFile = connection.optionalText('kubeConfigFile')
  return {
    authorizedTTL: fields.text('authorizedTTL'),
    unauthorizedTTL: fields.text('unauthorizedTTL'),
    timeout: fields.text('timeout'),
    subjectAccessReviewVersion: fields.text('subjectAccessReviewVersion'),
    matchConditionSubjectAccessReviewVersion: fields.text('matchConditionSubjectAccessReviewVersion'),
    failurePolicy: fields.text('failurePolicy'),
    connectionInfo: {
      type: connection.text('type'),
      ...(kubeConfigFile !== undefined && { kubeConfigFile }),
    },
    matchConditions: fields
      .objects('matchConditions')
      .map((condition) => condition.only('expression').text('expression')),
  }
}
