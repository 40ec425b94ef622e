import { type FilterNode, parseFilter, walkNodes } from '../../parser/index.ts'

/** Names that a condition has, each once, in the order of the alphabet. */
export interface ConditionDetails {
  readonly fields: readonly string[]
  /** With modifiers: `startswith oneof`. */
  readonly operators: readonly string[]
}

/** What a condition reads and how it compares (filter_details_resolver.cpp). */
export function conditionDetails(condition: FilterNode): ConditionDetails {
  const fields = new Set<string>()
  const operators = new Set<string>()
  walkNodes(condition, (node) => {
    if (node.kind === 'field') fields.add(node.argument === '' ? node.name : `${node.name}[${node.argument}]`)
    if (node.kind === 'unary-check') operators.add(node.operator)
    if (node.kind === 'binary-check')
      operators.add(node.modifier === undefined ? node.operator : `${node.operator} ${node.modifier}`)
  })
  return { fields: [...fields].sort(), operators: [...operators].sort() }
}

/** The macros and lists that a condition names itself, not through others. */
export interface References {
  readonly macros: readonly string[]
  readonly lists: readonly string[]
}

/**
 * @param text - a condition as written
 * @param isMacro, isList - whether a name is one that is loaded
 */
export function referencesOf(
  text: string,
  isMacro: (name: string) => boolean,
  isList: (name: string) => boolean,
): References {
  const macros = new Set<string>()
  const lists = new Set<string>()
  const parsed = parseFilter(text)
  if (parsed.ok)
    walkNodes(parsed.ast, (node) => {
      if (node.kind === 'identifier' && isMacro(node.name)) macros.add(node.name)
      if (node.kind === 'list') for (const value of node.values) if (isList(value)) lists.add(value)
    })
  return { macros: [...macros].sort(), lists: [...lists].sort() }
}
