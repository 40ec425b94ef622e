export type { PathRule } from './paths.ts'
export { createRedactor, type Redact, type RedactionOptions } from './redact.ts'
