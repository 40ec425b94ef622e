import type { InputProblem } from '../../kubernetes/index.ts'
import type { Language } from '../../messages/index.ts'
import { type Finding, SEVERITIES, type Severity } from '../finding.ts'
import { labels, phrases, severityLabel } from './labels.ts'
import { remedyLines } from './remedy.ts'
import type { Reporter, ReportSink, Run } from './reporter.ts'
import { visible } from './visible.ts'

/** GitHub refuses a comment over 65,536 characters; the rest is left for what a workflow adds around it. */
export const MARKDOWN_LIMIT = 60_000

const MARK: Readonly<Record<Severity, string>> = { critical: '🟣', high: '🔴', medium: '🟠', low: '🔵' }

/**
 * GitHub-flavoured Markdown for a pull request's comment: the verdict, the findings that count as a table with
 * the gravest first, and what they need. Bounded in size; what did not fit is counted.
 *
 * @param limit - characters of the whole text
 */
export function createMarkdownReporter(sink: ReportSink, { limit = MARKDOWN_LIMIT } = {}): Reporter {
  let run: Run
  const rows: Readonly<Record<Severity, BoundedRows>> = {
    critical: new BoundedRows(limit),
    high: new BoundedRows(limit),
    medium: new BoundedRows(limit),
    low: new BoundedRows(limit),
  }
  const problems = new BoundedRows(limit / 4)
  return {
    begin(started) {
      run = started
    },
    finding({ finding, suppression }) {
      if (suppression === undefined) rows[finding.severity].add(() => findingRow(finding, run))
    },
    problem(problem) {
      problems.add(() => problemRow(problem, run))
    },
    end(summary) {
      const { language } = run
      let text = `## ${labels.report[language]}\n\n**${phrases.verdict[language](summary)}**\n\n${phrases.summary[language](summary)}\n`
      if (problems.count > 0)
        text += `\n### ${labels.problems[language]}\n\n${problems.texts.join('')}${omission(problems.count - problems.texts.length, language)}`
      if (summary.total > 0) {
        text += `\n### ${labels.findings[language]}\n\n| ${labels.severity[language]} | ${labels.check[language]} | ${labels.resource[language]} | ${labels.message[language]} |\n| --- | --- | --- | --- |\n`
        let shown = 0
        // Room for the closing sentence is kept.
        let room = limit - text.length - 300
        for (const severity of SEVERITIES)
          for (const row of rows[severity].texts) {
            if (row.length > room) break
            room -= row.length
            text += row
            shown++
          }
        text += omission(summary.total - shown, language)
      }
      sink.write(text)
    },
  }
}

/** Rows up to a number of characters, and the count of all; rows beyond are not even rendered. */
class BoundedRows {
  readonly texts: string[] = []
  count = 0
  #room: number

  constructor(limit: number) {
    this.#room = limit
  }

  add(row: () => string): void {
    this.count++
    if (this.#room <= 0) return
    const text = row()
    this.#room -= text.length
    if (this.#room > 0) this.texts.push(text)
  }
}

function findingRow(finding: Finding, run: Run): string {
  const { language } = run
  const { resource, location, severity, check, remediation } = finding
  const url = run.helpUrl(check)
  const name =
    url === undefined ? code(check) : `[${code(check)}](${url.replaceAll(/[()\s|]/g, encodeURIComponent)})`
  const namespace = resource.namespace === undefined ? '' : `${resource.namespace}/`
  const where = `${code(`${resource.kind} ${namespace}${resource.name}`)}<br>${code(`${location.file}:${location.line}:${location.column}`)}`
  let message = escapeMarkdown(run.render(finding.message))
  if (remediation !== undefined) {
    const note = remediation.message === undefined ? [] : [escapeMarkdown(run.render(remediation.message))]
    const lines = remedyLines(remediation.patch).map((line) => codeLine(`${line.sign} ${line.text}`))
    message += `<details><summary>${labels.fix[language]}</summary>${[...note, ...lines].join('<br>')}</details>`
  }
  return `| ${MARK[severity]} ${severityLabel[severity][language]} | ${name} | ${where} | ${message} |\n`
}

function problemRow({ code: id, file, line, column, message }: InputProblem, run: Run): string {
  const place = `${file}${line === undefined ? '' : `:${line}`}${column === undefined ? '' : `:${column}`}`
  return `- ${code(place)} ${escapeMarkdown(run.render(message))} (${code(id)})\n`
}

function omission(count: number, language: Language): string {
  return count > 0 ? `\n_${phrases.leftOut[language]({ count })}_\n` : ''
}

/** Code in a table's cell: as HTML, since no number of backticks holds a `|` there. */
function code(text: string): string {
  return `<code>${entities(visible(text))}</code>`
}

/** A code line whose indentation must show. */
function codeLine(text: string): string {
  return `<code>${entities(visible(text)).replaceAll(' ', '&nbsp;')}</code>`
}

/** Prose: what Markdown, HTML or GitHub's mentions would take for more is escaped; backticks make code. */
function escapeMarkdown(text: string): string {
  return entities(visible(text)).replaceAll(/&#96;(.+?)&#96;/g, '<code>$1</code>')
}

function entities(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll(
        /[<>|`*~[\]\\]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g,
        (character) => `&#${character.charCodeAt(0)};`,
      )
      // A mention would notify people whom a manifest names; a word joiner keeps it text.
      .replaceAll('@', '@\u2060')
  )
}
