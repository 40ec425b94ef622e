import type { InputProblem } from '../../kubernetes/index.ts'
import { formatFieldPath } from '../../kubernetes/index.ts'
import type { Finding, ResourceReference } from '../finding.ts'
import type { ReportedFinding, Suppression } from '../reported.ts'
import { exceeds } from '../threshold.ts'
import { labels, phrases, severityLabel } from './labels.ts'
import { remedyLines } from './remedy.ts'
import type { Reporter, ReportSink, Run } from './reporter.ts'
import { Utf8Chunks } from './utf8.ts'
import { visibleLines } from './visible.ts'

/** A file with more findings is written as several suites, so that memory stays bounded. */
const SUITE_SIZE = 5_000

interface Suite {
  readonly file: string
  readonly cases: Utf8Chunks
  readonly parts: Uint8Array<ArrayBuffer>[]
  tests: number
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
  let writeCase: ReturnType<typeof createCase>
  let suite: Suite | undefined
  let empty = true
  return {
    begin(started) {
      run = started
      writeCase = createCase(run)
      sink.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="haetae">\n')
    },
    finding(reported) {
      const open = suiteFor(reported.finding.location.file)
      if (writeCase(reported, open.cases)) open.failures++
      else open.skipped++
    },
    problem(problem) {
      const open = suiteFor(problem.file)
      open.cases.write(problemCase(problem, run))
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
    if (suite !== undefined && (suite.file !== file || suite.tests >= SUITE_SIZE)) closeSuite()
    if (suite === undefined) {
      const parts: Uint8Array<ArrayBuffer>[] = []
      const cases = new Utf8Chunks((chunk) => {
        parts.push(chunk)
      })
      suite = { file, cases, parts, tests: 0, failures: 0, errors: 0, skipped: 0 }
    }
    suite.tests++
    return suite
  }

  /** The counts stand before the cases, which is why these are kept until the suite is complete. */
  function closeSuite(): void {
    if (suite === undefined) return
    const { file, cases, parts, tests, failures, errors, skipped } = suite
    sink.write(
      `  <testsuite name="${attribute(file)}" tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}">\n`,
    )
    cases.flush()
    for (const part of parts) sink.giveBytes(part)
    sink.write('  </testsuite>\n')
    suite = undefined
    empty = false
  }
}

/** @returns a function that writes a finding's case, and says whether it is a failure */
function createCase(run: Run): (reported: ReportedFinding, cases: ReportSink) => boolean {
  let resource: ResourceReference | undefined
  let head = ''
  let file: string | undefined
  let fileAttribute = ''
  let fileContent = ''
  return (reported, cases) => {
    const { finding, suppression } = reported
    const { check, severity, location } = finding
    if (finding.resource !== resource) {
      resource = finding.resource
      const { kind, namespace, name } = resource
      const owner = [kind, ...(namespace === undefined ? [] : [namespace]), name].join('/')
      head = `    <testcase classname="${attribute(owner)}" name="`
    }
    if (location.file !== file) {
      file = location.file
      fileAttribute = `" file="${attribute(file)}" line="`
      fileContent = `${content(file)}:`
    }
    const path = formatFieldPath(location.path)
    const text = run.render(finding.message)
    cases.write(
      `${head}${attribute(path === '' ? check : `${check} ${path}`)}${fileAttribute}${location.line}`,
    )
    const isFailure = suppression === undefined && exceeds(finding, run.failOn)
    if (isFailure) {
      const place = `${fileContent}${location.line}:${location.column}`
      const details = content(detailsOf(finding, text, run))
      cases.write(
        `"><failure type="${severity}" message="${attribute(text)}">${place}${details}</failure></testcase>\n`,
      )
    } else {
      const why = suppression === undefined ? severityLabel[severity][run.language] : fateOf(suppression, run)
      cases.write(`"><skipped message="${attribute(`${why} — ${text}`)}"/></testcase>\n`)
    }
    return isFailure
  }
}

/** What a failure says below its place: the message's text, and what to do about it. */
function detailsOf({ check, remediation }: Finding, text: string, run: Run): string {
  const url = run.helpUrl(check)
  return [
    '',
    text,
    ...(remediation?.message === undefined ? [] : [run.render(remediation.message)]),
    ...remedyLines(remediation?.patch ?? []).map((line) => `${line.sign} ${line.text}`),
    ...(url === undefined ? [] : [url]),
  ].join('\n')
}

function fateOf(suppression: Suppression, { language }: Run): string {
  if (suppression.kind === 'baseline') return labels.known[language]
  return `${labels.excepted[language]}: ${suppression.exception.reason}`
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
