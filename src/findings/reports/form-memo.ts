import type { Finding } from '../finding.ts'
import { MAX_KEPT } from '../form.ts'

/** Keeps what a report makes of findings by something that thousands of them have in common. */
class Memo<Value> {
  readonly #values = new Map<object, Value>()
  readonly #make: (finding: Finding) => Value

  constructor(make: (finding: Finding) => Value) {
    this.#make = make
  }

  /** @param key - undefined where there is nothing in common */
  getOrMake(key: object | undefined, finding: Finding): Value {
    if (key === undefined) return this.#make(finding)
    const kept = this.#values.get(key)
    if (kept !== undefined) return kept
    if (this.#values.size >= MAX_KEPT) this.#values.clear()
    const made = this.#make(finding)
    this.#values.set(key, made)
    return made
  }
}

/** What is made of the form of findings (see `FindingForm`) and of nothing else. */
export class FormMemo<Value> extends Memo<Value> {
  get(finding: Finding): Value {
    return this.getOrMake(finding.form, finding)
  }
}

/** What is made of all that a finding says, but not of its resource, file, line and column. */
export class ContentMemo<Value> extends Memo<Value> {
  get(finding: Finding): Value {
    return this.getOrMake(finding.content, finding)
  }
}

/** Whether the remedy's message has data, which may be another for each finding of a form. */
export function hasOwnRemedy({ form, remediation }: Finding): boolean {
  const data = remediation?.message?.data
  return form === undefined || (data !== undefined && Object.keys(data).length > 0)
}
