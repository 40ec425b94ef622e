import { Lexer } from './lexer.ts'
import type {
  BinaryCheckNode,
  FieldNode,
  FilterNode,
  FilterPosition,
  ListNode,
  Modifier,
  OperandNode,
  RightNode,
  TransformerListNode,
  TransformerName,
  TransformerNode,
  TransformerOperandNode,
  ValueNode,
} from './nodes.ts'
import {
  LIST_OPERATORS,
  MODIFIERS,
  NUMBER_OPERATORS,
  OPERATORS,
  STRING_OPERATORS,
  TRANSFORMERS,
  UNARY_OPERATORS,
  VAL_AND_TRANSFORMERS,
} from './operators.ts'
import { createPositions } from './positions.ts'
import { SyntaxProblem } from './syntax-error.ts'

/** Recursive descent over the grammar in libs' filter/parser.h. Every method throws SyntaxProblem; `place` is then the place. */
export class Parser {
  private readonly lexer: Lexer
  private readonly positionAt: (offset: number) => FilterPosition
  private readonly maxDepth: number
  private depth = 0

  constructor(text: string, maxDepth: number) {
    this.lexer = new Lexer(text)
    this.positionAt = createPositions(text)
    this.maxDepth = maxDepth
  }

  place(): FilterPosition {
    return this.positionAt(this.lexer.offset)
  }

  offset(): number {
    return this.lexer.offset
  }

  /** A whole text that is one condition. */
  filter(): FilterNode {
    const node = this.or()
    if (!this.lexer.atEnd()) {
      throw new SyntaxProblem(`unexpected token after '${this.lexer.last}', expecting 'or', 'and'`)
    }
    return node
  }

  /** A field or a transformer at the beginning of the text, as in an output template; what follows is not read. */
  operand(): OperandNode {
    const position = this.place()
    if (this.lexer.fieldName()) return this.field(position)
    const name = this.lexer.transformer(TRANSFORMERS)
    if (name !== undefined) return this.transformer(name, position)
    throw new SyntaxProblem(`unexpected token after '${this.lexer.last}`)
  }

  private or(): FilterNode {
    const { offset } = this.lexer
    this.lexer.blank()
    const children = [this.and()]
    this.lexer.blank()
    while (this.lexer.literal('or')) {
      children.push(this.joined('or', () => this.and()))
      this.lexer.blank()
    }
    const only = sole(children)
    if (only !== undefined) return only
    const position = this.positionAt(offset)
    return Object.freeze({ kind: 'or', children: Object.freeze(children), position })
  }

  private and(): FilterNode {
    const { offset } = this.lexer
    this.lexer.blank()
    const children = [this.not()]
    this.lexer.blank()
    while (this.lexer.literal('and')) {
      children.push(this.joined('and', () => this.not()))
      this.lexer.blank()
    }
    const only = sole(children)
    if (only !== undefined) return only
    const position = this.positionAt(offset)
    return Object.freeze({ kind: 'and', children: Object.freeze(children), position })
  }

  /** What stands behind `and` or `or`: after a blank any operand, without one only a parenthesis. */
  private joined(word: string, operand: () => FilterNode): FilterNode {
    if (this.lexer.blank()) return operand()
    if (this.lexer.literal('(')) return this.parenthesised()
    throw new SyntaxProblem(`expected blank or '(' after '${word}'`)
  }

  private not(): FilterNode {
    const { offset } = this.lexer
    let negated = false
    this.lexer.blank()
    while (this.lexer.not()) negated = !negated
    const parenthesis = this.lexer.literal('not(')
    if (parenthesis) negated = !negated
    const child = parenthesis ? this.parenthesised() : this.check()
    return negated ? Object.freeze({ kind: 'not', child, position: this.positionAt(offset) }) : child
  }

  /** The rest of `( … )`, the opening parenthesis being read. */
  private parenthesised(): FilterNode {
    return this.nested(() => {
      const node = this.or()
      this.lexer.blank()
      this.expect(')', "expected a ')' token")
      return node
    })
  }

  private check(): FilterNode {
    const { offset } = this.lexer
    this.lexer.blank()
    if (this.lexer.literal('(')) return this.parenthesised()
    const position = this.positionAt(offset)
    if (this.lexer.fieldName()) return this.condition(this.field(position), position)
    const transformer = this.lexer.transformer(TRANSFORMERS)
    if (transformer !== undefined) return this.condition(this.transformer(transformer, position), position)
    if (this.lexer.identifier()) return Object.freeze({ kind: 'identifier', name: this.lexer.last, position })
    throw new SyntaxProblem("expected a '(' token, a field check, or an identifier")
  }

