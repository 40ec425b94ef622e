import { REPORT_FORMAT } from '../baseline.ts'
import { createFindingRecord, type FindingRecord, problemRecord, summaryRecord } from './json-record.ts'
import { quote } from './json-text.ts'
import type { Chunks, Reporter, ReportSink } from './reporter.ts'
import { giveChunks, Utf8Chunks, utf8 } from './utf8.ts'

const SEPARATOR = utf8(',\n')

/**
 * One JSON document, described in docs/report-json.md. Findings are written as they come; problems and the
 * excepted findings, few as a rule, are kept for their own lists after them.
 */
export function createJsonReporter(sink: ReportSink): Reporter {
  let record: FindingRecord
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
      record.write(reported, reported.suppression?.kind === 'exception' ? exceptions.item() : findings.item())
    },
    ownTexts(object) {
      return record.ownTexts(object)
    },
    problem(problem) {
      problems.item().write(problemRecord(problem, render))
    },
    append(part) {
      findings.give(part.inline)
      exceptions.give(part.kept)
    },
    takeKept() {
      return exceptions.take()
    },
    end(summary) {
      sink.write('\n],\n"exceptions":[\n')
      for (const chunk of exceptions.take()) sink.giveBytes(chunk)
      sink.write('\n],\n"problems":[\n')
      for (const chunk of problems.take()) sink.giveBytes(chunk)
      sink.write(`\n],\n"summary":${summaryRecord(summary)}}\n`)
    },
  }
}

/** Items of a JSON list, an item a line. */
function createList(sink: ReportSink): { item(): ReportSink; give(chunks: Chunks): void } {
  let first = true
  return {
    item() {
      if (first) first = false
      else sink.write(',\n')
      return sink
    },
    give(chunks) {
      if (chunks.length === 0) return
      giveChunks(chunks, SEPARATOR, !first, sink)
      first = false
    },
  }
}

/** A list whose turn to be written comes later. */
function createKeptList(): ReturnType<typeof createList> & { take(): Chunks } {
  let parts: Uint8Array<ArrayBuffer>[] = []
  const chunks = new Utf8Chunks((chunk) => {
    parts.push(chunk)
  })
  return {
    ...createList(chunks),
    take() {
      chunks.flush()
      const taken = parts
      parts = []
      return taken
    },
  }
}
