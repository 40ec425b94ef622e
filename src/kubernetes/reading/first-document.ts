import { type Event, parseEvents, YAMLException } from 'js-yaml'
import type { Message } from '../../messages/index.ts'
import type { FieldPath } from '../objects/types.ts'
import { ComposeError, composeDocument } from './compose.ts'
import { composeMessage } from './document.ts'
import { FieldFinder, LineIndex, type Position } from './position.ts'
import { syntaxMessage } from './syntax-error.ts'

/** The value of a text's first document, whatever its shape, with the way back to where each field stands. */
export interface FirstDocument {
  /** `null` for an empty text. */
  readonly value: unknown
  /** Keys that stand a second time in their mapping; the later value is in `value`. */
  readonly duplicates: readonly (Position & { readonly key: string })[]
  /** Whether further documents follow, which Kubernetes' readers of configuration files pass over. */
  readonly hasMore: boolean
  /** As `SourceDocument.locate`. */
  locate(path: FieldPath): Position
  lineAt(line: number): string | undefined
}

/** A text that is no YAML, or none that Kubernetes could read. */
export interface UnreadableText extends Position {
  readonly message: Message
}

/**
 * Reads a configuration file of Kubernetes (YAML or JSON) as sigs.k8s.io/yaml does: its first document counts. Unlike
 * `parseDocument` nothing is asked of the value, so that each kind of file can name what is missing in its own words.
 */
export function parseFirstDocument(text: string): FirstDocument | UnreadableText {
  const lines = new LineIndex(text, 1)
  let events: readonly Event[]
  try {
    events = parseEvents(text, {})
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    return { message: syntaxMessage(error.reason), ...lines.positionAt(error.mark?.position ?? 0) }
  }
  try {
    const { value, duplicates, end } = composeDocument(text, events, 1)
    const fields = new FieldFinder(text, events, 1)
    return {
      value,
      duplicates: duplicates.map(({ key, offset }) => ({ key, ...lines.positionAt(offset) })),
      hasMore: end < events.length,
      locate: (path) => lines.positionAt(fields.offsetOf(path)),
      lineAt: (line) => lines.lineAt(line),
    }
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error
    return { message: composeMessage(error), ...lines.positionAt(Math.max(error.offset, 0)) }
  }
}