  /** The rest of a field, its name being read. */
  private field(position: FilterPosition): FieldNode {
    const name = this.lexer.last
    const argument = this.bracketed() ?? ''
    return Object.freeze({ kind: 'field', name, argument, position })
  }

  /** `[argument]`, if a bracket follows. */
  private bracketed(): string | undefined {
    if (!this.lexer.literal('[')) return undefined
    if (!this.lexer.fieldArgument()) {
      throw new SyntaxProblem('expected a valid field argument: a quoted string or a bare string')
    }
    const argument = this.lexer.last
    this.expect(']', "expected a ']' token")
    return argument
  }

  /** The rest of a transformer, its name and opening parenthesis being read. */
  private transformer(name: TransformerName, position: FilterPosition): TransformerNode {
    return this.nested(() => {
      this.lexer.blank()
      const operands: TransformerOperandNode[] = []
      do {
        operands.push(this.transformerOperand())
        this.lexer.blank()
      } while (this.lexer.literal(','))
      this.expect(')', "expected a ')' token closing the transformer")
      const selector = this.bracketed()
      Object.freeze(operands)
      return Object.freeze({
        kind: 'transformer',
        name,
        operands,
        ...(selector === undefined ? {} : { selector }),
        position,
      })
    })
  }

  private transformerOperand(): TransformerOperandNode {
    const position = this.place()
    this.lexer.blank()
    if (this.lexer.number() || this.lexer.quoted()) return this.value(position)
    if (this.lexer.literal('(')) return this.transformerList(position)
    const node = this.nestedOperand(position)
    if (node !== undefined) return node
    throw new SyntaxProblem(
      'expected field transformer argument: field, transformer, quoted string, number, or transformer list',
    )
  }

  private transformerList(position: FilterPosition): TransformerListNode {
    const children: TransformerOperandNode[] = []
    this.lexer.blank()
    if (!this.lexer.literal(')')) {
      do {
        this.lexer.blank()
        children.push(this.transformerListItem(position))
        this.lexer.blank()
      } while (this.lexer.literal(','))
      this.expect(')', "expected ')'")
    }
    return Object.freeze({ kind: 'transformer-list', children: Object.freeze(children), position })
  }

  private transformerListItem(position: FilterPosition): TransformerOperandNode {
    const node = this.nestedOperand(position)
    if (node !== undefined) return node
    if (this.lexer.quoted() || this.lexer.number()) return this.value(position)
    throw new SyntaxProblem(
      'expected transformer list argument: field, transformer, quoted string, or number',
    )
  }

  private nestedOperand(position: FilterPosition): OperandNode | undefined {
    const name = this.lexer.transformer(TRANSFORMERS)
    if (name !== undefined) return this.transformer(name, position)
    return this.lexer.fieldName() ? this.field(position) : undefined
  }

  private condition(left: OperandNode, position: FilterPosition): FilterNode {
    this.lexer.blank()
    const unary = this.lexer.operator(UNARY_OPERATORS)
    if (unary !== undefined) return Object.freeze({ kind: 'unary-check', left, operator: unary, position })
    const number = this.lexer.operator(NUMBER_OPERATORS)
    if (number !== undefined) return check(left, number, this.numberRight(), position)
    const string = this.lexer.operator(STRING_OPERATORS)
    if (string !== undefined) {
      const modifier = this.modifier()
      if (modifier === undefined) return check(left, string, this.stringRight(), position)
      return check(left, string, this.listRight(), position, modifier)
    }
    const list = this.lexer.operator(LIST_OPERATORS)
    if (list !== undefined) return check(left, list, this.listRight(), position)
    throw new SyntaxProblem(`expected a valid check operator: one of ${quoted(OPERATORS)}`)
  }

  /** `oneof`, `anyof` or `allof` between blanks, with a list or the name of one behind it; else it is a bare string. */
  private modifier(): Modifier | undefined {
    const { offset, last, text } = this.lexer
    const behindBlank = this.lexer.blank() || isBlankBefore(text, offset)
    const modifier = behindBlank ? this.lexer.oneOf(MODIFIERS) : undefined
    if (modifier !== undefined && this.lexer.blank() && beginsList(text, this.lexer.offset)) return modifier
    this.lexer.offset = offset
    this.lexer.last = last
    return undefined
  }

  private numberRight(): RightNode {
    this.lexer.blank()
    const position = this.place()
    const transformed = this.rightTransformer(position)
    if (transformed !== undefined) return transformed
    if (this.lexer.number()) return this.value(position)
    throw new SyntaxProblem(
      `expected a number value or a field with a valid transformer: ${quoted(VAL_AND_TRANSFORMERS)}`,
    )
  }

