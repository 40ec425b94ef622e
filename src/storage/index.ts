export { lockFolder } from './folder-lock.ts'
export { appendLines, openLineFile } from './line-file.ts'
export { makeFolder } from './make-folder.ts'
export type { Cursor } from './queue/cursor.ts'
export {
  openSegmentQueue,
  type QueuedBatch,
  type SegmentQueue,
  type SegmentQueueOptions,
} from './queue/segment-queue.ts'
export {
  type Database,
  DatabaseError,
  openDatabase,
  openForReading,
  type ReadableDatabase,
  type Row,
} from './sqlite/database.ts'
export type { SqlValue, Statement } from './sqlite/writer.ts'
