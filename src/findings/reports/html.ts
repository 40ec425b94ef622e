import type { Reporter, ReportSink } from './reporter.ts'
export function createHtmlReporter(sink: ReportSink): Reporter {
  return {
    begin() {},
    finding() {},
    problem() {},
    end() {
      sink.write('')
    },
  }
}
