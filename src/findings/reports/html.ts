import { formatFieldPath, type InputProblem } from '../../kubernetes/index.ts'
import type { Finding, ResourceReference, Severity } from '../finding.ts'
import type { ReportedFinding, Suppression } from '../reported.ts'
import { excerptOf } from './excerpt.ts'
import { writePage } from './html-page.ts'
import { html, link, prose } from './html-text.ts'
import { labels, phrases, severityLabel } from './labels.ts'
import { remedyLines } from './remedy.ts'
import type { Reporter, ReportSink, Run } from './reporter.ts'
import { Utf8Chunks } from './utf8.ts'

/**
 * How many findings a page holds at most when one of a severity comes: a browser shows some ten thousand well, and
 * the graver ones get in last of all. What is left out is counted.
 */
const ROOM: Readonly<Record<Severity, number>> = { low: 6_000, medium: 9_000, high: 12_000, critical: 20_000 }
const MAX_PROBLEMS = 1_000

/**
 * One self-contained page: no request leaves it, nothing in it runs but its own script (Content Security Policy with
 * hashes). The findings are kept until the end, since the numbers stand above them.
 */
export function createHtmlReporter(sink: ReportSink): Reporter {
  let run: Run
  let resource: ResourceReference | undefined
  let file: string | undefined
  let inGroup = false
  let held = 0
  let leftOut = 0
  const problems: string[] = []
  const parts: Uint8Array<ArrayBuffer>[] = []
  const body = new Utf8Chunks((chunk) => {
    parts.push(chunk)
  })
  return {
    begin(started) {
      run = started
    },
    finding(reported) {
      const { finding } = reported
      if (held >= ROOM[finding.severity]) {
        leftOut++
        return
      }
      held++
      if (finding.resource !== resource || finding.location.file !== file) {
        if (inGroup) body.write('</section>\n')
        resource = finding.resource
        file = finding.location.file
        inGroup = true
        body.write(groupHead(resource, file, run))
      }
      writeFinding(reported, statementOf(finding, run), body, run)
    },
    problem(problem) {
      if (problems.length < MAX_PROBLEMS) problems.push(problemRow(problem, run))
    },
    end(summary) {
      if (inGroup) body.write('</section>\n')
      body.flush()
      writePage(sink, { run, summary, problems, findings: parts, leftOut })
    },
  }
}

/** The parts of a finding's markup around its place. */
interface Statement {
  /** From the start up to its place. */
  readonly head: string
  /** From behind the excerpt to the end. */
  readonly tail: string
}

function statementOf(
  { check, severity, message, remediation, references, location }: Finding,
  run: Run,
): Statement {
  const { language } = run
  const url = run.helpUrl(check)
  const path = formatFieldPath(location.path)
  let tail = ''
  if (remediation !== undefined) {
    tail += `<h4>${html((remediation.safe ? labels.safeFix : labels.fix)[language])}</h4>`
    if (remediation.message !== undefined) tail += `<p>${prose(run.render(remediation.message))}</p>`
    if (remediation.patch.length > 0) {
      const lines = remedyLines(remediation.patch).map(({ sign, text }) => {
        const line = `${sign} ${html(text)}`
        return sign === '+' ? `<ins>${line}</ins>` : sign === '-' ? `<del>${line}</del>` : `${line}\n`
      })
      tail += `<pre>${lines.join('')}</pre>`
    }
  }
  const urls = new Set([...(url === undefined ? [] : [url]), ...references])
  const links = [...urls].map((each) => link(each, each))
  if (links.length > 0) tail += `<h4>${labels.reference[language]}</h4><p>${links.join('<br>')}</p>`
  return {
    head: `<span class="badge ${severity}">${severityLabel[severity][language]}</span><span>${prose(
      run.render(message),
    )}</span><span class="where"><code>${html(check)}</code> · ${path === '' ? '' : `<code>${html(path)}</code> · `}`,
    tail: `${tail}</div></details>\n`,
  }
}

function writeFinding(
  { finding, suppression, source }: ReportedFinding,
  { head, tail }: Statement,
  body: ReportSink,
  run: Run,
): void {
  const { check, severity, location } = finding
  const excerpt = excerptOf(location, source)
  const state = suppression === undefined ? '' : ` suppressed" data-suppressed="${suppression.kind}`
  let text = `<details class="finding${state}" data-severity="${severity}" data-check="${html(check)}"><summary>${head}${html(location.file)}:${location.line}:${location.column}</span></summary><div class="more">`
  if (suppression !== undefined) text += suppressionText(suppression, run)
  if (excerpt !== undefined) {
    const gutter = ' '.repeat(String(excerpt.line).length)
    const blanks = typeof excerpt.before === 'number' ? ' '.repeat(excerpt.before) : excerpt.before
    text += `<pre><i>${excerpt.line} │ </i>${html(excerpt.text)}\n<i>${gutter} │ </i>${blanks}<b>^</b></pre>`
  }
  body.write(text)
  body.write(tail)
}

function suppressionText(suppression: Suppression, { language }: Run): string {
  if (suppression.kind === 'baseline') return `<p><span class="tag">${labels.known[language]}</span></p>`
  const { reason, until } = suppression.exception
  const limit = until === undefined ? '' : ` (${html(phrases.until[language]({ until }))})`
  return `<p><span class="tag">${labels.excepted[language]}</span>${labels.reason[language]}: ${html(reason)}${limit}</p>`
}

function groupHead({ kind, namespace, name }: ResourceReference, file: string, { language }: Run): string {
  const shownName = name === '' ? labels.unnamed[language] : html(name)
  const where =
    namespace === undefined ? '' : ` <small>${labels.namespace[language]} ${html(namespace)}</small>`
  return `<section class="group"><h3><span>${html(kind)} ${shownName}${where}</span><small>${html(file)}</small></h3>\n`
}

function problemRow({ code, file, line, column, message }: InputProblem, run: Run): string {
  const place = `${file}${line === undefined ? '' : `:${line}`}${column === undefined ? '' : `:${column}`}`
  return `<tr><td><code>${html(place)}</code></td><td>${html(run.render(message))} <code>${html(code)}</code></td></tr>\n`
}
