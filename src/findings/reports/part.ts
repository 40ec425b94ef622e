import { createReporter, type ReporterOptions, type ReportFormat } from './create.ts'
import type { Outlet } from './outlets.ts'
import type { ReportPart, Run } from './reporter.ts'
import { Utf8Chunks } from './utf8.ts'

/** Formats whose findings can be rendered in parts, by several reporters, and put together by one. */
export const PARTED_FORMATS: readonly ReportFormat[] = ['pretty', 'json', 'jsonl', 'sarif']

/** Parts are large, and each chunk costs its way to another thread. */
const CHUNK_LENGTH = 256 * 1024

/** A reporter whose output is taken away piece by piece. */
export interface PartWriter {
  readonly outlet: Outlet
  /** @returns what was reported since the last call, for `Reporter.append`; undefined where that is nothing */
  take(): ReportPart | undefined
}

/** Makes the reporter that renders parts of a run's report elsewhere than where the report is written. */
export async function createPartWriter(
  format: ReportFormat,
  run: Run,
  options: ReporterOptions,
): Promise<PartWriter> {
  let chunks: Uint8Array<ArrayBuffer>[] = []
  const sink = new Utf8Chunks((chunk) => chunks.push(chunk), CHUNK_LENGTH)
  const reporter = await createReporter(format, sink, options)
  reporter.begin(run)
  // What stands before the first finding is written by the reporter that the parts go to.
  sink.flush()
  chunks = []
  return {
    outlet: { reporter, sink },
    take() {
      sink.flush()
      reporter.separate?.()
      const inline = chunks
      chunks = []
      const kept = reporter.takeKept?.() ?? []
      return inline.length + kept.length === 0 ? undefined : { inline, kept }
    },
  }
}
