import { inlineYaml } from '../reports/yaml-lines.ts'
import type { EditableDocument } from './document.ts'

/** A value on one line, in the document's language: YAML or JSON. */
export function inlineText(document: EditableDocument, value: unknown): string {
  return document.isJson ? (JSON.stringify(value) ?? 'null') : inlineYaml(value)
}

/** A key between the quotes that another key has. */
export function keyLike(source: string, key: string): string {
  return quoted(source, key) ?? inlineYaml(key)
}

/** A string between the quotes that the one in its place had. */
export function scalarLike(document: EditableDocument, source: string, value: string): string {
  return quoted(source, value) ?? inlineText(document, value)
}

function quoted(source: string, text: string): string | undefined {
  if (source.startsWith('"')) return JSON.stringify(text)
  // YAML 1.2, 7.3.2: between single quotes only the quote itself is escaped, by doubling it.
  if (source.startsWith("'") && !/[^\x20-\x7e\xa0-\ud7ff]/.test(text))
    return `'${text.replaceAll("'", "''")}'`
  return undefined
}
