import type { Check, ReportedFinding, SourceLines, Subject, Triage } from '../../findings/index.ts'
import {
  decodeObject,
  fieldTypeProblem,
  type InputProblem,
  type SourceDocument,
} from '../../kubernetes/index.ts'
import { createScan } from '../../posture/index.ts'

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
  return (document) => {
    const { object, unknown: unknownFields, mistyped } = decodeObject(document.object)
    const { subject, findings } = scan({
      file: document.file,
      object,
      unknownFields,
      locate: (path) => document.locate(path),
    })
    const decide = triage(subject, sourceOf(document, findings))
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
