import { decodeBytes, textToBytes } from '../../texts/index.ts'
import type { EventSource } from '../compiler/index.ts'
import { type ListedOperand, listOperand } from './field-names.ts'
import { compileOutput, type OutputOperand, type OutputValue } from './operand.ts'
import { type Piece, readTemplate, type TemplateError } from './template.ts'

/** What is written of a field that an event does not have. */
const NOT_AVAILABLE = '<NA>'

export interface FieldOptions {
  /** Whether transformers are listed beside the fields in them; true by default. */
  readonly transformed?: boolean
}

/** An output template, ready for events of type E. */
export interface OutputFormat<E> {
  /** The fields and transformers of the template, in order, as they are listed. */
  readonly fieldNames: readonly string[]
  /** The text. Not resolved: it ends before the first field that the event does not have. */
  text(event: E): { readonly resolved: boolean; readonly text: string }
  /** The listed fields as text. Not resolved: a field was missing, and those behind it are left out. */
  fields(
    event: E,
    options?: FieldOptions,
  ): { readonly resolved: boolean; readonly fields: Readonly<Record<string, string>> }
  /** The listed fields as JSON values, sorted by name, in an object of its own. */
  json(
    event: E,
    options?: FieldOptions,
  ): { readonly resolved: boolean; readonly fields: Record<string, OutputValue> }
}

export type FormatResult<E> =
  | { readonly ok: true; readonly format: OutputFormat<E> }
  | { readonly ok: false; readonly error: TemplateError }

/** An operand that is listed, with what reads it. */
interface Listed<E> extends ListedOperand {
  readonly operand: OutputOperand<E>
}

/**
 * Makes an output format of a template as Falco's rules have it (`output:`).
 *
 * @param template text with `%field`, `%field[argument]` and `%transformer(…)`; a leading `*` makes missing fields `<NA>`
 */
export function createFormat<E>(template: string, source: EventSource<E>): FormatResult<E> {
  const read = readTemplate(template, source)
  if (!read.ok) return read
  const { pieces, lenient } = read
  const listed = listedOperands(pieces, source)
  const sorted = sortedOperands(listed)
  const shape = Object.fromEntries(sorted.map(({ name }) => [name, null]))
  return {
    ok: true,
    format: {
      fieldNames: listed.map(({ name }) => name),
      text: (event) => writeText(pieces, lenient, event),
      fields: (event, options) => writeFields(listed, lenient, event, options),
      json: (event, options) =>
        lenient ? writeEvery(sorted, event, options, shape) : writeJson(listed, event, options),
    },
  }
}

function listedOperands<E>(pieces: readonly Piece<E>[], source: EventSource<E>): readonly Listed<E>[] {
  return pieces.flatMap((piece) =>
    piece.kind === 'text'
      ? []
      : listOperand(piece.node).flatMap((entry) => {
          const operand = compileOutput(entry.node, source)
          return operand === undefined ? [] : [{ ...entry, operand }]
        }),
  )
}

function writeText<E>(pieces: readonly Piece<E>[], lenient: boolean, event: E) {
  let text = ''
  for (const piece of pieces) {
    if (piece.kind === 'text') {
      text += piece.text
      continue
    }
    const value = piece.operand.text(event)
    if (value === undefined && !lenient) return { resolved: false, text }
    text += ofWidth(value ?? NOT_AVAILABLE, piece.width)
  }
  return { resolved: true, text }
}

/** Cuts or fills up to a width in bytes. */
function ofWidth(text: string, width: number): string {
  if (width === 0) return text
  const bytes = textToBytes(text)
  return bytes.length < width
    ? text + ' '.repeat(width - bytes.length)
    : decodeBytes(bytes.subarray(0, width))
}

function writeFields<E>(listed: readonly Listed<E>[], lenient: boolean, event: E, options?: FieldOptions) {
  const fields: Record<string, string> = {}
  for (const { name, operand, transformed } of listed) {
    if (transformed && options?.transformed === false) continue
    const value = operand.text(event)
    if (value === undefined && !lenient) return { resolved: false, fields }
    fields[name] = value ?? NOT_AVAILABLE
  }
  return { resolved: true, fields }
}

/** JSON values up to the first that is missing. */
function writeJson<E>(listed: readonly Listed<E>[], event: E, options?: FieldOptions) {
  const present: Listed<E>[] = []
  for (const each of listed) {
    if (each.transformed && options?.transformed === false) continue
    if (each.operand.json(event) === null)
      return { resolved: false, fields: writeEvery(sortedOperands(present), event, options).fields }
    present.push(each)
  }
  return writeEvery(sortedOperands(present), event, options)
}

/**
 * JSON values, null for those that are missing.
 *
 * @param shape - an object with all of the names: a copy of it is filled quicker than one that grows
 */
function writeEvery<E>(
  sorted: readonly Listed<E>[],
  event: E,
  options?: FieldOptions,
  shape?: Readonly<Record<string, OutputValue>>,
) {
  const fields: Record<string, OutputValue> = options?.transformed === false ? {} : { ...shape }
  for (const { name, operand, transformed } of sorted) {
    if (transformed && options?.transformed === false) continue
    fields[name] = operand.json(event)
  }
  return { resolved: true, fields }
}

/** Each once, by name. */
function sortedOperands<E>(listed: readonly Listed<E>[]): readonly Listed<E>[] {
  const byName = new Map(listed.map((each) => [each.name, each]))
  return [...byName.values()].sort((left, right) => (left.name < right.name ? -1 : 1))
}
