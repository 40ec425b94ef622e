export { AuthenticationError } from './authentication-error.ts'
export type { Authenticated, Authenticator, Presented } from './authenticator.ts'
export {
  type Authority,
  type AuthorityOptions,
  type IssuedCertificate,
  type IssuedKeyPair,
  openAuthority,
} from './authority/authority.ts'
export { newCertificateRequest } from './authority/certificate-request.ts'
export { authorityMessages } from './authority/messages.ts'
export {
  fileServingCertificate,
  issuedServingCertificate,
  type RotationOptions,
  type ServingCertificate,
  type ServingPair,
} from './authority/serving-certificate.ts'
export { authenticationFileMessages } from './files/messages.ts'
export { AuthenticationSetupError } from './setup-error.ts'
