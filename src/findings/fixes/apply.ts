import { isDeepStrictEqual } from 'node:util'
import type { FieldPath } from '../../kubernetes/index.ts'
import type { Message } from '../../messages/index.ts'
import type { Finding, PatchOperation } from '../finding.ts'
import { type EditableDocument, EditRefused, objectAt, readDocument } from './document.ts'
import { editFor } from './edit.ts'
import { fixMessages } from './messages.ts'
import { carryOut, type Step, StepRefused, stepsOf, valueAt } from './steps.ts'
import { applyEdits, EditSet, offsetsOf, splitDocuments } from './text.ts'

/** A file's text with remedies applied, and what became of each finding. */
export interface FixedText {
  readonly text: string
  readonly applied: readonly Finding[]
  readonly skipped: readonly { readonly finding: Finding; readonly reason: Message }[]
}

type Refusal = keyof typeof fixMessages.make

/** A remedy on its way into one document. */
interface Pending {
  readonly finding: Finding
  readonly patch: readonly PatchOperation[]
  /** Path of the object in the document. */
  readonly base: FieldPath
}

/**
 * Applies remedies to a YAML or JSON text. Everything outside the changed places stays as it is, to the byte. A
 * remedy is applied whole or not at all, and only where the text, read again, is the object that its patch asks for.
 *
 * @param text - of one file, any number of documents
 * @param findings - of that file; those without a remedy are left alone. Which are safe is the caller's to choose
 */
export function applyFixes(text: string, findings: readonly Finding[]): FixedText {
  const applied: Finding[] = []
  const skipped: { finding: Finding; reason: Message }[] = []
  const refuse = (finding: Finding, reason: Refusal) => {
    skipped.push({ finding, reason: fixMessages.make[reason]({}) })
  }
  const offsetOf = offsetsOf(text)
  const wanted = findings
    .filter(({ remediation }) => remediation !== undefined && remediation.patch.length > 0)
    .map((finding) => ({ finding, offset: offsetOf(finding.location.line, finding.location.column) }))
    .sort((left, right) => left.offset - right.offset)
  let taken = 0
  let result = ''
  let at = 0
  for (const { start, end } of splitDocuments(text)) {
    const first = taken
    while (taken < wanted.length && ((wanted[taken]?.offset ?? 0) < end || end === text.length)) taken++
    const inside = wanted.slice(first, taken)
    if (inside.length === 0) continue
    const document = readDocument(text.slice(start, end))
    if (document === undefined) {
      for (const { finding } of inside) refuse(finding, 'unreadable')
      continue
    }
    const pending = inside.map(({ finding, offset }) => ({
      finding,
      patch: finding.remediation?.patch ?? [],
      base: objectAt(document, offset - start),
    }))
    const fixed = fixDocument(document, ordered(pending), applied, refuse)
    result += text.slice(at, start) + fixed
    at = end
  }
  return { text: result + text.slice(at), applied, skipped }
}

/** Removals of list items come last, and from the end, so that no other path's index is shifted before its turn. */
function ordered(pending: readonly Pending[]): Pending[] {
  const shift = ({ patch }: Pending) =>
    Math.max(
      -1,
      ...patch.map((operation) => {
        const path = operation.op === 'move' ? operation.from : operation.path
        const last = path.at(-1)
        return (operation.op === 'remove' || operation.op === 'move') && typeof last === 'number' ? last : -1
      }),
    )
  return pending.toSorted((left, right) => {
    const [first, second] = [shift(left), shift(right)]
    if (first < 0 || second < 0) return first < 0 === second < 0 ? 0 : first < 0 ? -1 : 1
    return second - first
  })
}

/**
 * Round by round: all remedies that do not get in one another's way are written at once, then the text is read again
 * for the rest. Where the outcome of a round is not what was asked, its remedies are tried one by one.
 */
function fixDocument(
  document: EditableDocument,
  pending: readonly Pending[],
  applied: Finding[],
  refuse: (finding: Finding, reason: Refusal) => void,
): string {
  const original = document.value
  let current = document
  let left = pending
  let oneByOne = 0
  while (left.length > 0) {
    const round: { fix: Pending; steps: readonly Step[] }[] = []
    const later: Pending[] = []
    const edits = new EditSet()
    for (const fix of left) {
      if (oneByOne > 0 && round.length > 0) {
        later.push(fix)
        continue
      }
      try {
        const steps = stepsFor(fix, current, original)
        if (steps.length === 0) {
          applied.push(fix.finding)
          continue
        }
        const planned = steps.map((step) => editFor(current, step))
        if (!edits.add(planned)) {
          if (round.length > 0) later.push(fix)
          else {
            // Its own steps get in one another's way: written one after the other.
            const alone = stepByStep(current, fix, original)
            if (alone === undefined) refuse(fix.finding, 'style')
            else {
              current = alone
              applied.push(fix.finding)
            }
          }
          continue
        }
        round.push({ fix, steps })
      } catch (error) {
        refuse(fix.finding, refusalOf(error))
      }
    }
    if (round.length > 0) {
      const expected = carryOut(
        current.value,
        round.flatMap(({ steps }) => steps),
      )
      const next = readDocument(applyEdits(current.text, edits.edits))
      if (next !== undefined && isDeepStrictEqual(next.value, expected)) {
        current = next
        for (const { fix } of round) applied.push(fix.finding)
      } else if (round.length === 1) {
        for (const { fix } of round) refuse(fix.finding, 'style')
      } else {
        oneByOne = round.length + 1
        later.unshift(...round.map(({ fix }) => fix))
      }
    }
    if (oneByOne > 0) oneByOne--
    left = later
  }
  return current.text
}

function stepsFor({ patch, base }: Pending, document: EditableDocument, original: unknown): Step[] {
  const now = valueAt(document.value, base)
  const before = valueAt(original, base)
  return patch.flatMap((operation) =>
    stepsOf(operation, now, before).map((step) => ({ ...step, path: [...base, ...step.path] })),
  )
}

/** One remedy, its operations one after the other, each on the text that the one before left. */
function stepByStep(
  document: EditableDocument,
  fix: Pending,
  original: unknown,
): EditableDocument | undefined {
  let current = document
  for (const operation of fix.patch)
    for (const step of stepsFor({ ...fix, patch: [operation] }, current, original)) {
      const next = readDocument(applyEdits(current.text, [editFor(current, step)]))
      if (next === undefined || !isDeepStrictEqual(next.value, carryOut(current.value, [step])))
        return undefined
      current = next
    }
  return current
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof EditRefused || error instanceof StepRefused) return error.reason
  throw error
}
