import { type EventSource, type FilterNode, type PossibleValues, possibleValues } from '../../rules/index.ts'
import { type IndexField, type IndexValue, indexField, UNTOLD } from './index-field.ts'

/** A condition to be indexed. */
export interface Indexed {
  readonly condition: FilterNode
  /** The fields that it reads, with their arguments. */
  readonly fields: readonly string[]
}

/**
 * Answers the entries whose conditions an event could match at all, in their order. What it leaves out cannot match; what
 * it answers still has to be tested.
 */
export type CandidateIndex<E, Entry extends Indexed> = (event: E) => readonly Entry[]

/** Entries that are told apart no further: testing so few is as fast as another look at the event. */
const FEW_ENTRIES = 4

/** Looks at the event that one answer may take. */
const MOST_LEVELS = 5

/** Bounds the memory that events can make the index take; entries that would be told apart further are then tested. */
const MOST_NODES = 20_000

type Node<E, Entry> = Leaf<Entry> | Branch<E, Entry>

interface Leaf<Entry> {
  readonly kind: 'leaf'
  readonly entries: readonly Entry[]
}

interface Branch<E, Entry> extends Omit<Leaf<Entry>, 'kind'> {
  readonly kind: 'branch'
  readonly field: IndexField<E>
  /** The values that conditions name; all others are alike. */
  readonly named: ReadonlySet<string>
  readonly level: number
  readonly children: Map<string, Node<E, Entry>>
  other: Node<E, Entry> | undefined
  absent: Node<E, Entry> | undefined
}

/**
 * Makes an index of conditions over the fields that they compare with constants: the type of a system call, the verb and
 * the resource of a request, or whatever else tells them apart best. It is a tree that grows where events come along.
 *
 * The cost of an answer grows with the looks at the event (five at the most) and with the entries that could match, not
 * with the number of all entries.
 */
export function createCandidateIndex<E, Entry extends Indexed>(
  entries: readonly Entry[],
  source: EventSource<E>,
): CandidateIndex<E, Entry> {
  const possible = new Map<Entry, ReadonlyMap<string, PossibleValues>>()
  const fields = new Map<string, IndexField<E> | undefined>()
  for (const entry of entries) possible.set(entry, restrictionsOf(entry))
  let nodes = 0
  const root = makeNode(entries, 0)

  return (event) => {
    let node = root
    while (node.kind === 'branch') node = step(node, event)
    return node.entries
  }

  function restrictionsOf({ condition, fields: read }: Entry): ReadonlyMap<string, PossibleValues> {
    const restrictions = new Map<string, PossibleValues>()
    for (const name of read) {
      if (!fields.has(name)) fields.set(name, indexField(name, source))
      if (fields.get(name) === undefined) continue
      const values = possibleValues(condition, name)
      if (values.kind === 'only' || values.values.size > 0 || !values.absent) restrictions.set(name, values)
    }
    return restrictions
  }

  function step(branch: Branch<E, Entry>, event: E): Node<E, Entry> {
    const value = branch.field.read(event)
    if (value === UNTOLD) return { kind: 'leaf', entries: branch.entries }
    if (value === undefined) {
      branch.absent ??= makeChild(branch, undefined)
      return branch.absent
    }
    if (!branch.named.has(value)) {
      branch.other ??= makeChild(branch, OTHER)
      return branch.other
    }
    const known = branch.children.get(value)
    if (known !== undefined) return known
    const child = makeChild(branch, value)
    branch.children.set(value, child)
    return child
  }

  function makeChild(
    { entries, field, level }: Branch<E, Entry>,
    value: IndexValue | typeof OTHER,
  ): Node<E, Entry> {
    return makeNode(
      entries.filter((entry) => admits(possible.get(entry)?.get(field.name), value)),
      level + 1,
    )
  }

  function makeNode(members: readonly Entry[], level: number): Node<E, Entry> {
    nodes++
    const leaf: Leaf<Entry> = { kind: 'leaf', entries: members }
    if (members.length <= FEW_ENTRIES || level >= MOST_LEVELS || nodes >= MOST_NODES) return leaf
    const best = bestField(members)
    if (best === undefined) return leaf
    const { field, named } = best
    const children = new Map<string, Node<E, Entry>>()
    return { ...leaf, kind: 'branch', field, named, level, children, other: undefined, absent: undefined }
  }

  /** The field that leaves the fewest entries, over all values that are named and the rest, if it leaves few enough. */
  function bestField(
    members: readonly Entry[],
  ): { field: IndexField<E>; named: ReadonlySet<string> } | undefined {
    let best: { field: IndexField<E>; named: ReadonlySet<string> } | undefined
    let fewest = members.length - FEW_ENTRIES
    for (const [name, restrictions] of byField(members)) {
      const field = fields.get(name)
      const left = entriesLeft(restrictions, members.length)
      if (field === undefined || left > fewest) continue
      fewest = left
      best = { field, named: new Set(restrictions.flatMap(({ values }) => [...values])) }
    }
    return best
  }

  function byField(members: readonly Entry[]): Map<string, PossibleValues[]> {
    const restrictions = new Map<string, PossibleValues[]>()
    for (const entry of members)
      for (const [name, values] of possible.get(entry) ?? []) {
        const known = restrictions.get(name)
        if (known === undefined) restrictions.set(name, [values])
        else known.push(values)
      }
    return restrictions
  }
}

/** Stands for every value that no condition names; not a text, so that no event has it. */
const OTHER = Symbol('any other value')

function admits(values: PossibleValues | undefined, value: IndexValue | typeof OTHER): boolean {
  if (values === undefined || value === UNTOLD) return true
  if (value === undefined) return values.absent
  const named = typeof value === 'string' && values.values.has(value)
  return named === (values.kind === 'only')
}

/** How many entries are left on average, each named value, all others and absence being as likely. */
function entriesLeft(restrictions: readonly PossibleValues[], all: number): number {
  const named = new Set(restrictions.flatMap(({ values }) => [...values])).size
  let sum = (all - restrictions.length) * (named + 2)
  for (const { kind, values, absent } of restrictions) {
    sum += kind === 'only' ? values.size : named - values.size + 1
    if (absent) sum++
  }
  return sum / (named + 2)
}
