export { AuthenticationError } from './authentication-error.ts'
export type { Authenticated, Authenticator, Presented } from './authenticator.ts'
