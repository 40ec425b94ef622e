import { isRecord } from '../../../kubernetes/index.ts'

/**
 * Numbers that JavaScript may not hold as they are written: integers beyond 2^53, and those with an exponent, which may be
 * beyond all that it has (`1e400` would become null, which says that there is none).
 */
const LONG_NUMBER = /[:[,]\s*-?(?:\d{16,}|\d[\d.]*[eE])/

/** Whether a text of JSON may have such numbers; a text within it may look like one. */
export function hasLongNumbers(text: string): boolean {
  return LONG_NUMBER.test(text)
}

/** Whether each number is as it was written, whatever it was read from. */
export function isExact(value: unknown): boolean {
  if (typeof value === 'number') return isHeld(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact)
}

function isHeld(value: number): boolean {
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value))
}

/** Reads JSON with its numbers as they are written: they are objects then, which are written as they were. @throws SyntaxError */
export function parseAsWritten(text: string): unknown {
  return JSON.parse(text, (_, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source
    return typeof value === 'number' && source !== undefined ? JSON.rawJSON(source) : value
  })
}

/** Whether a value is a number as `parseAsWritten` reads it, and no object. */
export function isWrittenNumber(value: unknown): value is { readonly rawJSON: string } {
  return isRecord(value) && Object.isFrozen(value) && Object.getPrototypeOf(value) === null
}

/** The texts of objects that have such numbers. */
const texts = new WeakMap<object, string>()

/** Reads JSON, so that `withExactNumbers` knows its numbers. @returns undefined for what is no JSON */
export function parseRemembered(body: Buffer): unknown {
  const text = body.toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value) && hasLongNumbers(text)) texts.set(value, text)
    return value
  } catch {
    return undefined
  }
}

/**
 * An object to be written, with those numbers as they stood in the text of the one that it was made of: at the same place,
 * or else wherever that number stood.
 *
 * @param from - as `parseRemembered` read it
 * @throws Error where two numbers that JavaScript takes for one cannot be told from each other
 */
export function withExactNumbers<Value>(value: Value, from: object): Value {
  const text = texts.get(from)
  if (text === undefined) return value
  const written = parseAsWritten(text)
  const known = new Map<number, object | 'several'>()
  collect(written, known)
  return known.size === 0 ? value : (exact(value, written, known) as Value)
}

function collect(written: unknown, known: Map<number, object | 'several'>): void {
  if (isWrittenNumber(written)) {
    const value = Number(written.rawJSON)
    if (isHeld(value)) return
    const other = known.get(value)
    const isSame = other === undefined || (isWrittenNumber(other) && other.rawJSON === written.rawJSON)
    known.set(value, isSame ? written : 'several')
  } else if (typeof written === 'object' && written !== null)
    for (const each of Object.values(written)) collect(each, known)
}

function exact(value: unknown, written: unknown, known: ReadonlyMap<number, object | 'several'>): unknown {
  if (typeof value === 'number') {
    if (isHeld(value)) return value
    if (isWrittenNumber(written) && Number(written.rawJSON) === value) return written
    const found = known.get(value)
    if (found === 'several') throw new Error('a number beyond 2^53 could not be told from another')
    return found ?? value
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = Array.isArray(written) ? written : []
    return value.map((each, index) => exact(each, items[index], known))
  }
  if (!isRecord(value)) return value
  const fields = isRecord(written) ? written : {}
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      exact(each, Object.hasOwn(fields, name) ? fields[name] : undefined, known),
    ]),
  )
}
