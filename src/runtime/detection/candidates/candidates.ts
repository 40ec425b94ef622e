import {
  createUnionCompiler,
  type FilterNode,
  type PossibleValues,
  possibleValues,
} from '../../rules/index.ts'
import type { DetectionSource, EventKinds } from '../source.ts'
import { type CandidateIndex, createCandidateIndex } from './candidate-index.ts'
import { foldConstants } from './fold-constants.ts'
import type { Indexed } from './restrictions.ts'

/** More conditions about events of one kind are told apart by an index, whose cost does not grow with their number. */
const MOST_UNITED = 64

const NONE: readonly never[] = Object.freeze([])

/** The entries that events of one kind could match. */
interface OfKind<E, Entry> {
  readonly entries: readonly Entry[]
  /** Whether an event matches any of them; undefined where the index has to tell. */
  readonly isAny: ((event: E) => boolean) | undefined
}

/**
 * Makes what answers the conditions that an event could match at all. Where the events of a source are of kinds, the
 * conditions about each kind become one test of whether any of them holds: most events are done with by it.
 */
export function createCandidates<E, Entry extends Indexed>(
  entries: readonly Entry[],
  { fields, kinds }: DetectionSource<E>,
): CandidateIndex<E, Entry> {
  if (kinds === undefined) return createCandidateIndex(entries, fields)
  let index: CandidateIndex<E, Entry> | undefined
  const compile = createUnionCompiler(fields)
  const byKind: (OfKind<E, Entry> | undefined)[] = []
  const possible = new Map<string, Map<Entry, PossibleValues>>()

  return (event) => {
    const kind = kinds.of(event)
    const { entries, isAny } = byKind[kind] ?? add(kind, kinds)
    if (entries.length === 0) return NONE
    if (isAny !== undefined) return isAny(event) ? entries : NONE
    index ??= createCandidateIndex(entries, fields)
    return index(event)
  }

  function add(kind: number, { facts }: EventKinds<E>): OfKind<E, Entry> {
    const known = facts(kind)
    const left: Entry[] = []
    const conditions: FilterNode[] = []
    let isAny: OfKind<E, Entry>['isAny']
    for (const entry of entries) {
      if (!couldMatch(entry, known)) continue
      const condition = foldConstants(entry.condition, known)
      if (condition === false) continue
      left.push(entry)
      if (condition === true) isAny = () => true
      else conditions.push(condition)
    }
    if (left.length > 0 && left.length <= MOST_UNITED) isAny ??= compile(conditions)
    while (byKind.length < kind) byKind.push(undefined)
    const added = { entries: left, isAny: left.length <= MOST_UNITED ? isAny : undefined }
    byKind[kind] = added
    return added
  }

  /** A glance at what a condition says of the fields that are known: most are about other kinds, and not looked through. */
  function couldMatch(entry: Entry, known: ReadonlyMap<string, readonly string[]>): boolean {
    for (const [field, given] of known) {
      const { kind, values } = possibleOf(entry, field)
      if (!given.some((value) => values.has(value) === (kind === 'only'))) return false
    }
    return true
  }

  function possibleOf(entry: Entry, field: string): PossibleValues {
    const byEntry = possible.get(field) ?? new Map<Entry, PossibleValues>()
    possible.set(field, byEntry)
    const found = byEntry.get(entry) ?? possibleValues(entry.condition, field)
    byEntry.set(entry, found)
    return found
  }
}
