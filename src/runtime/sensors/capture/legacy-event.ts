import { Buffer } from 'node:buffer'
import { HEADER_BYTES, uint32 } from '../kernel/event-bytes.ts'
import { EVENT_FLAGS, EVENT_TYPES } from '../schema/event-types.ts'

const LEGACY_HEADER_BYTES = 22

/** Two types whose length is written too large by three (libs, scap_savefile.c). */
const TOO_LONG: ReadonlySet<number> = new Set([280, 286])

/**
 * Gives an event of an old capture today's header, which has the number of parameters: the largest that fits the event's
 * length.
 *
 * @returns undefined for one whose lengths do not fit
 */
export function modernise(bytes: Buffer, start: number, limit: number): Buffer | undefined {
  if (start + LEGACY_HEADER_BYTES > limit) return undefined
  const number = bytes.readUInt16LE(start + 20)
  const type = EVENT_TYPES[number]
  if (type === undefined) return undefined
  const length = uint32(bytes, start + 16) - (TOO_LONG.has(number) ? 3 : 0)
  if (length < LEGACY_HEADER_BYTES || start + length > limit) return undefined
  const count = countParameters(bytes, start, length, type.parameters.length)
  if (count < 0) return undefined
  return rebuild(bytes.subarray(start, start + 16), number, valuesOf(bytes, start, count))
}

function countParameters(bytes: Buffer, start: number, length: number, most: number): number {
  for (let count = most; count >= 0; count--) {
    let size = LEGACY_HEADER_BYTES + 2 * count
    if (size > length) continue
    for (let index = 0; index < count; index++)
      size += bytes.readUInt16LE(start + LEGACY_HEADER_BYTES + 2 * index)
    if (size === length) return count
    if (size < length) return -1
  }
  return -1
}

function valuesOf(bytes: Buffer, start: number, count: number): Buffer[] {
  let at = start + LEGACY_HEADER_BYTES + 2 * count
  return Array.from({ length: count }, (_, index) => {
    const from = at
    at += bytes.readUInt16LE(start + LEGACY_HEADER_BYTES + 2 * index)
    return bytes.subarray(from, at)
  })
}

/**
 * Writes an event.
 *
 * @param timeAndThread the first sixteen bytes of its header
 */
export function rebuild(timeAndThread: Buffer, number: number, values: readonly Buffer[]): Buffer {
  const width = ((EVENT_TYPES[number]?.flags ?? 0) & EVENT_FLAGS.largePayload) === 0 ? 2 : 4
  const size = values.reduce((sum, value) => sum + value.length, HEADER_BYTES + values.length * width)
  const made = Buffer.alloc(size)
  timeAndThread.copy(made, 0)
  made.writeUInt32LE(size, 16)
  made.writeUInt16LE(number, 20)
  made.writeUInt32LE(values.length, 22)
  let at = HEADER_BYTES
  for (const { length } of values) {
    if (width === 2) made.writeUInt16LE(Math.min(length, 0xffff), at)
    else made.writeUInt32LE(length, at)
    at += width
  }
  for (const value of values) {
    value.copy(made, at)
    at += value.length
  }
  return made
}
