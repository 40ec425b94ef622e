import type { YamlScalar } from '../../../kubernetes/index.ts'
import { offsetInSource } from '../../../kubernetes/index.ts'
import type { Context } from './context.ts'

/** Where one stretch of a text came from. */
interface Piece {
  /** Where it begins in the text. */
  readonly at: number
  readonly context: Context
  /** The scalar that it stands in, from `from` on; without one the whole piece is at the place of its context. */
  readonly scalar?: { readonly node: YamlScalar; readonly from: number }
}

/** A text put together from several places of rule files (a condition and what was appended to it), which knows them. */
export interface SourcedText {
  readonly text: string
  readonly pieces: readonly Piece[]
}

/** The text of a scalar, without blanks at its ends where `trimmed`. */
export function sourcedText(node: YamlScalar, context: Context, trimmed = false): SourcedText {
  const from = trimmed ? node.value.length - node.value.trimStart().length : 0
  return {
    text: trimmed ? node.value.trim() : node.value,
    pieces: [{ at: 0, context, scalar: { node, from } }],
  }
}

/** A text that nobody wrote so, made on account of what stands at a place. */
export function madeText(text: string, context: Context): SourcedText {
  return { text, pieces: [{ at: 0, context }] }
}

export function joinTexts(...parts: readonly (SourcedText | string)[]): SourcedText {
  let text = ''
  const pieces: Piece[] = []
  for (const part of parts) {
    if (typeof part !== 'string') {
      const start = text.length
      pieces.push(...part.pieces.map((piece) => ({ ...piece, at: piece.at + start })))
    }
    text += typeof part === 'string' ? part : part.text
  }
  return { text, pieces }
}

/** A place in a rule file. */
export interface Origin {
  readonly context: Context
  readonly offset: number
}

/** @returns where the character stands in its file; undefined for a text without pieces */
export function originOf({ pieces }: SourcedText, index: number): Origin | undefined {
  const piece = pieces.findLast(({ at }) => at <= index) ?? pieces[0]
  if (piece === undefined) return undefined
  const { context, scalar, at } = piece
  if (scalar === undefined) return { context, offset: context.steps.at(-1)?.offset ?? 0 }
  const inside = Math.max(0, index - at) + scalar.from
  return { context, offset: offsetInSource(context.source.text, scalar.node, inside) }
}
