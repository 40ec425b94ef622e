import {
  type Check,
  type Detection,
  type Finding,
  type Location,
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
    const findings: Finding[] = []
    let running: Check | undefined
    let resource: ResourceReference | undefined
    const report = (detection: Detection) => {
      if (running === undefined) return
      resource ??= resourceOf(object)
      findings.push(findingOf(running, detection, resource, locationOf(input, detection.path)))
    }
    places.begin(pod?.path ?? NO_POD)
    for (let index = 0; index < checks.length; index++) {
      running = checks[index]
      places.check = index
      running?.run(subject, report, places)
    }
    return { subject, findings }
  }
}

/** An object without a pod: no check recalls anything of it. */
const NO_POD: FieldPath = []

/** The object's name as people say it; one made from `generateName` has that prefix and `*`. */
function resourceOf({ apiVersion, kind, metadata }: KubernetesObject): ResourceReference {
  const name = metadata?.name ?? (metadata?.generateName === undefined ? '' : `${metadata.generateName}*`)
  const namespace = metadata?.namespace
  return namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name }
}

function locationOf(input: ScanInput, path: FieldPath): Location {
  const { line, column } = input.locate(path)
  return { file: input.file, line, column, path }
}

function findingOf(
  check: Check,
  detection: Detection,
  resource: ResourceReference,
  location: Location,
): Finding {
  const { message, severity = check.severity, remediation, holdsSecret, content } = detection
  return {
    check: check.id,
    severity,
    resource,
    location,
    message,
    references: check.references,
    ...(remediation && { remediation }),
    ...(holdsSecret && { holdsSecret }),
    ...(content && { content }),
  }
}
