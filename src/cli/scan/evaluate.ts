import type { Check, ReportedFinding, SourceLines, Subject, Triage } from '../../findings/index.ts'
import {
  decodeObject,
  type FieldPath,
  fieldTypeProblem,
  type InputProblem,
  type SourceDocument,
} from '../../kubernetes/index.ts'
import { createScan, secretMarkers } from '../../posture/index.ts'

/** What one object of the input gave, ready to be reported. */
export interface Evaluated {
  readonly findings: readonly ReportedFinding[]
  readonly problems: readonly InputProblem[]
}

/**
 * The way of one object: decoded, checked, triaged.
 *
 * @param checks - those of this run
 * @param triage - tells which findings count
 */
export function createEvaluation(
  checks: readonly Check[],
  triage: (subject: Subject, source?: SourceLines) => Triage,
): (document: SourceDocument) => Evaluated {
  const scan = createScan(checks)
  // Which lines hold a secret must be known whatever checks were chosen: any finding may point there.
  const markSecrets = createScan(secretMarkers.filter((marker) => !checks.includes(marker)))
  return (document) => {
    const { object, unknown: unknownFields, mistyped } = decodeObject(document.object)
    const input = {
      file: document.file,
      object,
      unknownFields,
      locate: (path: FieldPath) => document.locate(path),
    }
    const { subject, findings } = scan(input)
    const marked = findings.length > 0 ? markSecrets(input).findings : []
    const decide = triage(subject, sourceOf(document, [...findings, ...marked]))
    return {
      findings: findings.map(decide),
      problems: mistyped.map((field) => fieldTypeProblem(field, document)),
    }
  }
}

/** The text to quote: never a line in which a secret stands, whichever finding points there. */
function sourceOf(
  document: SourceDocument,
  findings: readonly { readonly holdsSecret?: boolean; readonly location: { readonly line: number } }[],
): SourceLines {
  const secret = findings.filter(({ holdsSecret }) => holdsSecret).map(({ location }) => location.line)
  return { lineAt: (line) => (secret.includes(line) ? undefined : document.lineAt(line)) }
}
