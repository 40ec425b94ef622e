import { Buffer } from 'node:buffer'

/**
 * Characters that are kept of texts at once, at most, of all processes and calls together: one text may be as long as a line,
 * and there may be as many as there are processes, open descriptors and begun calls.
 */
export const MOST_CHARACTERS = 64 * 1024 * 1024

/** What a text takes besides its characters, in characters. */
const TEXT_OVERHEAD = 32

/** Counts what is kept of texts. */
export interface TextRoom {
  /** @returns false where there is no room for so many characters; nothing is counted then */
  take(characters: number): boolean
  release(characters: number): void
}

/** For text that is in memory as a whole: what is kept of it is no more than there is. */
export const BOUNDED_BY_INPUT: TextRoom = Object.freeze({ take: () => true, release: () => undefined })

/** @param onFull - called for each text that there is no room for */
export function createTextRoom(onFull: () => void, most = MOST_CHARACTERS): TextRoom {
  let kept = 0
  return {
    take(characters) {
      if (kept + characters > most) {
        onFull()
        return false
      }
      kept += characters
      return true
    },
    release(characters) {
      kept -= characters
    },
  }
}

/** What texts count for of which there may be any number. */
export function sizeOf(texts: readonly (string | null)[]): number {
  let size = 0
  for (const text of texts) size += TEXT_OVERHEAD + (text?.length ?? 0)
  return size
}

/** Shorter parts of a text are copies in V8 (`SlicedString::kMinLength`). */
const SHORTEST_PART = 13

/** Where texts are copied through, as long as they are no longer: to allocate for each takes memory faster than it is freed. */
const passage = Buffer.allocUnsafe(128 * 1024)

/** A copy that can be kept: a part of a line would keep the whole line in memory. */
export function detached(text: string): string {
  if (text.length < SHORTEST_PART) return text
  if (2 * text.length > passage.length) return Buffer.from(text, 'utf16le').toString('utf16le')
  return passage.toString('utf16le', 0, passage.write(text, 'utf16le'))
}
