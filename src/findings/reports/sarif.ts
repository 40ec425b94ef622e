import { pathToFileURL } from 'node:url'
import { formatFieldPath, type InputProblem } from '../../kubernetes/index.ts'
import type { Finding, ResourceReference, Severity } from '../finding.ts'
import type { ReportedFinding } from '../reported.ts'
import { ContentMemo, FormMemo, hasOwnRemedy } from './form-memo.ts'
import { quote } from './json-text.ts'
import { type LineFix, lineFix } from './line-fix.ts'
import type { CheckDescription, Reporter, ReportSink, Run } from './reporter.ts'
import type { RepeatedObject } from './stencil.ts'
import { briefUtf8, giveChunks, utf8 } from './utf8.ts'

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/** SARIF 2.1.0, 3.58.6: error, warning, note. */
const LEVELS: Readonly<Record<Severity, string>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
}

/**
 * GitHub reads `security-severity` as a CVSS score: over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium,
 * 0.1 to 3.9 low (docs.github.com, "SARIF support for code scanning", reportingDescriptor object).
 */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
}

/**
 * SARIF 2.1.0 (OASIS Standard with Errata 01): rules from the catalogue of checks, results as they come,
 * unreadable inputs as notifications of the invocation. Texts are in the run's language (3.14.7 `language`).
 */
export function createSarifReporter(sink: ReportSink): Reporter {
  let run: Run
  let results: ReturnType<typeof createResults>
  let separator: string = FIRST
  const notifications: string[] = []
  return {
    begin(started) {
      run = started
      results = createResults(run)
      sink.write(head(run))
    },
    finding(reported) {
      sink.write(separator)
      results.write(reported, sink)
      separator = SEPARATOR
    },
    ownTexts(object) {
      return results.ownTexts(object)
    },
    problem(problem) {
      notifications.push(notification(problem, run))
    },
    append(part) {
      giveChunks(part.inline, COMMA, separator === SEPARATOR, sink)
      separator = SEPARATOR
    },
    end() {
      const started = run.startedAt === undefined ? '' : `,"startTimeUtc":${quote(run.startedAt)}`
      // 3.20.14: executionSuccessful is false where the tool could not do what it was asked to.
      sink.write(
        `\n],\n"invocations":[{"executionSuccessful":${notifications.length === 0}${started},"toolExecutionNotifications":[${notifications.join(',\n')}]}]\n}]}\n`,
      )
    },
  }
}

function head(run: Run): string {
  const rules = run.checks.map((check) => rule(check, run)).join(',\n')
  const root =
    run.root === undefined ? '' : `"originalUriBaseIds":{"SRCROOT":{"uri":${quote(folderUri(run.root))}}},\n`
  return `{"$schema":"${SCHEMA}","version":"2.1.0","runs":[{
"tool":{"driver":{"name":"Haetae","semanticVersion":${quote(run.version)},"informationUri":"${INFORMATION}","language":"${run.language}","rules":[
${rules}
]}},
"language":"${run.language}",
"automationDetails":{"id":"haetae/scan/"},
"columnKind":"utf16CodeUnits",
${root}"results":[`
}

/** Where a reader of the log learns what Haetae is. */
const INFORMATION = 'https://www.npmjs.com/package/haetae'

function rule({ id, severity, title, references }: CheckDescription, run: Run): string {
  const text = title[run.language]
  const url = run.helpUrl(id)
  const links = [...(url === undefined ? [] : [url]), ...references]
  return JSON.stringify({
    id,
    name: id.replaceAll(/(?:^|[-_])(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text },
    fullDescription: { text },
    help: {
      text: [text, ...links].join('\n'),
      markdown: [`**${text}**`, '', ...links.map((link) => `- <${link}>`)].join('\n'),
    },
    ...(url === undefined ? {} : { helpUri: url }),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      tags: ['security', 'kubernetes'],
      precision: 'high',
      'security-severity': SECURITY_SEVERITY[severity],
    },
  })
}

const FIRST = '\n'
const COMMA = utf8(',')
const SEPARATOR = ',\n'

/** Numbers of the texts that are an object's own. */
const FILE = 0
const RESOURCE = 1
const HALF = 2
const ARTIFACT = 3

