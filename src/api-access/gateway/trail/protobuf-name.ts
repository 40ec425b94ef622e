/** "k8s\0": how Kubernetes' protobuf bodies begin (API concepts, "Protobuf encoding idiosyncrasies"). */
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00])

/** `runtime.Unknown`: "raw will hold the complete serialized object". */
const RAW = 2
/** Every object with metadata has it as its first field, and `name` is the first field of ObjectMeta. */
const METADATA = 1
const NAME = 1

/** The name in the metadata of an object in Kubernetes' protobuf encoding. */
export function protobufName(body: Buffer): string | undefined {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
  const raw = field(body.subarray(MAGIC.length), RAW)
  const metadata = raw === undefined ? undefined : field(raw, METADATA)
  const name = metadata === undefined ? undefined : field(metadata, NAME)?.toString('utf8')
  return name === '' ? undefined : name
}

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** The bytes of a message's first field of that number. @returns undefined where there is none, or no message */
function field(message: Buffer, wanted: number): Buffer | undefined {
  let at = 0
  while (at < message.length) {
    const tag = varint(message, at)
    if (tag === undefined) return undefined
    at = tag.end
    const type = tag.value & 7
    if (type === VARINT) {
      const skipped = varint(message, at)
      if (skipped === undefined) return undefined
      at = skipped.end
    } else if (type === FIXED64) at += 8
    else if (type === FIXED32) at += 4
    else if (type === BYTES) {
      const length = varint(message, at)
      if (length === undefined || length.end + length.value > message.length) return undefined
      at = length.end + length.value
      if (tag.value >>> 3 === wanted) return message.subarray(length.end, at)
    } else return undefined
  }
  return undefined
}

/** Up to 32 bits: no body is longer. */
function varint(
  message: Buffer,
  start: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0
  for (let index = 0; index < 5; index++) {
    const byte = message[start + index]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, end: start + index + 1 }
  }
  return undefined
}
