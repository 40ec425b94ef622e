import { REPORT_FORMAT } from '../baseline.ts'
import { createFindingRecord, problemRecord, summaryRecord } from './json-record.ts'
import { quote } from './json-text.ts'
import type { Reporter, TextSink } from './reporter.ts'

/**
 * One JSON document, described in docs/report-json.md. Findings are written as they come; problems and the
 * excepted findings, few as a rule, are kept for their own lists after them.
 */
export function createJsonReporter(sink: TextSink): Reporter {
  let record: ReturnType<typeof createFindingRecord>
  let render: Parameters<typeof problemRecord>[1]
  let separator = '\n'
  const problems: string[] = []
  const exceptions: string[] = []
  return {
    begin(run) {
      record = createFindingRecord(run)
      render = run.render
      const startedAt = run.startedAt === undefined ? '' : `,\n"startedAt":${quote(run.startedAt)}`
      sink.write(
        `{"format":"${REPORT_FORMAT}",\n"version":${quote(run.version)},\n"language":"${run.language}"${startedAt},\n"findings":[`,
      )
    },
    finding(reported) {
      if (reported.suppression?.kind === 'exception') {
        exceptions.push(record(reported))
        return
      }
      sink.write(separator + record(reported))
      separator = ',\n'
    },
    problem(problem) {
      problems.push(problemRecord(problem, render))
    },
    end(summary) {
      sink.write(`\n],\n"exceptions":[`)
      writeList(exceptions)
      sink.write(`],\n"problems":[`)
      writeList(problems)
      sink.write(`],\n"summary":${summaryRecord(summary)}}\n`)
    },
  }

  function writeList(records: readonly string[]): void {
    records.forEach((text, index) => {
      sink.write(index === 0 ? `\n${text}` : `,\n${text}`)
    })
  }
}
