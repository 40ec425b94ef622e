import type { RequestAttributes } from '../../request/index.ts'
import type { PolicyRule } from './objects.ts'
import { insertByRank, type Ranked, removeByRank } from './ranked-list.ts'
import { combinedResource, ruleAllows, urlPrefix } from './rule-match.ts'

/** A rule that would take more entries than this is compared instead of being entered. */
const ENTRIES_OF_A_RULE = 256

/** Holders of one verb, API group and resource, in the order of visiting. */
interface Cell<Holder> {
  readonly any: Holder[]
  /** Of rules with `resourceNames`. */
  readonly byName: Map<string, Holder[]>
}

interface UrlCell<Holder> {
  readonly exact: Map<string, Holder[]>
  readonly byPrefix: Map<string, Holder[]>
}

/** A rule that is compared, and what holds it. */
interface WideRule<Holder> {
  readonly rank: number
  readonly holder: Holder
  readonly rule: PolicyRule
}

/**
 * Which of many holders of rules allows a request first, looked up by what the rules say: verb, API group and
 * resource, each as asked and as a wildcard. The outcome is that of `ruleAllows` on every rule in turn.
 */
export class RuleIndex<Holder extends Ranked> {
  readonly #cells = new Map<string, Map<string, Map<string, Cell<Holder>>>>()
  readonly #urls = new Map<string, UrlCell<Holder>>()
  readonly #wide: WideRule<Holder>[] = []
  #size = 0
  #removed = 0

  /** How many entries it holds: a measure of its memory. */
  get size(): number {
    return this.#size
  }

  /** Whether so much was removed that it is better made anew: places that were emptied stay. */
  get isWorn(): boolean {
    return this.#removed > this.#size + 1000
  }

  add(holder: Holder, rules: readonly PolicyRule[]): void {
    for (const rule of rules) {
      if (isWide(rule)) {
        insertByRank(this.#wide, { rank: holder.rank, holder, rule })
        this.#size++
        continue
      }
      for (const list of this.#lists(rule)) {
        insertByRank(list, holder)
        this.#size++
      }
    }
  }

  /** @param rules - the very ones that were added */
  remove(holder: Holder, rules: readonly PolicyRule[]): void {
    for (const rule of rules) {
      if (isWide(rule)) {
        const index = this.#wide.findIndex((wide) => wide.holder === holder && wide.rule === rule)
        if (index >= 0) this.#wide.splice(index, 1)
        this.#size--
        this.#removed++
        continue
      }
      for (const list of this.#lists(rule)) {
        removeByRank(list, holder)
        this.#size--
        this.#removed++
      }
    }
  }

  /** @returns the holder of the lowest rank whose rules allow the request */
  first(attributes: RequestAttributes): Holder | undefined {
    const entered = attributes.resourceRequest ? this.#ofResource(attributes) : this.#ofUrl(attributes)
    for (const { rank, holder, rule } of this.#wide) {
      if (entered !== undefined && rank >= entered.rank) break
      if (ruleAllows(rule, attributes)) return holder
    }
    return entered
  }

  #ofResource({ verb, apiGroup, resource, subresource, name }: RequestAttributes): Holder | undefined {
    let best: Holder | undefined
    const combined = combinedResource(resource, subresource)
    for (const byGroup of [this.#cells.get(verb), this.#cells.get('*')]) {
      if (byGroup === undefined) continue
      for (const byResource of [byGroup.get(apiGroup), byGroup.get('*')]) {
        if (byResource === undefined) continue
        best = better(best, byResource.get(combined), name)
        best = better(best, byResource.get('*'), name)
        if (subresource !== '') best = better(best, byResource.get(`*/${subresource}`), name)
      }
    }
    return best
  }

  #ofUrl({ verb, path }: RequestAttributes): Holder | undefined {
    let best: Holder | undefined
    for (const cell of [this.#urls.get(verb), this.#urls.get('*')]) {
      if (cell === undefined) continue
      best = lower(best, cell.exact.get(path)?.[0])
      for (const [prefix, holders] of cell.byPrefix)
        if (path.startsWith(prefix)) best = lower(best, holders[0])
    }
    return best
  }

  /** Every list in which the holder of a rule stands. */
  *#lists(rule: PolicyRule): Generator<Holder[]> {
    const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule
    for (const verb of verbs) {
      for (const group of apiGroups) {
        for (const resource of resources) {
          const cell = this.#cell(verb, group, resource)
          if (resourceNames.length === 0) yield cell.any
          for (const name of resourceNames) yield listOf(cell.byName, name)
        }
      }
      for (const url of nonResourceURLs) {
        const cell = this.#urlCell(verb)
        yield listOf(cell.exact, url)
        const prefix = urlPrefix(url)
        if (prefix !== undefined) yield listOf(cell.byPrefix, prefix)
      }
    }
  }

  #cell(verb: string, group: string, resource: string): Cell<Holder> {
    const byGroup = getOrAdd(this.#cells, verb, () => new Map<string, Map<string, Cell<Holder>>>())
    const byResource = getOrAdd(byGroup, group, () => new Map<string, Cell<Holder>>())
    return getOrAdd(byResource, resource, () => ({ any: [], byName: new Map() }))
  }

  #urlCell(verb: string): UrlCell<Holder> {
    return getOrAdd(this.#urls, verb, () => ({ exact: new Map(), byPrefix: new Map() }))
  }
}

function isWide({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): boolean {
  const places = apiGroups.length * resources.length * Math.max(1, resourceNames.length)
  return verbs.length * (places + 2 * nonResourceURLs.length) > ENTRIES_OF_A_RULE
}

function better<Holder extends Ranked>(
  best: Holder | undefined,
  cell: Cell<Holder> | undefined,
  name: string,
): Holder | undefined {
  if (cell === undefined) return best
  const found = lower(best, cell.any[0])
  return cell.byName.size === 0 ? found : lower(found, cell.byName.get(name)?.[0])
}

function lower<Holder extends Ranked>(
  one: Holder | undefined,
  other: Holder | undefined,
): Holder | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return other.rank < one.rank ? other : one
}

function listOf<Holder>(map: Map<string, Holder[]>, key: string): Holder[] {
  return getOrAdd(map, key, () => [])
}

function getOrAdd<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
