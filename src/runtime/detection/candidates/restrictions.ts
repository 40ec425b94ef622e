import { type EventSource, type FilterNode, type PossibleValues, possibleValues } from '../../rules/index.ts'
import { type IndexField, type IndexValue, indexField, UNTOLD } from './index-field.ts'

/** A condition to be indexed. */
export interface Indexed {
  readonly condition: FilterNode
  /** The fields that it reads, with their arguments. */
  readonly fields: readonly string[]
}

/** What conditions restrict fields to, by which entries are told apart. */
export interface Restrictions<E, Entry> {
  readonly fields: ReadonlyMap<string, IndexField<E> | undefined>
  /** What each field is restricted to by those of some entries that restrict it at all. */
  byField(members: readonly Entry[]): ReadonlyMap<string, readonly PossibleValues[]>
  /** Those of some entries that could match an event whose field has a value; undefined where it has none. */
  admitting(members: readonly Entry[], field: string, value: IndexValue | typeof OTHER): readonly Entry[]
  /** The field that leaves the fewest entries, over all values that are named and the rest, if it leaves at most so many. */
  bestField(members: readonly Entry[], most: number): IndexField<E> | undefined
}

/** Stands for every value that no condition names; not a text, so that no event has it. */
export const OTHER = Symbol('any other value')

/** Reads what conditions restrict the fields to that an index can look at. */
export function readRestrictions<E, Entry extends Indexed>(
  entries: readonly Entry[],
  source: EventSource<E>,
): Restrictions<E, Entry> {
  const possible = new Map<Entry, ReadonlyMap<string, PossibleValues>>()
  const fields = new Map<string, IndexField<E> | undefined>()
  for (const entry of entries) possible.set(entry, restrictionsOf(entry))
  return { fields, byField, admitting, bestField }

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

  function admitting(
    members: readonly Entry[],
    field: string,
    value: IndexValue | typeof OTHER,
  ): readonly Entry[] {
    return members.filter((entry) => admits(possible.get(entry)?.get(field), value))
  }

  function bestField(members: readonly Entry[], most: number): IndexField<E> | undefined {
    let best: IndexField<E> | undefined
    let fewest = most
    for (const [name, restrictions] of byField(members)) {
      const field = fields.get(name)
      const left = entriesLeft(restrictions, members.length)
      if (field === undefined || left > fewest) continue
      fewest = left
      best = field
    }
    return best
  }
}

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
