import {
  type Check,
  type Detection,
  type Finding,
  type ResourceReference,
  SaidPlaces,
  type Subject,
} from '../findings/index.ts'
import {
  type FieldPath,
  type KubernetesObject,
  type Position,
  podTemplateOf,
  type UnknownField,
} from '../kubernetes/index.ts'

/** An object to scan, decoded, with the way back to where it stands. */
export interface ScanInput {
  readonly file: string
  readonly object: KubernetesObject
  readonly unknownFields: readonly UnknownField[]
  /** What the findings name as the object; the object itself is asked where this is absent. */
  readonly resource?: ResourceReference | undefined
  locate(path: FieldPath): Position
}

/** What one object gave. */
export interface ScanResult {
  readonly subject: Subject
  readonly findings: readonly Finding[]
}

/**
 * Makes a scan out of checks.
 *
 * @param checks - in the order in which their findings are reported
 * @returns runs every check over one object; pure but for `locate`, which is asked once a finding
 */
export function createScan(checks: readonly Check[]): (input: ScanInput) => ScanResult {
  const places = new SaidPlaces()
  return (input) => {
    const { object, unknownFields } = input
    const pod = podTemplateOf(object)
    const subject: Subject = pod === undefined ? { object, unknownFields } : { object, unknownFields, pod }
    // Only gathered here: what becomes of detections is much code, which would be compiled into every check.
    const detections: Detection[] = []
    const report = (detection: Detection) => {
      detections.push(detection)
    }
    const ends: number[] = []
    places.begin(pod?.path ?? NO_POD)
    for (let index = 0; index < checks.length; index++) {
      places.check = index
      checks[index]?.run(subject, report, places)
      ends.push(detections.length)
    }
    return { subject, findings: detections.length === 0 ? [] : findingsOf(checks, detections, ends, input) }
  }
}

/** An object without a pod: no check recalls anything of it. */
const NO_POD: FieldPath = []

/** The object's name as people say it; one made from `generateName` has that prefix and `*`. */
export function resourceOf({ apiVersion, kind, metadata }: KubernetesObject): ResourceReference {
  const name = metadata?.name ?? (metadata?.generateName === undefined ? '' : `${metadata.generateName}*`)
  const namespace = metadata?.namespace
  return namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name }
}

/** @param ends - for each check the number of detections that it and those before it made */
function findingsOf(
  checks: readonly Check[],
  detections: readonly Detection[],
  ends: readonly number[],
  input: ScanInput,
): Finding[] {
  const resource = input.resource ?? resourceOf(input.object)
  let check = 0
  return detections.map((detection, index) => {
    while (index >= (ends[check] ?? detections.length)) check++
    return findingOf(checks[check] as Check, detection, resource, input)
  })
}

function findingOf(
  check: Check,
  detection: Detection,
  resource: ResourceReference,
  input: ScanInput,
): Finding {
  const { path, message, severity = check.severity, remediation, holdsSecret, form, content } = detection
  const { line, column } = input.locate(path)
  const finding: { -readonly [Field in keyof Finding]: Finding[Field] } = {
    check: check.id,
    severity,
    resource,
    location: { file: input.file, line, column, path },
    message,
    references: check.references,
  }
  if (remediation !== undefined) finding.remediation = remediation
  if (holdsSecret !== undefined) finding.holdsSecret = holdsSecret
  if (form !== undefined) finding.form = form
  if (content !== undefined) finding.content = content
  return finding
}
