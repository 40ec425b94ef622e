import { resolvePlainKey } from '../scalar.ts'

const SLOTS = 2048

/** Longer keys are rarely met twice. */
const MAX_LENGTH = 64

/**
 * The keys met last, by their hash. Manifests have few different ones, and to find one again costs a fraction of
 * making it: cut out of the text, made unique in memory and resolved.
 */
const spelt: string[] = new Array<string>(SLOTS).fill('')
const resolved: string[] = new Array<string>(SLOTS).fill('')

/**
 * A plain key as the property that it is (see `resolvePlainKey`).
 *
 * @param hash - of its characters, whichever
 */
export function keyNamed(text: string, units: Uint16Array, start: number, end: number, hash: number): string {
  const slot = hash & (SLOTS - 1)
  const known = spelt[slot] as string
  if (isAt(known, units, start, end)) return resolved[slot] as string
  const key = text.slice(start, end)
  const [property = ''] = Object.keys({ [resolvePlainKey(key)]: 0 })
  if (key.length <= MAX_LENGTH) {
    // A copy: what is cut out of a text keeps all of it in memory.
    spelt[slot] = property === key ? property : Buffer.from(key).toString()
    resolved[slot] = property
  }
  return property
}

function isAt(known: string, units: Uint16Array, start: number, end: number): boolean {
  const { length } = known
  if (length !== end - start) return false
  for (let index = 0; index < length; index++)
    if (known.charCodeAt(index) !== units[start + index]) return false
  return true
}
