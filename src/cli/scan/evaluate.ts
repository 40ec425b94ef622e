import type { Check, ReportedFinding, SourceLines, Subject, Triage } from '../../findings/index.ts'
import {
  decodeObject,
  type FieldPath,
  fieldTypeProblem,
  type InputProblem,
  type SourceDocument,
} from '../../kubernetes/index.ts'
import { createScan, resourceOf, secretMarkers } from '../../posture/index.ts'
import type { NameWatch } from './alike/name-watch.ts'

/** What one object of the input gave, ready to be reported. */
export interface Evaluated {
  readonly findings: readonly ReportedFinding[]
  readonly problems: readonly InputProblem[]
  /** 1-based lines of the file in which a secret stands in plain text. */
  readonly secretLines: ReadonlySet<number>
}

/**
 * The way of one object: decoded, checked, triaged.
 *
 * @param checks - those of this run
 * @param triage - tells which findings count
 * @returns is given a document, and who watches what becomes of the object's name
 */
export function createEvaluation(
  checks: readonly Check[],
  triage: (subject: Subject, source?: SourceLines) => Triage,
): (document: SourceDocument, watch?: NameWatch) => Evaluated {
  const scan = createScan(checks)
  // Which lines hold a secret must be known whatever checks were chosen: any finding may point there.
  const markers = secretMarkers.filter((marker) => !checks.includes(marker))
  const markSecrets = markers.length === 0 ? undefined : createScan(markers)
  return (document, watch) => {
    const { object: decoded, unknown: unknownFields, mistyped } = decodeObject(document.object)
    const object = watch === undefined ? decoded : watch.over(decoded)
    const input = {
      file: document.file,
      object,
      unknownFields,
      resource: watch === undefined ? undefined : resourceOf(decoded),
      locate: (path: FieldPath) => document.locate(path),
    }
    const { subject, findings } = scan(input)
    const marked = findings.length === 0 ? undefined : markSecrets?.(input).findings
    const secretLines = linesOfSecrets(document, marked === undefined ? findings : [...findings, ...marked])
    // Never a line in which a secret stands, whichever finding points there.
    const lineAt = (line: number) => (secretLines.has(line) ? undefined : document.lineAt(line))
    const decide = triage(subject, { lineAt })
    return {
      secretLines,
      findings: findings.map(decide),
      problems: mistyped.map((field) => fieldTypeProblem(field, document)),
    }
  }
}

/** The lines on which secrets begin, and those of block scalars that go on below. */
function linesOfSecrets(
  document: SourceDocument,
  findings: readonly {
    readonly holdsSecret?: boolean | undefined
    readonly location: { readonly line: number }
  }[],
): ReadonlySet<number> {
  if (!findings.some(({ holdsSecret }) => holdsSecret)) return NO_LINES
  const lines = new Set<number>()
  for (const { holdsSecret, location } of findings) {
    if (holdsSecret !== true) continue
    const indent = indentOf(document.lineAt(location.line))
    let line = location.line
    do lines.add(line++)
    while (isInside(document.lineAt(line), indent))
  }
  return lines
}

const NO_LINES: ReadonlySet<number> = new Set()

function isInside(text: string | undefined, indent: number): boolean {
  return text !== undefined && (text.trim() === '' || indentOf(text) > indent)
}

function indentOf(text = ''): number {
  return text.length - text.trimStart().length
}
