import type { EventSource } from '../../rules/index.ts'
import { type IndexField, type IndexValue, UNTOLD } from './index-field.ts'
import { type Indexed, OTHER, readRestrictions } from './restrictions.ts'

/**
 * Answers the entries whose conditions an event could match at all, in their order. What it leaves out cannot match; what
 * it answers still has to be tested.
 */
export type CandidateIndex<E, Entry extends Indexed> = (event: E) => readonly Entry[]

/** Entries that are told apart no further: testing so few is as fast as another look at the event. */
const FEW_ENTRIES = 4

/** Looks at the event that one answer may take. */
const MOST_LEVELS = 7

/** Bounds the memory that events can make the index take; entries that would be told apart further are then tested. */
const MOST_NODES = 20_000

/** Up to so many entries, the events themselves show which field tells them apart best. */
const MOST_SAMPLED = 64

/** Events that are looked at for that. */
const SAMPLES = 32

/** What a look at an event takes, measured in entries that could be tested instead. */
const COST_OF_LOOK = 1.5

/** A leaf answers its entries; a branch looks at a field; one that samples does not yet know which. */
interface Node<E, Entry> {
  kind: 'leaf' | 'branch' | 'sampling'
  readonly entries: readonly Entry[]
  readonly level: number
  field: IndexField<E> | undefined
  /** The values that conditions name; all others are alike. */
  named: ReadonlySet<string>
  readonly children: Map<string, Node<E, Entry>>
  other: Node<E, Entry> | undefined
  absent: Node<E, Entry> | undefined
  samples: Samples | undefined
}

/** How many entries each field would have left, over the events so far. */
interface Samples {
  count: number
  readonly left: Map<string, number>
}

const NO_VALUES: ReadonlySet<string> = new Set()

/**
 * Makes an index of conditions over the fields that they compare with constants: the type of a system call, the verb and
 * the resource of a request, or whatever else tells them apart best. It is a tree that grows where events come along.
 *
 * The cost of an answer grows with the looks at the event (seven at the most) and with the entries that could match, not
 * with the number of all entries.
 */
export function createCandidateIndex<E, Entry extends Indexed>(
  entries: readonly Entry[],
  source: EventSource<E>,
): CandidateIndex<E, Entry> {
  const { fields, byField, admitting, bestField } = readRestrictions(entries, source)
  let nodes = 0
  const root = makeNode(entries, 0)

  return (event) => {
    let node = root
    while (node.kind === 'branch') {
      const next = step(node, event)
      if (next === undefined) return node.entries
      node = next
    }
    return node.kind === 'sampling' ? sample(node, event) : node.entries
  }

  /** @returns undefined where the field tells nothing */
  function step(branch: Node<E, Entry>, event: E): Node<E, Entry> | undefined {
    const value = branch.field?.read(event)
    if (value === UNTOLD) return undefined
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
    { entries, field, level }: Node<E, Entry>,
    value: IndexValue | typeof OTHER,
  ): Node<E, Entry> {
    const name = field?.name ?? ''
    return makeNode(admitting(entries, name, value), level + 1)
  }

  function makeNode(members: readonly Entry[], level: number): Node<E, Entry> {
    nodes++
    const node: Node<E, Entry> = {
      kind: 'leaf',
      entries: members,
      level,
      field: undefined,
      named: NO_VALUES,
      children: new Map(),
      other: undefined,
      absent: undefined,
      samples: undefined,
    }
    if (members.length <= FEW_ENTRIES || level >= MOST_LEVELS || nodes >= MOST_NODES) return node
    if (members.length <= MOST_SAMPLED) {
      const restricted = [...byField(members).keys()]
      if (restricted.length === 0) return node
      node.kind = 'sampling'
      node.samples = { count: 0, left: new Map(restricted.map((name) => [name, 0])) }
      return node
    }
    const best = bestField(members, members.length - FEW_ENTRIES)
    if (best !== undefined) branchBy(node, best)
    return node
  }

  function branchBy(node: Node<E, Entry>, field: IndexField<E>): void {
    const restrictions = byField(node.entries).get(field.name) ?? []
    node.kind = 'branch'
    node.field = field
    node.named = new Set(restrictions.flatMap(({ values }) => [...values]))
  }

  /**
   * Counts what each field would leave of the entries for this event; after enough of them the best is chosen.
   *
   * @returns the fewest that a field leaves
   */
  function sample(node: Node<E, Entry>, event: E): readonly Entry[] {
    const { samples, entries } = node
    let least = entries
    if (samples === undefined) return least
    for (const [name, sum] of samples.left) {
      const value = fields.get(name)?.read(event)
      const left = admitting(entries, name, value)
      if (left.length < least.length) least = left
      samples.left.set(name, sum + left.length)
    }
    samples.count++
    if (samples.count >= SAMPLES) decide(node, samples)
    return least
  }

  function decide(node: Node<E, Entry>, samples: Samples): void {
    const { entries } = node
    let best = ''
    let fewest = (entries.length - COST_OF_LOOK) * samples.count
    for (const [name, sum] of samples.left) {
      if (sum > fewest) continue
      fewest = sum
      best = name
    }
    const field = fields.get(best)
    node.samples = undefined
    node.kind = 'leaf'
    if (field !== undefined) branchBy(node, field)
  }
}
