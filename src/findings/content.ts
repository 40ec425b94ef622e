import type { Finding } from './finding.ts'

/**
 * What a finding says, without resource and position: check (and with it the references), severity, message, field
 * path, remedy.
 * One object for all findings that say the same.
 */
export interface FindingContent {
  /** Second halves of fingerprints, by the names of the list items on the path (see `fingerprint.ts`). */
  readonly halves: Map<string, string>
}

/**
 * Thousands of findings say the same of other objects. What reports make of it (rendered, quoted, encoded) is
 * therefore kept by content.
 */
export interface FindingContents {
  of(finding: Finding): FindingContent
}

export function newContent(): FindingContent {
  return { halves: new Map() }
}

/** Contents remembered before starting afresh: bounds memory where every finding says something else. */
export const MAX_CONTENTS = 20_000

/**
 * Contents are told apart by their JSON text. Writing it is native and costs a tenth of rendering a finding; to
 * compare the objects field by field costs several times as much.
 */
export function createFindingContents(): FindingContents {
  const byText = new Map<string, FindingContent>()
  return {
    of({ check, severity, message, location, remediation, content: given }) {
      if (given !== undefined) return given
      const text = JSON.stringify([check, severity, message, location.path, remediation])
      const known = byText.get(text)
      if (known !== undefined) return known
      if (byText.size >= MAX_CONTENTS) byText.clear()
      const content = newContent()
      byText.set(text, content)
      return content
    },
  }
}
