import { type AnyNode, walkNodes } from '../parser/index.ts'

/** The fields that a condition or an operand reads, with their arguments, each once, in the order of the text. */
export function fieldsRead(node: AnyNode): readonly string[] {
  const names = new Set<string>()
  walkNodes(node, (found) => {
    if (found.kind !== 'field') return
    names.add(found.argument === '' ? found.name : `${found.name}[${found.argument}]`)
  })
  return [...names]
}

/** The constants that a condition compares fields with, each once, in the order of the text. @param fields - their names */
export function comparedValues(node: AnyNode, fields: ReadonlySet<string>): readonly string[] {
  const values = new Set<string>()
  walkNodes(node, (found) => {
    if (found.kind !== 'binary-check') return
    const { left, right } = found
    if (left.kind !== 'field' || !fields.has(left.name)) return
    if (right.kind === 'value') values.add(right.value)
    else if (right.kind === 'list') for (const value of right.values) values.add(value)
  })
  return [...values]
}
