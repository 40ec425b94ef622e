export type { Authorizer, NonResourceRule, ResourceRule, SubjectRules } from './authorizer.ts'
