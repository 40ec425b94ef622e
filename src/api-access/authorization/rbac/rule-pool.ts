import type { PolicyRule } from './objects.ts'

/** More is not remembered: what is rare gains nothing from it. */
const REMEMBERED = 50_000

/**
 * Makes equal texts, lists and rules of many roles the same in memory. Most roles of a cluster say the same few things,
 * and a decision that finds them where the last one looked need not wait for memory.
 */
export class RulePool {
  readonly #texts = new Map<string, string>()
  readonly #lists = new Map<string, readonly string[]>()

  rule({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): PolicyRule {
    return {
      verbs: this.#list(verbs),
      apiGroups: this.#list(apiGroups),
      resources: this.#list(resources),
      resourceNames: this.#list(resourceNames),
      nonResourceURLs: this.#list(nonResourceURLs),
    }
  }

  #list(list: readonly string[]): readonly string[] {
    if (list.length > 32) return list
    // In no field may a text hold a NUL and mean anything.
    const key = `${list.length}\0${list.join('\0')}`
    return remembered(this.#lists, key, () => list.map((text) => remembered(this.#texts, text, () => text)))
  }
}

function remembered<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  if (map.size < REMEMBERED) map.set(key, made)
  return made
}
