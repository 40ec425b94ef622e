export { type FileOptions, readFiles } from './files.ts'
export { type FollowOptions, followFile } from './follow.ts'
export { type Line as LogLine, LineSplitter } from './lines.ts'
export { auditReaderMessages } from './messages.ts'
export {
  type AuditBatches,
  type AuditItem,
  type AuditProblem,
  type AuditRecord,
  READ_LIMITS,
  type ReadLimits,
  type RecordPosition,
} from './reader.ts'
export {
  type AuditReceiver,
  openReceiver,
  type ReceiverOptions,
  type ReceiverStats,
} from './receiver/receiver.ts'
export type { Delivery } from './receiver/waiting.ts'
export { inTimeOrder } from './rotated-set.ts'
export { readStore, type StoreReadOptions } from './store.ts'
export { readStream } from './stream.ts'
