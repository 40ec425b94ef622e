import { pathToFileURL } from 'node:url'
import { formatFieldPath, type InputProblem } from '../../kubernetes/index.ts'
import { SEVERITIES, type Severity } from '../finding.ts'
import type { ReportedFinding } from '../reported.ts'
import { quote } from './json-text.ts'
import type { CheckDescription, Reporter, Run, TextSink } from './reporter.ts'

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
export function createSarifReporter(sink: TextSink): Reporter {
  let run: Run
  let result: (reported: ReportedFinding) => string
  let separator = '\n'
  const notifications: string[] = []
  return {
    begin(started) {
      run = started
      result = createResult(run)
      sink.write(head(run))
    },
    finding(reported) {
      sink.write(separator + result(reported))
      separator = ',\n'
    },
    problem(problem) {
      notifications.push(notification(problem, run))
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

function createResult(run: Run): (reported: ReportedFinding) => string {
  const indexes = new Map(run.checks.map((check, index) => [check.id, index]))
  const bags = Object.fromEntries(
    SEVERITIES.map((severity) => [
      severity,
      `"level":"${LEVELS[severity]}","properties":{"severity":"${severity}","security-severity":"${SECURITY_SEVERITY[severity]}"}`,
    ]),
  )
  let file: string | undefined
  let artifact = ''
  return (reported) => {
    const { finding } = reported
    const { check, severity, resource, location } = finding
    if (location.file !== file) {
      file = location.file
      artifact = artifactLocation(file, run)
    }
    const index = indexes.get(check)
    const path = formatFieldPath(location.path)
    const owner = `${resource.kind}/${resource.namespace === undefined ? '' : `${resource.namespace}/`}${resource.name}`
    const rule = `"ruleId":"${check}"${index === undefined ? '' : `,"ruleIndex":${index}`}`
    const logical = `{"name":${quote(path === '' ? owner : path)},"fullyQualifiedName":${quote(`${owner}:${path}`)},"kind":"member"}`
    return `{${rule},${bags[severity]},"message":{"text":${quote(messageText(reported, run))}},"locations":[{"physicalLocation":{"artifactLocation":${artifact},"region":{"startLine":${location.line},"startColumn":${location.column}}},"logicalLocations":[${logical}]}],"partialFingerprints":{"haetae/v1":"${reported.fingerprint}"}${state(reported, run)}}`
  }
}

/** The message, and what to do about it: few viewers of SARIF show anything else. */
function messageText({ finding }: ReportedFinding, run: Run): string {
  const { message, remediation } = finding
  // 3.11.6: brackets in a plain text message make an embedded link unless they are escaped.
  const text = run.render(message).replaceAll(/[[\]\\]/g, (bracket) => `\\${bracket}`)
  if (remediation?.message === undefined) return text
  return `${text}\n${run.render(remediation.message)}`
}

/** 3.27.23 `suppressions` and 3.27.24 `baselineState`. */
function state({ suppression }: ReportedFinding, run: Run): string {
  if (suppression?.kind === 'exception')
    return `,"suppressions":[{"kind":"inSource","status":"accepted","justification":${quote(suppression.exception.reason)}}]`
  // Without a baseline nothing is suppressed, which 3.27.23 tells from "unknown" by an empty list.
  const accepted = ',"suppressions":[]'
  if (!run.hasBaseline) return accepted
  return `${accepted},"baselineState":"${suppression === undefined ? 'new' : 'unchanged'}"`
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
