/** "k8s\0": how Kubernetes' protobuf bodies begin (API concepts, "Protobuf encoding idiosyncrasies"). */
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00])

/** `runtime.Unknown`: "raw will hold the complete serialized object". */
const RAW = 2
/** Every object with metadata has it as its first field, and `name` is the first field of ObjectMeta. */
const METADATA = 1
const NAME = 1
const RESOURCE_VERSION = 6

/**
 * The name in the metadata of an object in Kubernetes' protobuf encoding, as the API server reads it: "the last one seen
 * wins", and "embedded message fields are merged" (Protocol Buffers, "Last One Wins").
 */
export function protobufName(body: Buffer): string | undefined {
  const raw = unknownFields(body).at(-1)
  const metadata = raw === undefined ? undefined : Buffer.concat(fields(raw, METADATA))
  const name = metadata === undefined ? undefined : fields(metadata, NAME).at(-1)?.toString('utf8')
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

/**
 * The same object so that it names that version: of what stands twice the last counts, and metadata that stands twice is
 * merged, so that all else stays as the client wrote it.
 *
 * @returns undefined where it is not plainly written as an object with metadata
 */
export function protobufOfVersion(body: Buffer, version: string): Buffer | undefined {
  const [raw, ...others] = unknownFields(body)
  if (raw === undefined || others.length > 0 || fields(raw, METADATA).length !== 1) return undefined
  const start = raw.byteOffset - body.byteOffset
  const head = headOf(RAW, raw.length)
  const before = start - head.length
  if (!body.subarray(before, start).equals(head)) return undefined
  const named = Buffer.from(version)
  const inner = Buffer.concat([headOf(RESOURCE_VERSION, named.length), named])
  const metadata = Buffer.concat([headOf(METADATA, inner.length), inner])
  return Buffer.concat([
    body.subarray(0, before),
    headOf(RAW, raw.length + metadata.length),
    raw,
    metadata,
    body.subarray(start + raw.length),
  ])
}

/** What stands before the bytes of a field: its tag and their length. */
function headOf(field: number, length: number): Buffer {
  const bytes = [field * 8 + BYTES]
  let rest = length
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Buffer.from([...bytes, rest])
}

function unknownFields(body: Buffer): readonly Buffer[] {
  return body.subarray(0, MAGIC.length).equals(MAGIC) ? fields(body.subarray(MAGIC.length), RAW) : []
}

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const GROUP = 3
const GROUP_END = 4
const FIXED32 = 5

/**
 * The bytes of a message's fields of that number, as the code reads them that gogo/protobuf makes for the API server:
 * `fieldNum := int32(wire >> 3)`; groups are passed over.
 *
 * @returns none where it is no message
 */
function fields(message: Buffer, wanted: number): readonly Buffer[] {
  const found: Buffer[] = []
  let groups = 0
  let at = 0
  while (at < message.length) {
    const tag = varint(message, at)
    if (tag === undefined) return []
    at = tag.end
    const type = tag.low % 8
    const field = Math.floor(tag.low / 8) | 0
    const isOwn = groups === 0
    if (isOwn && (field <= 0 || (field === wanted && type !== BYTES))) return []
    if (type === VARINT) {
      const skipped = varint(message, at)
      if (skipped === undefined) return []
      at = skipped.end
    } else if (type === FIXED64) at += 8
    else if (type === FIXED32) at += 4
    else if (type === BYTES) {
      const length = varint(message, at)
      if (length === undefined) return []
      at = length.end + length.low + length.high * 2 ** 35
      if (at <= message.length && isOwn && field === wanted) found.push(message.subarray(length.end, at))
    } else if (type === GROUP) groups++
    else if (type === GROUP_END && !isOwn) groups--
    else return []
  }
  return at === message.length && groups === 0 ? found : []
}

/** @returns the lower 35 of its 64 bits, of which a tag has its field's 32 and its type's 3; and the higher ones */
function varint(
  message: Buffer,
  start: number,
): { readonly low: number; readonly high: number; readonly end: number } | undefined {
  let [low, high] = [0, 0]
  for (let index = 0; index < 10; index++) {
    const byte = message[start + index]
    if (byte === undefined) return undefined
    if (index < 5) low += (byte & 0x7f) * 2 ** (7 * index)
    // Nine bytes have 63 bits: of the tenth all but one are cut off.
    else high += (byte & (index < 9 ? 0x7f : 1)) * 2 ** (7 * (index - 5))
    if (byte < 0x80) return { low, high, end: start + index + 1 }
  }
  return undefined
}
