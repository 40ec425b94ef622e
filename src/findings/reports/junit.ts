import type { InputProblem } from '../../kubernetes/index.ts'
import { formatFieldPath } from '../../kubernetes/index.ts'
import type { ReportedFinding } from '../reported.ts'
import { exceeds } from '../threshold.ts'
import { labels, phrases, severityLabel } from './labels.ts'
import { remedyLines } from './remedy.ts'
import type { Reporter, ReportSink, Run } from './reporter.ts'
import { visibleLines } from './visible.ts'

/** A file with more findings is written as several suites, so that memory stays bounded. */
const SUITE_SIZE = 5_000

interface Suite {
  readonly file: string
  cases: string[]
  failures: number
  errors: number
  skipped: number
}

/**
 * JUnit's XML as CI servers read it: a suite a file, a case a finding. Findings at or over the threshold are
 * failures; below it, known or excepted, they are skipped cases; an input that could not be evaluated is an
 * error. A run that finds nothing has one passed case, since servers take an empty report for a broken one.
 */
export function createJunitReporter(sink: ReportSink): Reporter {
  let run: Run
  let suite: Suite | undefined
  let empty = true
  return {
    begin(started) {
      run = started
      sink.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="haetae">\n')
    },
    finding(reported) {
      const open = suiteFor(reported.finding.location.file)
      open.cases.push(findingCase(reported, run))
      if (counts(reported, run)) open.failures++
      else open.skipped++
    },
    problem(problem) {
      const open = suiteFor(problem.file)
      open.cases.push(problemCase(problem, run))
      open.errors++
    },
    end(summary) {
      closeSuite()
      if (empty) {
        const name = attribute(phrases.summary[run.language](summary))
        sink.write(
          `  <testsuite name="haetae" tests="1" failures="0" errors="0" skipped="0">\n    <testcase classname="haetae" name="${name}"/>\n  </testsuite>\n`,
        )
      }
      sink.write('</testsuites>\n')
    },
  }

  function suiteFor(file: string): Suite {
    if (suite !== undefined && (suite.file !== file || suite.cases.length >= SUITE_SIZE)) closeSuite()
    suite ??= { file, cases: [], failures: 0, errors: 0, skipped: 0 }
    return suite
  }

  function closeSuite(): void {
    if (suite === undefined) return
    const { file, cases, failures, errors, skipped } = suite
    sink.write(
      `  <testsuite name="${attribute(file)}" tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="${skipped}">\n`,
    )
    for (const text of cases) sink.write(text)
    sink.write('  </testsuite>\n')
    suite = undefined
    empty = false
  }
}

function counts(reported: ReportedFinding, run: Run): boolean {
  return reported.suppression === undefined && exceeds(reported.finding, run.failOn)
}

function findingCase(reported: ReportedFinding, run: Run): string {
  const { finding, suppression } = reported
  const { language } = run
  const { resource, location, check, severity } = finding
  const path = formatFieldPath(location.path)
  const owner = [
    resource.kind,
    ...(resource.namespace === undefined ? [] : [resource.namespace]),
    resource.name,
  ]
  const message = run.render(finding.message)
  const head = `    <testcase classname="${attribute(owner.join('/'))}" name="${attribute(`${check}${path === '' ? '' : ` ${path}`}`)}" file="${attribute(location.file)}" line="${location.line}">`
  if (!counts(reported, run)) {
    const why =
      suppression?.kind === 'exception'
        ? `${labels.excepted[language]}: ${suppression.exception.reason}`
        : suppression?.kind === 'baseline'
          ? labels.known[language]
          : severityLabel[severity][language]
    return `${head}<skipped message="${attribute(`${why} — ${message}`)}"/></testcase>\n`
  }
  const url = run.helpUrl(check)
  const details = [
    `${location.file}:${location.line}:${location.column}`,
    message,
    ...(finding.remediation?.message === undefined ? [] : [run.render(finding.remediation.message)]),
    ...remedyLines(finding.remediation?.patch ?? []).map(({ sign, text }) => `${sign} ${text}`),
    ...(url === undefined ? [] : [url]),
  ]
  return `${head}<failure type="${severity}" message="${attribute(message)}">${content(details.join('\n'))}</failure></testcase>\n`
}

function problemCase({ code, file, line, column, message }: InputProblem, run: Run): string {
  const text = run.render(message)
  const place = `${file}${line === undefined ? '' : `:${line}`}${column === undefined ? '' : `:${column}`}`
  const at = line === undefined ? '' : ` line="${line}"`
  return `    <testcase classname="${attribute(file)}" name="${attribute(labels.problem[run.language])}" file="${attribute(file)}"${at}><error type="${attribute(code)}" message="${attribute(text)}">${content(`${place}\n${text}`)}</error></testcase>\n`
}

const SPECIAL = /[&<>"\t\r\n]/g
const SPECIALS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // XML 1.0, 3.3.3: white space in an attribute is read as a space unless it is a character reference.
  '\t': '&#9;',
  '\r': '&#13;',
  '\n': '&#10;',
}

function attribute(text: string): string {
  return legal(text).replaceAll(SPECIAL, (character) => SPECIALS[character] ?? character)
}

function content(text: string): string {
  return legal(text).replaceAll(/[&<>]/g, (character) => SPECIALS[character] ?? character)
}

/**
 * XML 1.0, 2.2: Char leaves out most control characters, lone surrogates, U+FFFE and U+FFFF. Controls, and what
 * reorders text, are written out, as in every report for people.
 */
function legal(text: string): string {
  return visibleLines(text)
    .join('\n')
    .toWellFormed()
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
}
