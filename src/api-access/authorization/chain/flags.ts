import { defineMessages } from '../../../messages/index.ts'
import { verbatim } from '../verbatim.ts'
import { type AuthorizationConfiguration, MODES, type WebhookConfiguration } from './configuration.ts'
import { AuthorizationSetupError } from './setup-error.ts'

/** The API server's own words. */
export const authorizationFlagMessages = defineMessages('authorization-flags', {
  none: verbatim((_: object) => 'at least one authorization-mode must be passed'),
  unknown: verbatim((d: { mode: string }) => `authorization-mode "${d.mode}" is not a valid mode`),
  repeated: verbatim(
    (d: { modes: string }) => `authorization-mode "${d.modes}" has mode specified more than once`,
  ),
  'no-policy-file': verbatim((_: object) => "authorization-mode ABAC's authorization policy file not passed"),
  'no-webhook-file': verbatim(
    (_: object) => "authorization-mode Webhook's authorization config file not passed",
  ),
  'policy-file-alone': verbatim(
    (_: object) => 'cannot specify --authorization-policy-file without mode ABAC',
  ),
  'webhook-file-alone': verbatim(
    (_: object) => 'cannot specify --authorization-webhook-config-file without mode Webhook',
  ),
})

const { make } = authorizationFlagMessages

/** The API server's flags for authorization, each without its `--authorization-`. */
export interface AuthorizationFlags {
  readonly mode: readonly string[]
  readonly policyFile?: string
  readonly webhookConfigFile?: string
  /** `v1beta1` by default. */
  readonly webhookVersion?: 'v1' | 'v1beta1'
  /** As Go writes durations; `5m0s` by default. */
  readonly webhookCacheAuthorizedTTL?: string
  /** `30s` by default. */
  readonly webhookCacheUnauthorizedTTL?: string
}

/**
 * The configuration that flags stand for: modes are asked in the order in which they are named.
 *
 * @throws AuthorizationSetupError ERR_AUTHORIZATION_FLAGS
 * Source: kubernetes, `pkg/kubeapiserver/options`, authorization.
 */
export function configurationOfFlags(flags: AuthorizationFlags): AuthorizationConfiguration {
  const { mode: modes, policyFile, webhookConfigFile } = flags
  if (modes.length === 0) throw refused(make.none({}))
  for (const mode of modes) if (!MODES.some((known) => known === mode)) throw refused(make.unknown({ mode }))
  if (new Set(modes).size < modes.length) throw refused(make.repeated({ modes: modes.join(',') }))
  if (modes.includes('ABAC') && !policyFile) throw refused(make['no-policy-file']({}))
  if (modes.includes('Webhook') && !webhookConfigFile) throw refused(make['no-webhook-file']({}))
  if (policyFile && !modes.includes('ABAC')) throw refused(make['policy-file-alone']({}))
  if (webhookConfigFile && !modes.includes('Webhook')) throw refused(make['webhook-file-alone']({}))
  return {
    authorizers: modes.map((type) => ({
      type,
      name: type === 'Webhook' ? 'default' : type.toLowerCase(),
      ...(type === 'Webhook' && { webhook: webhookOf(flags) }),
    })),
  }
}

function webhookOf(flags: AuthorizationFlags): WebhookConfiguration {
  const { webhookConfigFile = '', webhookVersion = 'v1beta1' } = flags
  return {
    authorizedTTL: flags.webhookCacheAuthorizedTTL ?? '5m',
    unauthorizedTTL: flags.webhookCacheUnauthorizedTTL ?? '30s',
    timeout: '30s',
    subjectAccessReviewVersion: webhookVersion,
    matchConditionSubjectAccessReviewVersion: '',
    failurePolicy: 'NoOpinion',
    connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: webhookConfigFile },
    matchConditions: [],
  }
}

function refused(detail: AuthorizationSetupError['detail']): AuthorizationSetupError {
  return new AuthorizationSetupError('ERR_AUTHORIZATION_FLAGS', detail)
}
