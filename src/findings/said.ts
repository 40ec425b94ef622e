import type { Detection } from './check.ts'

type Data = Readonly<Record<string, unknown>>

/** Of so many detections it is seen whether they repeat; of later ones now and then some. */
const TRIED = 1024
const MAX_CONTENTS = 256

/** One thing that a check said of a place, to be said again with other data; those that differ in the number form a chain. */
export class Said {
  readonly number: number
  readonly next: Said | undefined
  readonly #detection: Detection | undefined
  /** By the name in the data. */
  readonly #known = new Map<unknown, Detection>()
  #asked = 0
  #repeated = 0

  /** @param detection - undefined where there was nothing to say */
  constructor(number: number, detection: Detection | undefined, next: Said | undefined) {
    this.number = number
    this.next = next
    this.#detection = detection && { ...detection, form: {} }
  }

  /**
   * The detection with this data in its message. It has a content where the same was said before or may be again:
   * while nearly all differ, to keep something costs more than it saves.
   */
  of(data: object): Detection | undefined {
    const detection = this.#detection
    if (detection === undefined) return undefined
    const { path, message, severity, remediation, holdsSecret, form } = detection
    const asked = ++this.#asked
    const isKept = asked < TRIED || this.#repeated > asked >> 1 || (asked & (TRIED - 1)) < TRIED >> 4
    const said = { id: message.id, data: data as Data }
    if (!isKept) return { path, message: said, severity, remediation, holdsSecret, form, content: undefined }
    const name = nameIn(data as Data)
    const known = this.#known.get(name)
    if (known !== undefined && isSame(known.message.data, data as Data)) {
      this.#repeated++
      return known
    }
    if (this.#known.size >= MAX_CONTENTS) this.#known.clear()
    const made = { path, message: said, severity, remediation, holdsSecret, form, content: {} }
    this.#known.set(name, made)
    return made
  }
}

/** What mostly differs. */
function nameIn({ container, names }: Data): unknown {
  return container ?? (Array.isArray(names) ? names[0] : undefined)
}

function isSame(left: Data, right: Data): boolean {
  for (const key in right) {
    const one = left[key]
    const other = right[key]
    if (one !== other && !(Array.isArray(one) && Array.isArray(other) && areSame(one, other))) return false
  }
  return true
}

function areSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index])
}
