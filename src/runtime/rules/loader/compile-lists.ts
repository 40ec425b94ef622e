import type { Ordered } from './collector.ts'
import type { ListDefinition } from './definitions.ts'

/** A list with the items of the lists that it names. */
export interface CompiledList {
  readonly name: string
  readonly items: readonly string[]
  isUsed: boolean
}

/**
 * Fills in lists that stand in lists. A list sees those that were first defined before its own last change, and of them their
 * own items only: what is nested deeper stays a name (rule_loader_compiler.cpp, compile_list_infos).
 */
export function compileLists(
  definitions: ReadonlyMap<string, Ordered<ListDefinition>>,
): Map<string, CompiledList> {
  const used = new Set<string>()
  const compiled = new Map<string, CompiledList>()
  for (const list of definitions.values()) {
    const items = list.items.flatMap((item) => {
      const inner = definitions.get(item)
      if (inner === undefined || inner.index >= list.visibility) return [item]
      used.add(item)
      return inner.items
    })
    compiled.set(list.name, { name: list.name, items, isUsed: false })
  }
  for (const name of used) {
    const list = compiled.get(name)
    if (list !== undefined) list.isUsed = true
  }
  return compiled
}
