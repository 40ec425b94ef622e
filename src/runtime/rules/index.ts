export {
  type AuditEvent,
  auditEvents,
  type CompiledFilter,
  type CompileError,
  type CompileResult,
  compileFilter,
  compileFilters,
  type EventSource,
  type FilterSet,
  givenFields,
  type PossibleValues,
  type RawValue,
  type SyscallEvent,
  syscallEvents,
} from './compiler/index.ts'
export { catalogueOf, EVENT_SOURCES, type EventSourceName, everyAuditField } from './fields/index.ts'
export { createFormat, NOT_AVAILABLE, type OutputFormat, type OutputValue } from './format/index.ts'
export {
  decodeBytes,
  type FilterNode,
  type FilterPosition,
  formatSyntaxError,
  parseFilter,
  printFilter,
} from './parser/index.ts'
