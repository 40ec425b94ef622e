import { type FieldPath, formatFieldPath, type InputProblem } from '../../kubernetes/index.ts'
import type { Message, Render } from '../../messages/index.ts'
import type { Finding, PatchOperation, ResourceReference } from '../finding.ts'
import type { ReportedFinding } from '../reported.ts'
import type { Summary } from '../tally.ts'
import { jsonPointer, quote } from './json-text.ts'
import type { Run } from './reporter.ts'

/**
 * Writes findings as JSON objects, for `json` and `jsonl`. By hand and not by JSON.stringify of a new object:
 * of the twenty fields most are the same for a whole check or resource, and are kept as text.
 *
 * @returns a function from finding to the object's text, without line breaks
 */
export function createFindingRecord(run: Run): (reported: ReportedFinding) => string {
  const checkParts = new Map<string, { readonly references: readonly string[]; readonly text: string }>()
  let resource: ResourceReference | undefined
  let resourceText = ''
  let file: string | undefined
  let fileText = ''
  const titles = new Map(run.checks.map((check) => [check.id, check.title[run.language]]))

  return (reported) => {
    const { finding } = reported
    if (finding.resource !== resource) {
      resource = finding.resource
      resourceText = resourceRecord(resource)
    }
    if (finding.location.file !== file) {
      file = finding.location.file
      fileText = quote(file)
    }
    const { line, column, path } = finding.location
    return `{"check":"${finding.check}","severity":"${finding.severity}",${aboutCheck(finding)},"resource":${
      resourceText
    },"location":{"file":${fileText},"line":${line},"column":${column},"path":${quote(
      formatFieldPath(path),
    )}},"message":${messageRecord(finding.message, run.render)}${
      finding.remediation === undefined ? '' : remediationRecord(finding.remediation, run.render)
    },"fingerprint":"${reported.fingerprint}"${suppressionRecord(reported)}}`
  }

  /** What is the same for all findings of a check; a finding may still bring references of its own. */
  function aboutCheck(finding: Finding): string {
    const kept = checkParts.get(finding.check)
    if (kept !== undefined && kept.references === finding.references) return kept.text
    const url = run.helpUrl(finding.check)
    const text = `"title":${quote(titles.get(finding.check) ?? finding.check)},"helpUrl":${
      url === undefined ? 'null' : quote(url)
    },"references":${JSON.stringify(finding.references)}`
    checkParts.set(finding.check, { references: finding.references, text })
    return text
  }
}

function resourceRecord({ apiVersion, kind, namespace, name }: ResourceReference): string {
  return `{"apiVersion":${quote(apiVersion)},"kind":${quote(kind)}${
    namespace === undefined ? '' : `,"namespace":${quote(namespace)}`
  },"name":${quote(name)}}`
}

function messageRecord(message: Message, render: Render): string {
  return `{"id":"${message.id}","data":${JSON.stringify(message.data)},"text":${quote(render(message))}}`
}

function remediationRecord(remediation: NonNullable<Finding['remediation']>, render: Render): string {
  const { message, patch, safe } = remediation
  return `,"remediation":{"safe":${safe}${
    message === undefined ? '' : `,"message":${messageRecord(message, render)}`
  },"patch":[${patch.map(operationRecord).join()}]}`
}

/** An operation as RFC 6902 writes it, fit for `kubectl patch --type=json`. */
function operationRecord(operation: PatchOperation): string {
  const path = (of: FieldPath) => quote(jsonPointer(of))
  if (operation.op === 'remove') return `{"op":"remove","path":${path(operation.path)}}`
  if (operation.op === 'move')
    return `{"op":"move","from":${path(operation.from)},"path":${path(operation.path)}}`
  return `{"op":"${operation.op}","path":${path(operation.path)},"value":${JSON.stringify(operation.value) ?? 'null'}}`
}

function suppressionRecord({ suppression }: ReportedFinding): string {
  if (suppression === undefined) return ''
  if (suppression.kind === 'baseline') return ',"known":true'
  const { reason, until, path } = suppression.exception
  return `,"exception":{"reason":${quote(reason)}${
    until === undefined ? '' : `,"until":${quote(until)}`
  },"path":${quote(formatFieldPath(path))}}`
}

/** An input that could not be evaluated. */
export function problemRecord(problem: InputProblem, render: Render): string {
  const { code, file, line, column, message } = problem
  return `{"code":${quote(code)},"file":${quote(file)}${line === undefined ? '' : `,"line":${line}`}${
    column === undefined ? '' : `,"column":${column}`
  },"message":${messageRecord(message, render)}}`
}

/** The numbers of a run. */
export function summaryRecord(summary: Summary): string {
  const { byCheck, ...numbers } = summary
  const checks = [...byCheck].sort(([left], [right]) => (left < right ? -1 : 1))
  return JSON.stringify({ ...numbers, byCheck: Object.fromEntries(checks) })
}
