import type { FilterNode, FilterPosition, IdentifierNode } from '../parser/index.ts'

/** A condition with its macros filled in, or the first thing that stands in the way. */
export type ExpandedCondition =
  | { readonly ok: true; readonly condition: FilterNode; readonly used: ReadonlySet<string> }
  | { readonly ok: false; readonly fault: MacroFault }

export interface MacroFault {
  readonly kind: 'undefined' | 'loop' | 'size'
  readonly macro: string
  /** Of the identifier in the text that it stands in: the condition's own, or that of the macro in `inside`. */
  readonly position: FilterPosition
  /** The macro in whose condition the identifier stands; undefined for the condition itself. */
  readonly inside: string | undefined
}

/** Macros that use macros twice grow exponentially: no condition that somebody meant has so many checks. */
const MAX_NODES = 1_000_000

/**
 * Fills in macros where their names stand. A macro that refers to itself, through others or not, is a loop
 * (filter_macro_resolver.cpp).
 *
 * @param macroOf - the condition of a macro that is visible here; undefined for one that is not
 */
export function expandMacros(
  condition: FilterNode,
  macroOf: (name: string) => FilterNode | undefined,
): ExpandedCondition {
  const used = new Set<string>()
  const path: string[] = []
  const done = new Map<string, { readonly node: FilterNode; readonly size: number }>()
  let size = 0
  const loops: MacroFault[] = []
  const unknown: MacroFault[] = []
  const expanded = expand(condition)
  // Falco tells of loops before it tells of names that it doesn't know.
  const fault = loops[0] ?? unknown[0]
  return fault === undefined ? { ok: true, condition: expanded, used } : { ok: false, fault }

  function expand(node: FilterNode): FilterNode {
    size++
    switch (node.kind) {
      case 'and':
      case 'or': {
        const children = node.children.map(expand)
        return children.every((child, index) => child === node.children[index])
          ? node
          : Object.freeze({ ...node, children: Object.freeze(children) })
      }
      case 'not': {
        const child = expand(node.child)
        return child === node.child ? node : Object.freeze({ ...node, child })
      }
      case 'identifier':
        return expandIdentifier(node)
      default:
        return node
    }
  }

  function expandIdentifier(node: IdentifierNode): FilterNode {
    const { name, position } = node
    const inside = path.at(-1)
    const macro = macroOf(name)
    if (macro === undefined) {
      unknown.push({ kind: 'undefined', macro: name, position, inside })
      return node
    }
    if (path.includes(name)) {
      loops.push({ kind: 'loop', macro: name, position, inside })
      return node
    }
    const made = done.get(name)
    size += made?.size ?? 0
    if (size > MAX_NODES) {
      loops.push({ kind: 'size', macro: name, position, inside })
      return node
    }
    if (made !== undefined) return made.node
    const before = size
    path.push(name)
    const expanded = expand(macro)
    path.pop()
    used.add(name)
    done.set(name, { node: expanded, size: size - before })
    return expanded
  }
}
