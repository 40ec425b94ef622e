export type { RequestAttributes } from './attributes.ts'
export type { Decision } from './decision.ts'
export type { User } from './user.ts'
