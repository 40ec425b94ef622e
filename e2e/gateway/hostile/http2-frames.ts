/** Frames of HTTP/2 (RFC 9113), made by hand: what no client library would send. */

export const TYPE = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  windowUpdate: 8,
  continuation: 9,
} as const

export const FLAG = { endStream: 1, endHeaders: 4 } as const

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/** SETTINGS_INITIAL_WINDOW_SIZE */
export const WINDOW = 4

export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

export function settings(...pairs: readonly (readonly [number, number])[]): Buffer {
  const payload = Buffer.alloc(6 * pairs.length)
  pairs.forEach(([id, value], index) => {
    payload.writeUInt16BE(id, 6 * index)
    payload.writeUInt32BE(value, 6 * index + 2)
  })
  return frame(TYPE.settings, 0, 0, payload)
}

/** A block of headers as HPACK has them literally (RFC 7541 §6.2.2), or for its table (§6.2.1). */
export function headerBlock(fields: readonly (readonly [string, string])[], isIndexed = false): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [Buffer.from([isIndexed ? 0x40 : 0]), text(name), text(value)]),
  )
}

export function get(path: string, ...more: readonly (readonly [string, string])[]): Buffer {
  const own = [
    [':method', 'GET'],
    [':scheme', 'https'],
    [':authority', 'gate'],
    [':path', path],
  ] as const
  return headerBlock([...own, ...more])
}

export function request(stream: number, block: Buffer): Buffer {
  return frame(TYPE.headers, FLAG.endStream | FLAG.endHeaders, stream, block)
}

export function reset(stream: number): Buffer {
  const cancel = Buffer.from([0, 0, 0, 8])
  return frame(TYPE.reset, 0, stream, cancel)
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([length(bytes.length), bytes])
}

/** An integer with a prefix of seven bits (RFC 7541 §5.1). */
function length(value: number): Buffer {
  if (value < 127) return Buffer.from([value])
  const bytes = [127]
  let rest = value - 127
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Buffer.from([...bytes, rest])
}
