import type { FieldPath } from '../kubernetes/index.ts'
import type { Finding, PatchOperation, Remediation } from './finding.ts'

/**
 * What a finding says, without resource and position: check, severity, message, field path, remedy, references.
 * One object for all findings that say the same.
 */
export interface FindingContent {
  /** Second halves of fingerprints, by the names of the list items on the path (see `fingerprint.ts`). */
  readonly halves: Map<string, string>
}

/**
 * Thousands of findings say the same of other objects. What reports make of it (rendered, quoted, encoded) is
 * therefore kept by content. Telling that two findings say the same takes a tenth of the time of rendering one.
 */
export interface FindingContents {
  of(finding: Finding): FindingContent
}

/** Contents remembered before starting afresh: bounds memory where every finding says something else. */
export const MAX_CONTENTS = 20_000
/** Findings that only look alike are searched one by one; more than this are not worth it. */
const MAX_ALIKE = 8

interface Entry extends FindingContent {
  readonly severity: string
  readonly message: Finding['message']
  readonly path: FieldPath
  readonly remediation: Remediation | undefined
  readonly references: readonly string[]
}

export function createFindingContents(): FindingContents {
  const byCheck = new Map<string, Map<number, Entry[]>>()
  let size = 0
  return {
    of(finding) {
      let byLook = byCheck.get(finding.check)
      if (byLook === undefined) {
        byLook = new Map()
        byCheck.set(finding.check, byLook)
      }
      const look = lookOf(finding)
      const alike = byLook.get(look)
      if (alike !== undefined) for (const entry of alike) if (saysTheSame(entry, finding)) return entry
      if (++size > MAX_CONTENTS) {
        byCheck.clear()
        size = 0
        return this.of(finding)
      }
      const entry = createEntry(finding)
      if (alike === undefined) byLook.set(look, [entry])
      else if (alike.length < MAX_ALIKE) alike.push(entry)
      else alike[look & (MAX_ALIKE - 1)] = entry
      return entry
    },
  }
}

/**
 * Strings cut out of a manifest keep the whole manifest in memory, in this engine; those kept here are copies,
 * which is what parsing JSON gives.
 */
function createEntry({ severity, message, location, remediation, references }: Finding): Entry {
  const kept = { message, path: location.path, remediation }
  const copy = JSON.parse(JSON.stringify(kept)) as typeof kept
  return { halves: new Map(), severity, references, ...copy, remediation: copy.remediation }
}

/** A number that is the same for findings that say the same, and mostly another for others. */
function lookOf({ message, location }: Finding): number {
  const { path } = location
  let look = path.length
  for (let index = 0; index < path.length; index++) {
    const part = path[index]
    look = (Math.imul(look, 31) + (typeof part === 'number' ? part : (part?.length ?? 0))) | 0
  }
  look = (Math.imul(look, 31) + message.id.length) | 0
  const { data } = message
  for (const name in data) {
    const value = data[name]
    if (typeof value === 'string')
      look =
        (Math.imul(look, 31) + value.length + value.charCodeAt(0) * 7 + value.charCodeAt(value.length - 1)) |
        0
    else if (typeof value === 'number') look = (Math.imul(look, 31) + value) | 0
  }
  return look
}

function saysTheSame(entry: Entry, finding: Finding): boolean {
  return (
    entry.severity === finding.severity &&
    entry.message.id === finding.message.id &&
    samePath(entry.path, finding.location.path) &&
    sameValue(entry.message.data, finding.message.data) &&
    sameRemediation(entry.remediation, finding.remediation) &&
    (entry.references === finding.references || sameValue(entry.references, finding.references))
  )
}

function samePath(left: FieldPath, right: FieldPath): boolean {
  if (left.length !== right.length) return false
  // From the end, where paths differ most.
  for (let index = left.length - 1; index >= 0; index--) if (left[index] !== right[index]) return false
  return true
}

function sameRemediation(left: Remediation | undefined, right: Remediation | undefined): boolean {
  if (left === undefined || right === undefined) return left === right
  if (left.safe !== right.safe || left.patch.length !== right.patch.length) return false
  for (let index = 0; index < left.patch.length; index++) {
    const step = left.patch[index] as PatchOperation
    if (!sameOperation(step, right.patch[index] as PatchOperation)) return false
  }
  return sameValue(left.message, right.message)
}

function sameOperation(left: PatchOperation, right: PatchOperation): boolean {
  if (left.op !== right.op || !samePath(left.path, right.path)) return false
  if (left.op === 'move') return right.op === 'move' && samePath(left.from, right.from)
  if (left.op === 'remove' || right.op === 'move' || right.op === 'remove') return true
  return sameValue(left.value, right.value)
}

function sameValue(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  let fields = 0
  for (const name in left) {
    if (!sameValue(left[name as keyof typeof left], right[name as keyof typeof right])) return false
    fields++
  }
  // A field that is undefined is none.
  for (const name in right) if (right[name as keyof typeof right] !== undefined) fields--
  return fields === 0
}
