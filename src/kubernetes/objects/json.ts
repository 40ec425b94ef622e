/** An object of JSON of which nothing is known yet: each field may hold anything, or be absent. */
export type Fields = Readonly<Record<string, unknown>>

/** Whether a text is JSON, and whole. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Whether a value of JSON is an object, and no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The fields of what should be an object; none where it is something else. */
export function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? value : {}
}

/** The items of what should be a list; none where it is something else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** What should be a string; empty where it is something else. */
export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The strings among the items of what should be a list of strings. */
export function stringsOf(value: unknown): readonly string[] {
  return listOf(value).filter((each) => typeof each === 'string')
}
