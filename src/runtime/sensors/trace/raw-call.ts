import type { Buffer } from 'node:buffer'

/** A system call as the kernel saw it: see `BLOCK_CALL` in sensor/protocol.h. */
export interface RawCall {
  /** When it ended, nanoseconds since 1970. */
  readonly time: bigint
  /** Nanoseconds that it took; 0 where its beginning was not seen. */
  readonly duration: number
  readonly pid: number
  readonly tid: number
  readonly number: number
  readonly result: bigint
  readonly args: readonly bigint[]
  /** What stood in the caller's memory, by the argument's position: strings up to their NUL, the beginning of buffers. */
  readonly strings: ReadonlyMap<number, Buffer>
}

/** The type of its blocks in the sensor's stream. */
export const RAW_CALL_BLOCK = 0x48430001

const ARGUMENTS = 6
const FIXED_BYTES = 96
const LENGTH_BYTES = 2

/**
 * Reads a block.
 *
 * @param block all of it, its lengths included
 * @returns undefined where it does not hold together
 */
export function readRawCall(block: Buffer): RawCall | undefined {
  const end = block.length - 4
  if (end < FIXED_BYTES || block.readUInt32LE(0) !== RAW_CALL_BLOCK) return undefined
  const found = block.readUInt32LE(44)
  const strings = new Map<number, Buffer>()
  let at = FIXED_BYTES
  for (let index = 0; index < ARGUMENTS; index++) {
    if ((found & (1 << index)) === 0) continue
    const from = at + LENGTH_BYTES
    if (from > end) return undefined
    at = from + block.readUInt16LE(at)
    if (at > end) return undefined
    strings.set(index, block.subarray(from, at))
  }
  return {
    time: block.readBigUInt64LE(8),
    duration: Number(block.readBigUInt64LE(16)),
    pid: block.readUInt32LE(24),
    tid: block.readUInt32LE(28),
    number: block.readUInt32LE(40),
    result: block.readBigInt64LE(32),
    args: Array.from({ length: ARGUMENTS }, (_, index) => block.readBigUInt64LE(48 + 8 * index)),
    strings,
  }
}
