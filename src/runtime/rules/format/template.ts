import type { EventSource } from '../compiler/index.ts'
import { type OperandNode, parseOperand } from '../parser/index.ts'
import { compileOutput, type OutputOperand } from './operand.ts'

/** A piece of a template: text, or a field or transformer with the width that it is cut or filled up to. */
export type Piece<E> =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'operand'
      readonly node: OperandNode
      readonly operand: OutputOperand<E>
      /** Bytes; 0 for as long as it is. */
      readonly width: number
    }

/** Why a template cannot be read: Falco's message, and where in the template (UTF-16 units from 0). */
export interface TemplateError {
  readonly message: string
  readonly index: number
}

export type ReadTemplate<E> =
  | { readonly ok: true; readonly pieces: readonly Piece<E>[]; readonly lenient: boolean }
  | { readonly ok: false; readonly error: TemplateError }

/** How long one field or transformer may be, so that a long template of many is read in time. */
const MAX_OPERAND = 16 * 1024

/**
 * Reads an output template: text, `%field`, `%field[argument]`, `%transformer(…)`, with a width behind the percent sign
 * if need be. A leading `*` says that fields without a value are written as `<NA>`.
 *
 * @see libs userspace/libsinsp/eventformatter.cpp, set_format
 */
export function readTemplate<E>(template: string, source: EventSource<E>): ReadTemplate<E> {
  if (template === '') return failure('empty formatting token', 0)
  const lenient = template.startsWith('*')
  const pieces: Piece<E>[] = []
  let index = lenient ? 1 : 0
  while (index < template.length) {
    const percent = template.indexOf('%', index)
    if (percent !== index) {
      const end = percent < 0 ? template.length : percent
      pieces.push({ kind: 'text', text: template.slice(index, end) })
      index = end
      continue
    }
    if (percent === template.length - 1) {
      return failure('invalid formatting syntax: formatting cannot end with a %', percent)
    }
    const digits = /^[0-9]*/.exec(template.slice(percent + 1))?.[0] ?? ''
    const start = percent + 1 + digits.length
    if (start === template.length) {
      return failure('invalid formatting syntax: formatting cannot end with a number', percent)
    }
    const found = readOperand(template.slice(start, start + MAX_OPERAND), source)
    if (found === undefined) return failure("unknown filter: unexpected token after '", percent)
    pieces.push({ kind: 'operand', node: found.node, operand: found.operand, width: Number(digits) })
    index = start + found.length
  }
  return { ok: true, pieces, lenient }
}

interface FoundOperand<E> {
  readonly node: OperandNode
  readonly operand: OutputOperand<E>
  readonly length: number
}

/**
 * The longest beginning of the text that is a field or a transformer; text may follow a field without a blank, as in
 * `%proc.nameand`.
 */
function readOperand<E>(text: string, source: EventSource<E>): FoundOperand<E> | undefined {
  const whole = attempt(text, source)
  if (whole !== undefined) return whole
  const name = FIELD_NAME.exec(text)?.[0] ?? ''
  for (let length = name.length; length > 0; length--) {
    const part = attempt(text.slice(0, length), source)
    if (part !== undefined) return part
  }
  return undefined
}

const FIELD_NAME = /^[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+/

function attempt<E>(text: string, source: EventSource<E>): FoundOperand<E> | undefined {
  const parsed = parseOperand(text)
  if (!parsed.ok) return undefined
  const operand = compileOutput(parsed.node, source)
  return operand === undefined ? undefined : { node: parsed.node, operand, length: parsed.length }
}

function failure(message: string, index: number): { readonly ok: false; readonly error: TemplateError } {
  return { ok: false, error: { message, index } }
}
