export type {
  AnyNode,
  BinaryCheckNode,
  BinaryOperator,
  FieldNode,
  FilterNode,
  FilterPosition,
  IdentifierNode,
  Modifier,
  OperandNode,
  TransformerNode,
  TransformerOperandNode,
  UnaryCheckNode,
  UnaryOperator,
} from './nodes.ts'
export { LIST_OPERATORS, OPERATORS, TRANSFORMERS } from './operators.ts'
export { type ParseOperandResult, type ParseResult, parseFilter, parseOperand } from './parse.ts'
export { printFilter } from './print.ts'
export { type FilterSyntaxError, formatSyntaxError } from './syntax-error.ts'
export { walkNodes } from './visit.ts'
