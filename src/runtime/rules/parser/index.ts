export { decodeBytes, textToBytes, toByteString } from './bytes.ts'
export { escapeValue, unescapeQuoted } from './escaping.ts'
export type {
  AndNode,
  AnyNode,
  BinaryCheckNode,
  BinaryOperator,
  FieldNode,
  FilterNode,
  FilterPosition,
  IdentifierNode,
  ListNode,
  Modifier,
  NotNode,
  OperandNode,
  OrNode,
  RightNode,
  TransformerListNode,
  TransformerName,
  TransformerNode,
  TransformerOperandNode,
  UnaryCheckNode,
  UnaryOperator,
  ValueNode,
} from './nodes.ts'
export { LIST_OPERATORS, OPERATORS, TRANSFORMERS } from './operators.ts'
export { type ParseOperandResult, type ParseResult, parseFilter, parseOperand } from './parse.ts'
export { printFilter } from './print.ts'
export { type FilterSyntaxError, formatPosition, formatSyntaxError } from './syntax-error.ts'
export { childrenOf, type NodeVisitor, visitNode, walkNodes } from './visit.ts'
export { writeFilter } from './write.ts'
