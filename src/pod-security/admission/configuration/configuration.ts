/** API versions in which the file's form is the same. */
export const CONFIGURATION_GROUP = 'pod-security.admission.config.k8s.io'
export const CONFIGURATION_VERSIONS = ['v1alpha1', 'v1beta1', 'v1'] as const
export const CONFIGURATION_KIND = 'PodSecurityConfiguration'

/** A cluster's PodSecurityConfiguration as read from its file, all defaults filled in, not yet validated. */
export interface PodSecurityConfiguration {
  /** "Defaults applied when a mode label is not set." */
  readonly defaults: PodSecurityDefaults
  readonly exemptions: PodSecurityExemptions
}

/** Levels and versions as text, as they stand in the file. */
interface PodSecurityDefaults {
  readonly enforce: string
  readonly 'enforce-version': string
  readonly audit: string
  readonly 'audit-version': string
  readonly warn: string
  readonly 'warn-version': string
}

/** Requests that Pod Security Admission does not look at. */
export interface PodSecurityExemptions {
  readonly usernames: readonly string[]
  readonly namespaces: readonly string[]
  readonly runtimeClasses: readonly string[]
}

/**
 * What holds in a cluster without such a file: "the default for the static configuration is `privileged` and
 * `latest`" (KEP-2579, Defaulting), and nothing is exempt.
 */
export const DEFAULT_CONFIGURATION: PodSecurityConfiguration = {
  defaults: {
    enforce: 'privileged',
    'enforce-version': 'latest',
    audit: 'privileged',
    'audit-version': 'latest',
    warn: 'privileged',
    'warn-version': 'latest',
  },
  exemptions: { usernames: [], namespaces: [], runtimeClasses: [] },
}