  private stringRight(): RightNode {
    this.lexer.blank()
    const position = this.place()
    const transformed = this.rightTransformer(position)
    if (transformed !== undefined) return transformed
    if (this.lexer.string()) return this.value(position)
    throw new SyntaxProblem(
      `expected a string value or a field with a valid transformer: ${quoted(VAL_AND_TRANSFORMERS)}`,
    )
  }

  private listRight(): RightNode {
    this.lexer.blank()
    const position = this.place()
    if (this.lexer.text.startsWith('(', this.lexer.offset)) return this.parenthesisedList()
    const transformed = this.rightTransformer(position)
    if (transformed !== undefined) return transformed
    if (this.lexer.identifier()) return this.value(position)
    throw new SyntaxProblem(
      `expected a list, an identifier, or a field with a valid transformer: ${quoted(VAL_AND_TRANSFORMERS)}`,
    )
  }

  private parenthesisedList(): ListNode {
    const position = this.place()
    this.expect('(', "expected a '(' token")
    const values = this.listValues()
    this.expect(')', "expected a ')' token")
    return Object.freeze({ kind: 'list', values: Object.freeze(values), position })
  }

  /** The first value decides whether the list has any: Falco takes whatever it cannot read there for an empty list. */
  private listValues(): string[] {
    this.lexer.blank()
    const first = this.attemptString()
    if (first === undefined) return []
    const values = [first]
    this.lexer.blank()
    while (this.lexer.literal(',')) {
      this.lexer.blank()
      if (!this.lexer.string()) throw new SyntaxProblem('expected a string value')
      values.push(this.lexer.last)
      this.lexer.blank()
    }
    return values
  }

  private attemptString(): string | undefined {
    try {
      return this.lexer.string() ? this.lexer.last : undefined
    } catch (problem) {
      if (problem instanceof SyntaxProblem) return undefined
      throw problem
    }
  }

  /** `val(field)` or another transformer, on the right of an operator. */
  private rightTransformer(position: FilterPosition): TransformerNode | undefined {
    if (this.lexer.transformer(['val']) !== undefined) return this.val(position)
    const name = this.lexer.transformer(TRANSFORMERS)
    return name === undefined ? undefined : this.transformer(name, position)
  }

  private val(position: FilterPosition): TransformerNode {
    this.lexer.blank()
    const fieldPosition = this.place()
    if (!this.lexer.fieldName()) throw new SyntaxProblem("expected a field within 'val' transformer")
    const operands = Object.freeze([this.field(fieldPosition)])
    this.lexer.blank()
    this.expect(')', "expected a ')' token closing the transformer")
    return Object.freeze({ kind: 'transformer', name: 'val', operands, position })
  }

  private value(position: FilterPosition): ValueNode {
    return Object.freeze({ kind: 'value', value: this.lexer.last, position })
  }

  private expect(token: string, message: string): void {
    if (!this.lexer.literal(token)) throw new SyntaxProblem(message)
  }

  /** Bounds how deep parentheses and transformers may stand in one another: what recurses here recurses everywhere. */
  private nested<T>(read: () => T): T {
    if (++this.depth >= this.maxDepth) {
      throw new SyntaxProblem(`exceeded max depth limit of ${this.maxDepth}`)
    }
    const result = read()
    this.depth--
    return result
  }
}

function sole(children: readonly FilterNode[]): FilterNode | undefined {
  return children.length === 1 ? children[0] : undefined
}

function check(
  left: OperandNode,
  operator: BinaryCheckNode['operator'],
  right: RightNode,
  position: FilterPosition,
  modifier?: Modifier,
): BinaryCheckNode {
  return Object.freeze({
    kind: 'binary-check',
    left,
    operator,
    ...(modifier === undefined ? {} : { modifier }),
    right,
    position,
  })
}

function quoted(tokens: readonly string[]): string {
  return tokens.map((token) => `'${token}'`).join(', ')
}

function isBlankBefore(text: string, offset: number): boolean {
  return /[ \t\b\r\n]/.test(text[offset - 1] ?? '')
}

/** A parenthesis, or a word that is not the next operator of the condition. */
function beginsList(text: string, offset: number): boolean {
  LIST_BEGIN.lastIndex = offset
  return LIST_BEGIN.test(text)
}

const LIST_BEGIN = /\(|(?!(?:and|or)(?![a-zA-Z0-9_]))[a-zA-Z]/y
