import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where Kubernetes' own cases for PodSecurityPolicy lie, unless `HAETAE_CONFORMANCE` says otherwise. */
const FOLDER = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'psp')

/** A set of cases, or why it is skipped. */
export function readCases<Case>(file: string): readonly Case[] | undefined {
  const path = join(FOLDER, file)
  if (!existsSync(path)) {
    console.warn(`skipped: no conformance data at ${path} (set HAETAE_CONFORMANCE)`)
    return undefined
  }
  const text = readFileSync(path, 'utf8')
  if (file.endsWith('.json')) return JSON.parse(text)
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
}

/** Objects compared as the API's decoder sees them: null is absent, and so is an empty map or list. */
export function normalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalized)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).flatMap(([key, field]) =>
    isEmpty(field, key) ? [] : [[key, normalized(field)]],
  )
  return Object.fromEntries(fields)
}

/** An empty struct behind a pointer is not nil; an empty list, or an empty map, is. */
function isEmpty(value: unknown, key: string): boolean {
  if (value === null || value === undefined) return true
  if (Array.isArray(value)) return value.length === 0
  return (key === 'annotations' || key === 'labels') && Object.keys(value).length === 0
}
