import fc from 'fast-check'
import type {
  BinaryOperator,
  FieldNode,
  FilterNode,
  FilterPosition,
  RightNode,
  TransformerNode,
  TransformerOperandNode,
} from '../../src/runtime/rules/parser/nodes.ts'
import {
  LIST_OPERATORS,
  MODIFIERS,
  NUMBER_OPERATORS,
  STRING_OPERATORS,
} from '../../src/runtime/rules/parser/operators.ts'

/** Random trees, as the parser could have made them: for tests. Positions are all the same. */

const position: FilterPosition = { index: 0, line: 1, column: 1 }

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/).filter((name) => !/^(?:and|or|not|val)$/.test(name))

/** Text of what means something to the language, of any character, and of bytes that are no UTF-8. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\\',
        '"',
        "'",
        ' ',
        '(',
        ')',
        ',',
        '=',
        '[',
        ']',
        '\n',
        '\v',
        '\0',
        'é',
        '\udcff',
        'oneof',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''))

const number = fc.integer().map(String)

const fieldNode: fc.Arbitrary<FieldNode> = fc
  .tuple(word, word, fc.oneof(fc.constant(''), text))
  .map(([left, right, argument]) => ({ kind: 'field', name: `${left}.${right}`, argument, position }))

const { transformerOperand } = fc.letrec<{
  transformerOperand: TransformerOperandNode
  transformer: TransformerNode
}>((tie) => ({
  transformerOperand: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fieldNode,
    text.map((value) => ({ kind: 'value' as const, value, position })),
    tie('transformer'),
    fc
      .array(
        tie('transformerOperand').filter((node) => node.kind !== 'transformer-list'),
        { maxLength: 2 },
      )
      .map((children) => ({ kind: 'transformer-list' as const, children, position })),
  ),
  transformer: fc
    .tuple(
      fc.constantFrom('tolower' as const, 'b64' as const, 'len' as const, 'join' as const, 'getopt' as const),
      fc.array(tie('transformerOperand'), { minLength: 1, maxLength: 2 }),
      fc.option(word, { nil: undefined }),
    )
    .map(([name, operands, selector]) => ({
      kind: 'transformer' as const,
      name,
      operands,
      ...(selector === undefined ? {} : { selector }),
      position,
    })),
}))

const transformer = transformerOperand.filter((node): node is TransformerNode => node.kind === 'transformer')

const operand = fc.oneof({ weight: 3, arbitrary: fieldNode }, { weight: 1, arbitrary: transformer })

const valNode = fieldNode.map(
  (field): TransformerNode => ({ kind: 'transformer', name: 'val', operands: [field], position }),
)

const listNode = fc
  .array(text, { maxLength: 3 })
  .map((values): RightNode => ({ kind: 'list', values, position }))

const valueNode = (values: fc.Arbitrary<string>) =>
  values.map((value): RightNode => ({ kind: 'value', value, position }))

function binary(
  operators: readonly BinaryOperator[],
  right: fc.Arbitrary<RightNode>,
): fc.Arbitrary<FilterNode> {
  return fc
    .tuple(operand, fc.constantFrom(...operators), fc.oneof(right, valNode, transformer))
    .map(([left, operator, value]) => ({
      kind: 'binary-check' as const,
      left,
      operator,
      right: value,
      position,
    }))
}

const modified: fc.Arbitrary<FilterNode> = fc
  .tuple(
    operand,
    fc.constantFrom(...STRING_OPERATORS),
    fc.constantFrom(...MODIFIERS),
    fc.oneof(listNode, valueNode(word)),
  )
  .map(([left, operator, modifier, right]) => ({
    kind: 'binary-check' as const,
    left,
    operator,
    modifier,
    right,
    position,
  }))

const leaf: fc.Arbitrary<FilterNode> = fc.oneof(
  word.map((name) => ({ kind: 'identifier' as const, name, position })),
  operand.map((left) => ({ kind: 'unary-check' as const, left, operator: 'exists' as const, position })),
  binary(NUMBER_OPERATORS, valueNode(number)),
  binary(STRING_OPERATORS, valueNode(text)),
  binary(LIST_OPERATORS, fc.oneof(listNode, valueNode(word))),
  modified,
)

/** Conditions of any form over the checks given. */
export function conditionsOf(checks: fc.Arbitrary<FilterNode>): fc.Arbitrary<FilterNode> {
  return fc.letrec<{ node: FilterNode }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      checks,
      fc
        .tuple(
          fc.constantFrom('and' as const, 'or' as const),
          fc.array(tie('node'), { minLength: 2, maxLength: 4 }),
        )
        .map(([kind, children]) => ({ kind, children, position })),
      tie('node').map((child) => ({ kind: 'not' as const, child, position })),
    ),
  })).node
}

export const filterNode: fc.Arbitrary<FilterNode> = conditionsOf(leaf)
