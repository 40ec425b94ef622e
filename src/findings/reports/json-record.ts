import { type FieldPath, formatFieldPath, type InputProblem } from '../../kubernetes/index.ts'
import type { Message, Render } from '../../messages/index.ts'
import type { Finding, PatchOperation, Remediation, ResourceReference } from '../finding.ts'
import type { ReportedFinding, Suppression } from '../reported.ts'
import type { Summary } from '../tally.ts'
import { ContentMemo } from './content-memo.ts'
import { jsonPointer, quote } from './json-text.ts'
import type { ReportSink, Run } from './reporter.ts'
import { utf8 } from './utf8.ts'

const COLUMN = utf8(',"column":')
const END = utf8('"}')

/**
 * Writes findings as JSON objects without line breaks, for `json` and `jsonl`. Not by JSON.stringify of a new object:
 * of some twenty fields all but the place are the same for thousands of findings, and are kept as bytes.
 */
export function createFindingRecord(run: Run): (reported: ReportedFinding, sink: ReportSink) => void {
  const titles = new Map(run.checks.map((check) => [check.id, check.title[run.language]]))
  const heads = new ContentMemo((finding) => utf8(contentRecord(finding, titles, run)))
  let file: string | undefined
  let fileBytes = utf8('')
  let resource: ResourceReference | undefined
  let resourceBytes = utf8('')

  return (reported, sink) => {
    const { finding } = reported
    const { location } = finding
    if (location.file !== file) {
      file = location.file
      fileBytes = utf8(`"file":${quote(file)},"line":`)
    }
    if (finding.resource !== resource) {
      resource = finding.resource
      resourceBytes = utf8(`},"resource":${resourceRecord(resource)},"fingerprint":"${reported.resourceHalf}`)
    }
    sink.writeBytes(heads.get(reported))
    sink.writeBytes(fileBytes)
    sink.writeNumber(location.line)
    sink.writeBytes(COLUMN)
    sink.writeNumber(location.column)
    sink.writeBytes(resourceBytes)
    sink.write(reported.contentHalf)
    if (reported.suppression === undefined) sink.writeBytes(END)
    else sink.write(`",${suppressionRecord(reported.suppression)}}`)
  }
}

/** The beginning of a record, up to where the position in the file follows. */
function contentRecord(finding: Finding, titles: ReadonlyMap<string, string>, run: Run): string {
  const { check, severity, references, message, remediation, location } = finding
  const url = run.helpUrl(check)
  return `{"check":${quote(check)},"severity":"${severity}","title":${quote(titles.get(check) ?? check)},"helpUrl":${
    url === undefined ? 'null' : quote(url)
  },"references":${JSON.stringify(references)},"message":${messageRecord(message, run.render)}${
    remediation === undefined ? '' : remediationRecord(remediation, run.render)
  },"location":{"path":${quote(formatFieldPath(location.path))},`
}

function resourceRecord({ apiVersion, kind, namespace, name }: ResourceReference): string {
  return `{"apiVersion":${quote(apiVersion)},"kind":${quote(kind)}${
    namespace === undefined ? '' : `,"namespace":${quote(namespace)}`
  },"name":${quote(name)}}`
}

function messageRecord(message: Message, render: Render): string {
  return `{"id":"${message.id}","data":${JSON.stringify(message.data)},"text":${quote(render(message))}}`
}

function remediationRecord({ message, patch, safe }: Remediation, render: Render): string {
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

function suppressionRecord(suppression: Suppression): string {
  if (suppression.kind === 'baseline') return '"known":true'
  const { reason, until, path } = suppression.exception
  return `"exception":{"reason":${quote(reason)}${
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
