import { createReporter, type ReporterOptions, type ReportFormat } from './create.ts'
import type { Reporter, Run } from './reporter.ts'
import { Utf8Chunks } from './utf8.ts'

/** Formats whose findings can be rendered in parts, by several reporters, and put together by one. */
export const PARTED_FORMATS: readonly ReportFormat[] = ['pretty', 'json', 'jsonl', 'sarif']

/** A reporter whose output is taken away piece by piece. */
export interface PartWriter {
  readonly reporter: Pick<Reporter, 'finding'>
  /** @returns what was written since the last call, for `Reporter.append`; undefined where that is nothing */
  take(): Uint8Array<ArrayBuffer> | undefined
}

/** Makes the reporter that renders parts of a run's report elsewhere than where the report is written. */
export async function createPartWriter(
  format: ReportFormat,
  run: Run,
  options: ReporterOptions,
): Promise<PartWriter> {
  let chunks: Buffer[] = []
  const sink = new Utf8Chunks((chunk) => chunks.push(chunk))
  const reporter = await createReporter(format, sink, options)
  reporter.begin(run)
  // What stands before the first finding is written by the reporter that the parts go to.
  sink.flush()
  chunks = []
  return {
    reporter,
    take() {
      sink.flush()
      reporter.separate?.()
      if (chunks.length === 0) return undefined
      const part = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
      let at = 0
      for (const chunk of chunks) {
        part.set(chunk, at)
        at += chunk.length
      }
      chunks = []
      return part
    },
  }
}
