import { Buffer } from 'node:buffer'

/** Kinds of blocks: see `BLOCK_TYPES`. */
const SECTION = 0x0a0d0d0a
const EVENT = 0x216

export function block(type: number, body: Buffer): Buffer {
  const padding = (4 - (body.length % 4)) % 4
  const head = Buffer.alloc(8)
  head.writeUInt32LE(type, 0)
  head.writeUInt32LE(12 + body.length + padding, 4)
  return Buffer.concat([head, body, Buffer.alloc(padding), head.subarray(4)])
}

export function section(magic = 0x1a2b3c4d, major = 1): Buffer {
  const body = Buffer.alloc(16, 0xff)
  body.writeUInt32LE(magic, 0)
  body.writeUInt16LE(major, 4)
  return block(SECTION, body)
}

/** An event of one thread. @param type - its number; @param kind - of its block */
export function eventBlock(type: number, parameters: readonly Buffer[], kind = EVENT): Buffer {
  const head = Buffer.alloc(28)
  head.writeBigUInt64LE(1_700_000_000_000_000_000n, 2)
  head.writeBigUInt64LE(4711n, 10)
  const lengths = Buffer.alloc(2 * parameters.length)
  for (const [index, { length }] of parameters.entries()) lengths.writeUInt16LE(length, 2 * index)
  const rest = Buffer.concat([lengths, ...parameters])
  head.writeUInt32LE(26 + rest.length, 18)
  head.writeUInt16LE(type, 22)
  head.writeUInt32LE(parameters.length, 24)
  return block(kind, Buffer.concat([head, rest]))
}

export function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(value))
  return bytes
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`)
}
