/** An `AuthenticationConfiguration`; what the file does not say is empty. */
export interface AuthenticationConfiguration {
  readonly jwt: readonly JwtConfiguration[]
  readonly anonymous?: {
    readonly enabled: boolean
    readonly conditions: readonly { readonly path: string }[]
  }
}

export interface JwtConfiguration {
  readonly issuer: {
    readonly url: string
    readonly discoveryURL: string
    /** PEM. */
    readonly certificateAuthority: string
    readonly audiences: readonly string[]
    readonly audienceMatchPolicy: string
    readonly egressSelectorType: string
  }
  readonly claimValidationRules: readonly ClaimValidationRule[]
  readonly claimMappings: ClaimMappings
  readonly userValidationRules: readonly UserValidationRule[]
}

export interface ClaimValidationRule {
  readonly claim: string
  readonly requiredValue: string
  readonly expression: string
  readonly message: string
}

export interface UserValidationRule {
  readonly expression: string
  readonly message: string
}

export interface ClaimOrExpression {
  readonly claim: string
  readonly expression: string
}

export interface PrefixedClaimOrExpression extends ClaimOrExpression {
  readonly prefix?: string
}

export interface ClaimMappings {
  readonly username: PrefixedClaimOrExpression
  readonly groups: PrefixedClaimOrExpression
  readonly uid: ClaimOrExpression
  readonly extra: readonly { readonly key: string; readonly valueExpression: string }[]
}
