export { type CompiledOperand, compileOperandOf } from './compile-operand.ts'
export type { EventSource, RawScalar, RawValue } from './event-source.ts'
export { comparedValues, fieldsRead } from './fields-read.ts'
export {
  type CompiledFilter,
  type CompileError,
  type CompileResult,
  checkProblem,
  compileFilter,
  compileFilters,
  type FilterSet,
} from './filter-set.ts'
export { type PossibleValues, possibleValues } from './possible-values.ts'
export { type AuditEvent, auditEvents } from './sources/audit-events.ts'
export { timeField } from './sources/event-time.ts'
export { givenFields } from './sources/given-fields.ts'
export { type SyscallEvent, syscallEvents } from './sources/syscall-events.ts'
export { createUnionCompiler } from './union/index.ts'
export type { Scalar, Value } from './value.ts'
