import { pathPrefix } from './match.ts'
import type { PolicyRule } from './policy.ts'

/** Which rules of a block a non-resource request can match by its path. */
export class PathIndex {
  readonly #exact = new Map<string, number>()
  readonly #prefixes: { readonly prefix: string; rules: number }[] = []
  /** Rules that take every path: those that ask neither for a resource nor for a path. */
  readonly #everywhere: number

  constructor(rules: readonly PolicyRule[]) {
    let everywhere = 0
    rules.forEach(({ resources, namespaces, nonResourceURLs }, index) => {
      const bit = 1 << index
      if (resources.length > 0 || namespaces.length > 0) return
      if (nonResourceURLs.length === 0) everywhere |= bit
      for (const pattern of nonResourceURLs) {
        this.#exact.set(pattern, (this.#exact.get(pattern) ?? 0) | bit)
        if (pattern.endsWith('*')) this.#addPrefix(pathPrefix(pattern), bit)
      }
    })
    this.#everywhere = everywhere
  }

  /** @returns the rules as a bit mask */
  lookUp(path: string): number {
    let rules = this.#everywhere | (this.#exact.get(path) ?? 0)
    for (const each of this.#prefixes) if (path.startsWith(each.prefix)) rules |= each.rules
    return rules
  }

  #addPrefix(prefix: string, bit: number): void {
    const known = this.#prefixes.find((each) => each.prefix === prefix)
    if (known === undefined) this.#prefixes.push({ prefix, rules: bit })
    else known.rules |= bit
  }
}
