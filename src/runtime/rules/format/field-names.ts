import { type OperandNode, printFilter, type TransformerOperandNode } from '../parser/index.ts'

/** A field or a transformer whose value is listed beside the output's text. */
export interface ListedOperand {
  readonly name: string
  readonly node: OperandNode
  readonly transformed: boolean
}

/**
 * What an operand of a template adds to the listed fields: the fields in it, and the transformers. Of transformers that
 * follow one another, one inside the other, only the last is listed (libs, formatter_visitor).
 */
export function listOperand(node: OperandNode): readonly ListedOperand[] {
  const listed: ListedOperand[] = []
  let lastIsTransformer = false
  visit(node)
  return listed

  function visit(current: TransformerOperandNode): void {
    if (current.kind === 'value') return
    if (current.kind === 'transformer-list') {
      for (const child of current.children) visit(child)
      return
    }
    if (current.kind === 'field') {
      listed.push({ name: printFilter(current), node: current, transformed: false })
      lastIsTransformer = false
      return
    }
    for (const operand of current.operands) visit(operand)
    if (lastIsTransformer) listed.pop()
    listed.push({ name: printFilter(current), node: current, transformed: true })
    lastIsTransformer = true
  }
}
