export { MASK } from './mask.ts'
export type { PathRule } from './paths.ts'
export { createRedactor, REDACTED_ANNOTATION, type Redact, type RedactionOptions } from './redact.ts'
