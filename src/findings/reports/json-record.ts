import { type FieldPath, formatFieldPath, type InputProblem } from '../../kubernetes/index.ts'
import type { Message, Render } from '../../messages/index.ts'
import type { Finding, PatchOperation, Remediation, ResourceReference } from '../finding.ts'
import type { ReportedFinding, Suppression } from '../reported.ts'
import type { Summary } from '../tally.ts'
import { ContentMemo, FormMemo, hasOwnRemedy } from './form-memo.ts'
import { jsonPointer, quote } from './json-text.ts'
import type { ReportSink, Run } from './reporter.ts'
import type { RepeatedObject } from './stencil.ts'
import { briefUtf8, utf8 } from './utf8.ts'

const COLUMN = utf8(',"column":')
const END = utf8('"}')

/** What surrounds a finding's message; the same for thousands of findings. */
interface Surroundings {
  readonly head: Uint8Array
  /** Absent where the remedy's message has data of its own. */
  readonly tail: Uint8Array | undefined
}

/** Numbers of the texts that are an object's own. */
const FILE = 0
const RESOURCE = 1

/** Writes findings as JSON objects without line breaks, for `json` and `jsonl`. */
export interface FindingRecord {
  write(reported: ReportedFinding, sink: ReportSink): void
  /** @returns the texts of which the record of one of the object's findings is made, by their number */
  ownTexts(object: RepeatedObject): readonly Uint8Array[]
}

/**
 * Not by JSON.stringify of a new object: of some twenty fields all but the message and the place are the same for
 * thousands of findings, and are kept as bytes.
 */
export function createFindingRecord(run: Run): FindingRecord {
  const titles = new Map(run.checks.map((check) => [check.id, check.title[run.language]]))
  const surroundings = new FormMemo(
    (finding): Surroundings => ({
      head: utf8(recordHead(finding, titles, run)),
      tail: hasOwnRemedy(finding) ? undefined : utf8(recordTail(finding, run)),
    }),
  )
  // With the tail where it is not the form's.
  const messages = new ContentMemo((finding) => utf8(messageAndTail(finding, run)))
  let file: string | undefined
  let fileBytes = utf8('')
  let resource: ResourceReference | undefined
  let resourceBytes = utf8('')

  return {
    write(reported, sink) {
      const { finding } = reported
      const { location, form, content } = finding
      setFile(location.file)
      if (finding.resource !== resource) setResource(finding.resource, reported.resourceHalf)
      if (form === undefined) sink.write(recordHead(finding, titles, run) + messageAndTail(finding, run))
      else {
        const { head, tail } = surroundings.get(finding)
        sink.writeBytes(head)
        if (content === undefined) sink.write(messageAndTail(finding, run))
        else sink.writeBytes(messages.get(finding))
        if (tail !== undefined) sink.writeBytes(tail)
      }
      sink.writeOwn(FILE, fileBytes)
      sink.writeLine(location.line)
      sink.writeBytes(COLUMN)
      sink.writeNumber(location.column)
      sink.writeOwn(RESOURCE, resourceBytes)
      sink.write(reported.contentHalf)
      if (reported.suppression === undefined) sink.writeBytes(END)
      else sink.write(`",${suppressionRecord(reported.suppression)}}`)
    },
    ownTexts(object) {
      setFile(object.file)
      setResource(object.resource, object.resourceHalf)
      return [fileBytes, resourceBytes]
    },
  }

  function setFile(given: string): void {
    if (given === file) return
    file = given
    fileBytes = utf8(`"file":${quote(file)},"line":`)
  }

  function setResource(given: ResourceReference, half: string): void {
    resource = given
    resourceBytes = briefUtf8(`},"resource":${resourceRecord(resource)},"fingerprint":"${half}`)
  }
}

/** From a message's data on, with the record's tail where that is not kept with the form. */
function messageAndTail(finding: Finding, run: Run): string {
  const { message } = finding
  const text = `${JSON.stringify(message.data)},"text":${quote(run.render(message))}}`
  return hasOwnRemedy(finding) ? text + recordTail(finding, run) : text
}

/** The beginning of a record, up to the data of its message. */
function recordHead(
  { check, severity, references, message }: Finding,
  titles: ReadonlyMap<string, string>,
  run: Run,
): string {
  const url = run.helpUrl(check)
  return `{"check":${quote(check)},"severity":"${severity}","title":${quote(titles.get(check) ?? check)},"helpUrl":${
    url === undefined ? 'null' : quote(url)
  },"references":${JSON.stringify(references)},"message":{"id":"${message.id}","data":`
}

/** What follows the message, up to where the position in the file follows. */
function recordTail({ remediation, location }: Finding, run: Run): string {
  return `${
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
