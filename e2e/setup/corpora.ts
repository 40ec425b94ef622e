import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Folder of the conformance data: `HAETAE_CONFORMANCE`; undefined where there is none. */
export const conformance = folder(process.env['HAETAE_CONFORMANCE'], '../shared/conformance')

/** Folder of real manifests: `HAETAE_CORPUS`; undefined where there is none. */
export const corpus = folder(process.env['HAETAE_CORPUS'], '../shared/corpus')

function folder(given: string | undefined, otherwise: string): string | undefined {
  const path = resolve(given || otherwise)
  return existsSync(path) ? path : undefined
}

/** The records of a JSON Lines file, or of a file that is one JSON list. */
export function readRecords<Item>(directory: string, file: string): Item[] {
  const text = readFileSync(join(directory, file), 'utf8')
  if (file.endsWith('.json')) return JSON.parse(text)
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line))
}

/** The items without those whose key an earlier one has. */
export function distinct<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): Item[] {
  const byKey = new Map<string, Item>()
  for (const item of items) {
    const key = contentOf(keyOf(item))
    if (!byKey.has(key)) byKey.set(key, item)
  }
  return [...byKey.values()]
}

/** The same text for the same content, whatever the order of its fields. */
export function contentOf(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
  return text ?? ''
}
