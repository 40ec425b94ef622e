import { createFindingRecord, type FindingRecord, problemRecord, summaryRecord } from './json-record.ts'
import type { Reporter, ReportSink } from './reporter.ts'

/**
 * JSON Lines: a record a line as it comes, `{"finding":…}`, `{"problem":…}` and at the end one `{"summary":…}`;
 * each record is what the `json` report holds. Excepted and known findings are marked, not left out.
 */
export function createJsonlReporter(sink: ReportSink): Reporter {
  let record: FindingRecord
  let render: Parameters<typeof problemRecord>[1]
  return {
    begin(run) {
      record = createFindingRecord(run)
      render = run.render
    },
    finding(reported) {
      sink.write('{"finding":')
      record.write(reported, sink)
      sink.write('}\n')
    },
    ownTexts(object) {
      return record.ownTexts(object)
    },
    problem(problem) {
      sink.write(`{"problem":${problemRecord(problem, render)}}\n`)
    },
    append(part) {
      for (const chunk of part.inline) sink.giveBytes(chunk)
    },
    end(summary) {
      sink.write(`{"summary":${summaryRecord(summary)}}\n`)
    },
  }
}
