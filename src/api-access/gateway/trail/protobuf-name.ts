/** "k8s\0": how Kubernetes' protobuf bodies begin (API concepts, "Protobuf encoding idiosyncrasies"). */
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00])

/** `runtime.Unknown`: "raw will hold the complete serialized object". */
const RAW = 2
/** Every object with metadata has it as its first field, and `name` is the first field of ObjectMeta. */
const METADATA = 1
const NAME = 1
const RESOURCE_VERSION = 6

/** The name in the metadata of an object in Kubernetes' protobuf encoding. */
export function protobufName(body: Buffer): string | undefined {
  const [raw] = unknownFields(body)
  const metadata = raw === undefined ? undefined : fields(raw, METADATA)[0]
  const name = metadata === undefined ? undefined : fields(metadata, NAME)[0]?.toString('utf8')
  return name === '' ? undefined : name
}

/**
 * The version in the metadata of such an object.
 *
 * @returns undefined also where it could be another: of what stands there twice, the last counts
 */
export function protobufVersion(body: Buffer): string | undefined {
  const raws = unknownFields(body)
  const metadatas = raws.length === 1 ? fields(raws[0] as Buffer, METADATA) : []
  const versions = metadatas.length === 1 ? fields(metadatas[0] as Buffer, RESOURCE_VERSION) : []
  return versions.length === 1 ? versions[0]?.toString('utf8') : undefined
}

function unknownFields(body: Buffer): readonly Buffer[] {
  return body.subarray(0, MAGIC.length).equals(MAGIC) ? fields(body.subarray(MAGIC.length), RAW) : []
}

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** The bytes of a message's fields of that number. @returns none where it is no message */
function fields(message: Buffer, wanted: number): readonly Buffer[] {
  const found: Buffer[] = []
  let at = 0
  while (at < message.length) {
    const tag = varint(message, at)
    if (tag === undefined) return []
    at = tag.end
    const type = tag.value & 7
    if (type === VARINT) {
      const skipped = varint(message, at)
      if (skipped === undefined) return []
      at = skipped.end
    } else if (type === FIXED64) at += 8
    else if (type === FIXED32) at += 4
    else if (type === BYTES) {
      const length = varint(message, at)
      if (length === undefined || length.end + length.value > message.length) return []
      at = length.end + length.value
      if (tag.value >>> 3 === wanted) found.push(message.subarray(length.end, at))
    } else return []
  }
  return found
}

/** Of tags and lengths no more than 32 bits count: no body is longer. What is passed over may have 64. */
function varint(
  message: Buffer,
  start: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0
  for (let index = 0; index < 10; index++) {
    const byte = message[start + index]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, end: start + index + 1 }
  }
  return undefined
}
