import { createFindingRecord, problemRecord, summaryRecord } from './json-record.ts'
import type { Reporter, TextSink } from './reporter.ts'

/**
 * JSON Lines: a record a line as it comes, `{"finding":…}`, `{"problem":…}` and at the end one `{"summary":…}`;
 * each record is what the `json` report holds. Excepted and known findings are marked, not left out.
 */
export function createJsonlReporter(sink: TextSink): Reporter {
  let record: ReturnType<typeof createFindingRecord>
  let render: Parameters<typeof problemRecord>[1]
  return {
    begin(run) {
      record = createFindingRecord(run)
      render = run.render
    },
    finding(reported) {
      sink.write(`{"finding":${record(reported)}}\n`)
    },
    problem(problem) {
      sink.write(`{"problem":${problemRecord(problem, render)}}\n`)
    },
    end(summary) {
      sink.write(`{"summary":${summaryRecord(summary)}}\n`)
    },
  }
}
