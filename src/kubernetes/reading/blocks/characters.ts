export const NEWLINE = 0x0a
export const BLANK = 0x20
export const QUOTE = 0x22
export const HASH = 0x23
export const APOSTROPHE = 0x27
export const COMMA = 0x2c
export const DASH = 0x2d
export const POINT = 0x2e
export const COLON = 0x3a
export const LIST = 0x5b
export const BACKSLASH = 0x5c
export const LIST_END = 0x5d
export const LITERAL = 0x7c
export const MAPPING = 0x7b
export const MAPPING_END = 0x7d

const IN_KEY = 1
const BEGINS_PLAIN = 2
const IN_LIST = 4

/** What the characters of ASCII may be part of. */
const ROLES = new Uint8Array(128)
mark('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./', IN_KEY | BEGINS_PLAIN | IN_LIST)
mark('-', IN_KEY | IN_LIST)
mark('$()~<=+;^\\', BEGINS_PLAIN)
mark('$+=@%', IN_LIST)

/** Part of a key as nearly all are: of letters, digits, `-`, `_`, `.` and `/`. */
export function isInKey(unit: number): boolean {
  return unit < 128 && ((ROLES[unit] as number) & IN_KEY) !== 0
}

/** First character of a plain scalar, whatever follows. */
export function beginsPlain(unit: number): boolean {
  return unit < 128 ? ((ROLES[unit] as number) & BEGINS_PLAIN) !== 0 : isOrdinary(unit)
}

/** Part of a plain scalar between brackets that is one in any reader's eyes. */
export function isInListItem(unit: number): boolean {
  return unit < 128 && ((ROLES[unit] as number) & IN_LIST) !== 0
}

/**
 * A character of text that means nothing but itself. Control characters are left to the general reader, and so are the
 * line breaks of other standards, byte order marks and all that comes in pairs of UTF-16.
 */
export function isOrdinary(unit: number): boolean {
  if (unit < 0x7f) return unit >= BLANK
  return unit > 0xa0 && unit < 0xd800 && unit !== 0x2028 && unit !== 0x2029
}

function mark(characters: string, role: number): void {
  for (const character of characters)
    ROLES[character.charCodeAt(0)] = (ROLES[character.charCodeAt(0)] ?? 0) | role
}
