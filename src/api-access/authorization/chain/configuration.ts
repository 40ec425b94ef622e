/** What `--authorization-mode` may name, in the order in which Kubernetes lists them. */
export const MODES = ['ABAC', 'AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC', 'Webhook'] as const
export type Mode = (typeof MODES)[number]

/** An `AuthorizationConfiguration`, or what flags say; what is not given is empty. */
export interface AuthorizationConfiguration {
  readonly authorizers: readonly AuthorizerConfiguration[]
}

export interface AuthorizerConfiguration {
  /** A mode, once it is valid. */
  readonly type: string
  readonly name: string
  readonly webhook?: WebhookConfiguration
}

export interface WebhookConfiguration {
  /** As written, e.g. `5m`; empty: 5m. */
  readonly authorizedTTL: string
  /** Empty: 30s. */
  readonly unauthorizedTTL: string
  readonly timeout: string
  readonly subjectAccessReviewVersion: string
  readonly matchConditionSubjectAccessReviewVersion: string
  readonly failurePolicy: string
  readonly connectionInfo: { readonly type: string; readonly kubeConfigFile?: string }
  readonly matchConditions: readonly string[]
}
