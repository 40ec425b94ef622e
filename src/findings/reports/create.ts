import type { Reporter, ReportSink } from './reporter.ts'

/** The names that `--format` takes. */
export const REPORT_FORMATS = ['pretty', 'json', 'jsonl', 'sarif', 'junit', 'markdown', 'html'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

export interface ReporterOptions {
  /** ANSI colours; only `pretty` has any. */
  readonly colour: boolean
}

/**
 * Makes the reporter of a format. Each is read only when it is asked for, so that a run pays for no other's code.
 *
 * @param sink - where its text goes
 */
export async function createReporter(
  format: ReportFormat,
  sink: ReportSink,
  options: ReporterOptions,
): Promise<Reporter> {
  switch (format) {
    case 'pretty':
      return (await import('./pretty.ts')).createPrettyReporter(sink, options)
    case 'json':
      return (await import('./json.ts')).createJsonReporter(sink)
    case 'jsonl':
      return (await import('./jsonl.ts')).createJsonlReporter(sink)
    case 'sarif':
      return (await import('./sarif.ts')).createSarifReporter(sink)
    case 'junit':
      return (await import('./junit.ts')).createJunitReporter(sink)
    case 'markdown':
      return (await import('./markdown.ts')).createMarkdownReporter(sink)
    case 'html':
      return (await import('./html.ts')).createHtmlReporter(sink)
  }
}
