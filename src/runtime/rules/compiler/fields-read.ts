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