function createResults(run: Run): {
  write(reported: ReportedFinding, sink: ReportSink): void
  ownTexts(object: RepeatedObject): readonly Uint8Array[]
} {
  const indexes = new Map(run.checks.map((check, index) => [check.id, index]))
  const pieces = new FormMemo((finding) => ({
    head: utf8(resultHead(finding, indexes)),
    rest: utf8((hasOwnRemedy(finding) ? '' : remedyText(finding, run)) + resultRest(finding)),
    path: utf8(`${quote(formatFieldPath(finding.location.path)).slice(1, -1)}${PATH_END}`),
  }))
  const messages = new ContentMemo(({ message }) => quote(plainText(run.render(message))).slice(1, -1))
  let file: string | undefined
  let fileText = utf8('')
  let artifact = utf8('')
  let resource: ResourceReference | undefined
  let resourceText = utf8('')
  let half = utf8('')
  return {
    write(reported, sink) {
      const { finding } = reported
      const { location } = finding
      setFile(location.file)
      if (finding.resource !== resource) setResource(finding.resource, reported.resourceHalf)
      const { head, rest, path } = pieces.get(finding)
      sink.writeBytes(head)
      sink.write(messages.get(finding))
      if (hasOwnRemedy(finding)) sink.write(remedyText(finding, run))
      sink.writeBytes(rest)
      sink.writeOwn(FILE, fileText)
      sink.writeLine(location.line)
      sink.writeBytes(COLUMN)
      sink.writeNumber(location.column)
      sink.writeOwn(RESOURCE, resourceText)
      sink.writeBytes(path)
      sink.writeOwn(HALF, half)
      sink.write(reported.contentHalf + state(reported, run))
      const fix = lineFix(finding, reported.source)
      if (fix !== undefined) writeFix(finding, fix, sink)
      sink.writeBytes(END)
    },
    ownTexts(object) {
      setFile(object.file)
      setResource(object.resource, object.resourceHalf)
      return [fileText, resourceText, half, artifact]
    },
  }

  function setFile(given: string): void {
    if (given === file) return
    file = given
    const location = artifactLocation(file, run)
    artifact = utf8(location)
    fileText = utf8(`${location},"region":{"startLine":`)
  }

  function setResource(given: ResourceReference, firstHalf: string): void {
    resource = given
    const { kind, namespace, name } = resource
    const owner = `${kind}/${namespace === undefined ? '' : `${namespace}/`}${name}`
    resourceText = briefUtf8(
      `}},"logicalLocations":[{"kind":"member","fullyQualifiedName":${quote(`${owner}:`).slice(0, -1)}`,
    )
    half = briefUtf8(firstHalf)
  }

  /** 3.55: a change of the artifact; readers can apply it with a click. */
  function writeFix({ remediation }: Finding, fix: LineFix, sink: ReportSink): void {
    const message = remediation?.message
    const description = message === undefined ? '' : `"description":{"text":${quote(run.render(message))}},`
    sink.write(`,"fixes":[{${description}"artifactChanges":[{"artifactLocation":`)
    sink.writeOwn(ARTIFACT, artifact)
    sink.write(',"replacements":[{"deletedRegion":{"startLine":')
    sink.writeLine(fix.startLine)
    sink.write(`,"startColumn":${fix.startColumn},"endLine":`)
    sink.writeLine(fix.endLine)
    sink.write(`,"endColumn":${fix.endColumn}},"insertedContent":{"text":${quote(fix.text)}}}]}]}]`)
  }
}

const COLUMN = utf8(',"startColumn":')
const PATH_END = '"}]}],"partialFingerprints":{"haetae/v1":"'
const END = utf8('}')

/** A result up to the text of its message. */
function resultHead({ check, severity }: Finding, indexes: ReadonlyMap<string, number>): string {
  const index = indexes.get(check)
  return `{"ruleId":${quote(check)}${index === undefined ? '' : `,"ruleIndex":${index}`},"level":"${
    LEVELS[severity]
  }","message":{"text":"`
}

/** What to do, behind the message as part of a JSON string: few viewers of SARIF show anything else. */
function remedyText({ remediation }: Finding, run: Run): string {
  if (remediation?.message === undefined) return ''
  return quote(`\n${run.render(remediation.message)}`).slice(1, -1)
}

/** From the end of the message up to where file, line and column follow. */
function resultRest({ severity }: Finding): string {
  return `"},"properties":{"severity":"${severity}","security-severity":"${
    SECURITY_SEVERITY[severity]
  }"},"locations":[{"physicalLocation":{"artifactLocation":`
}

/** 3.11.6: brackets in a plain text message make an embedded link unless they are escaped. */
function plainText(text: string): string {
  return BRACKET.test(text) ? text.replaceAll(/[[\]\\]/g, (bracket) => `\\${bracket}`) : text
}

const BRACKET = /[[\]\\]/

/** The rest of a result: 3.27.23 `suppressions` and 3.27.24 `baselineState`. */
function state({ suppression }: ReportedFinding, run: Run): string {
  if (suppression?.kind === 'exception') {
    const justification = quote(suppression.exception.reason)
    return `"},"suppressions":[{"kind":"inSource","status":"accepted","justification":${justification}}]`
  }
  // An empty list says that nothing suppresses the result, which 3.27.23 tells from "unknown".
  if (!run.hasBaseline) return '"},"suppressions":[]'
  return `"},"suppressions":[],"baselineState":"${suppression === undefined ? 'new' : 'unchanged'}"`
}

function notification({ code, file, line, column, message }: InputProblem, run: Run): string {
  const region =
    line === undefined
      ? ''
      : `,"region":{"startLine":${line}${column === undefined ? '' : `,"startColumn":${column}`}}`
  return `{"level":"error","descriptor":{"id":${quote(code)}},"message":{"text":${quote(run.render(message))}},"locations":[{"physicalLocation":{"artifactLocation":${artifactLocation(file, run)}${region}}}]}`
}

/** 3.4: relative to the root where the file was named so, so that a log can be read on another machine. */
function artifactLocation(file: string, run: Run): string {
  if (file.startsWith('/') || /^[A-Za-z]:[\\/]/.test(file)) {
    const uri = pathToFileURL(file).href
    const base = run.root === undefined ? undefined : folderUri(run.root)
    if (base === undefined || !uri.startsWith(base)) return `{"uri":${quote(uri)}}`
    return `{"uri":${quote(uri.slice(base.length))},"uriBaseId":"SRCROOT"}`
  }
  const uri = file
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/')
  return `{"uri":${quote(uri)}${run.root === undefined ? '' : ',"uriBaseId":"SRCROOT"'}}`
}

function folderUri(folder: string): string {
  return pathToFileURL(folder.endsWith('/') ? folder : `${folder}/`).href
}
