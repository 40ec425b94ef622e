import { type FindingContent, MAX_CONTENTS } from '../content.ts'
import type { Finding } from '../finding.ts'
import type { ReportedFinding } from '../reported.ts'

/** Keeps what a report makes of the content of findings, which is the same for thousands of them. */
export class ContentMemo<Value> {
  readonly #values = new Map<FindingContent, Value>()
  readonly #make: (finding: Finding) => Value

  /** @param make - may look at everything of a finding but its resource, file, line and column */
  constructor(make: (finding: Finding) => Value) {
    this.#make = make
  }

  get(reported: ReportedFinding): Value {
    const { content } = reported
    const kept = this.#values.get(content)
    if (kept !== undefined) return kept
    if (this.#values.size >= MAX_CONTENTS) this.#values.clear()
    const made = this.#make(reported.finding)
    this.#values.set(content, made)
    return made
  }
}
