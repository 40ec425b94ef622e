import { REPORT_FORMAT } from '../baseline.ts'
import { createFindingRecord, problemRecord, summaryRecord } from './json-record.ts'
import { quote } from './json-text.ts'
import type { Reporter, ReportSink } from './reporter.ts'
import { startsWith, Utf8Chunks, utf8 } from './utf8.ts'

const SEPARATOR = utf8(',\n')

/**
 * One JSON document, described in docs/report-json.md. Findings are written as they come; problems and the
 * excepted findings, few as a rule, are kept for their own lists after them.
 */
export function createJsonReporter(sink: ReportSink): Reporter {
  let record: ReturnType<typeof createFindingRecord>
  let render: Parameters<typeof problemRecord>[1]
  const findings = createList(sink)
  const exceptions = createKeptList()
  const problems = createKeptList()
  return {
    begin(run) {
      record = createFindingRecord(run)
      render = run.render
      const startedAt = run.startedAt === undefined ? '' : `,\n"startedAt":${quote(run.startedAt)}`
      sink.write(
        `{"format":"${REPORT_FORMAT}",\n"version":${quote(run.version)},\n"language":"${run.language}"${startedAt},\n"findings":[\n`,
      )
    },
    finding(reported) {
      record(reported, reported.suppression?.kind === 'exception' ? exceptions.item() : findings.item())
    },
    problem(problem) {
      problems.item().write(problemRecord(problem, render))
    },
    append(part) {
      findings.item().writeBytes(startsWith(part, SEPARATOR) ? part.subarray(SEPARATOR.length) : part)
    },
    end(summary) {
      sink.write('\n],\n"exceptions":[\n')
      exceptions.writeTo(sink)
      sink.write('\n],\n"problems":[\n')
      problems.writeTo(sink)
      sink.write(`\n],\n"summary":${summaryRecord(summary)}}\n`)
    },
  }
}

/** Items of a JSON list, an item a line. */
function createList(sink: ReportSink): { item(): ReportSink } {
  let first = true
  return {
    item() {
      if (first) first = false
      else sink.writeBytes(SEPARATOR)
      return sink
    },
  }
}

/** A list whose turn to be written comes later. */
function createKeptList(): { item(): ReportSink; writeTo(sink: ReportSink): void } {
  const parts: Buffer[] = []
  const chunks = new Utf8Chunks((chunk) => {
    parts.push(Buffer.from(chunk))
  })
  const list = createList(chunks)
  return {
    item: list.item,
    writeTo(sink) {
      chunks.flush()
      for (const part of parts) sink.writeBytes(part)
    },
  }
}
