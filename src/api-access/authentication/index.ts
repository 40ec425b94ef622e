export type { Authenticated, Authenticator, Presented } from './authenticator.ts'
export {
  type Authority,
  type AuthorityOptions,
  type IssuedCertificate,
  type IssuedKeyPair,
  openAuthority,
} from './authority/authority.ts'
export { newCertificateRequest } from './authority/certificate-request.ts'
export { type LastingAuthority, openLastingAuthority } from './authority/lasting-authority.ts'
export { authorityMessages } from './authority/messages.ts'
export {
  fileServingCertificate,
  issuedServingCertificate,
  type RotationOptions,
  type ServingCertificate,
  type ServingPair,
} from './authority/serving-certificate.ts'
export {
  bearerAuthenticator,
  protocolsWithoutToken,
  type TokenAuthenticator,
} from './bearer/bearer-token.ts'
export { bootstrapTokenAuthenticator } from './bearer/bootstrap-tokens.ts'
export { reloadedStaticTokens, staticTokenAuthenticator } from './bearer/static-tokens.ts'
export { type CaBundle, parseCaBundle, reloadedCaBundle } from './certificates/ca-bundle.ts'
export { clientCertificateAuthenticator } from './certificates/client-certificate.ts'
export { type FrontProxyOptions, frontProxyAuthenticator } from './certificates/front-proxy.ts'
export {
  type AnonymousAccess,
  type AuthenticationChain,
  type AuthenticationOutcome,
  authenticationChain,
  type ChainOptions,
} from './chain.ts'
export { authenticationFileMessages } from './files/messages.ts'
export type { Reloaded, ReloadOptions } from './files/reloaded-file.ts'
export { impersonationHeaders, isIdentityHeader } from './identity-headers.ts'
export { type Authorize, type Impersonation, impersonate } from './impersonation/impersonate.ts'
export { impersonationMessages } from './impersonation/messages.ts'
export { clusterKeysVerifier } from './jwt/cluster-keys.ts'
export { jwtMessages } from './jwt/messages.ts'
export { reloadedPublicKeys } from './jwt/public-keys.ts'
export { fileKeysVerifier, type SignatureVerifier } from './jwt/verify-signature.ts'
export { localUserMessages } from './local-users/messages.ts'
export { codeAddress, newCodeSecret } from './local-users/one-time-code.ts'
export {
  addUser,
  changePassword,
  type LocalUser,
  readUsers,
  removeUser,
} from './local-users/user-file.ts'
export {
  answerLogin,
  type EndpointAnswer,
  type EndpointRequest,
  LOGIN_BODY_LIMIT,
  LOGIN_PATH,
  RENEWAL_PATH,
} from './login/endpoint.ts'
export { createLogin, type Login, type LoginOptions } from './login/login.ts'
export { authenticationMessages } from './messages.ts'
export {
  type JwtIssuers,
  type JwtOptions,
  jwtAuthenticator,
  reloadedJwtIssuers,
} from './oidc/jwt-authenticator.ts'
export { oidcMessages } from './oidc/messages.ts'
export type { JwtObserver } from './oidc/observer.ts'
export {
  type ServiceAccountOptions,
  serviceAccountAuthenticator,
} from './service-account/service-account-tokens.ts'
export { TOKEN_TYPES } from './service-account/watched-types.ts'
export { AuthenticationSetupError } from './setup-error.ts'
export { answerTokenReview } from './token-review/answer.ts'
export { tokenReviewMessages } from './token-review/messages.ts'
export {
  clusterTokenAuthenticator,
  type TokenReviewOptions,
  tokenReviewAuthenticator,
} from './token-review/webhook.ts'
