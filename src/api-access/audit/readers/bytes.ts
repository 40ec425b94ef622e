import { LineSplitter } from './lines.ts'
import { type AuditItem, READ_LIMITS, type ReadLimits } from './reader.ts'
import { RecordDecoder } from './records.ts'

/** Takes a source's bytes as they come and tells what they hold. */
export interface BytesDecoder {
  push(chunk: Buffer): AuditItem[]
  /** At the end of the source: what was left unfinished. */
  finish(): AuditItem[]
  /** Bytes up to the last line that was complete. */
  readonly offset: number
}

/** @param source - its name for positions */
export function createBytesDecoder(source: string, limits: ReadLimits = READ_LIMITS): BytesDecoder {
  const splitter = new LineSplitter(limits.lineBytes)
  const decoder = new RecordDecoder(source, limits)
  return {
    push: (chunk) => decoder.decode(splitter.push(chunk)),
    finish: () => [...decoder.decode(splitter.finish()), ...decoder.finish()],
    get offset() {
      return splitter.offset
    },
  }
}
