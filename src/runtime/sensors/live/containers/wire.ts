import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/**
 * Passes over the fields of an encoded message.
 *
 * @param take - reads the field's value, or answers false to pass it over
 */
function forEachField(
  message: Uint8Array,
  take: (reader: BinaryReader, field: number, wire: WireType) => boolean,
): void {
  const reader = new BinaryReader(message)
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag()
    if (!take(reader, field, wire)) reader.skip(wire, field)
  }
}

/** The last value of a field that is a string; empty where there is none. */
export function stringAt(message: Uint8Array, wanted: number): string {
  let found = ''
  forEachField(message, (reader, field, wire) => {
    if (field !== wanted || wire !== WireType.LengthDelimited) return false
    found = reader.string()
    return true
  })
  return found
}

/** The values of a field that holds messages. */
export function messagesAt(message: Uint8Array, wanted: number): Uint8Array[] {
  const found: Uint8Array[] = []
  forEachField(message, (reader, field, wire) => {
    if (field !== wanted || wire !== WireType.LengthDelimited) return false
    found.push(reader.bytes())
    return true
  })
  return found
}

/** The last value of a field that is a number, a truth or a name of an enumeration; 0 where there is none. */
export function numberAt(message: Uint8Array, wanted: number): number {
  let found = 0
  forEachField(message, (reader, field, wire) => {
    if (field !== wanted || wire !== WireType.Varint) return false
    found = Number(reader.int64())
    return true
  })
  return found
}

/** A field that is a map of strings. */
export function mapAt(message: Uint8Array, wanted: number): Map<string, string> {
  return new Map(messagesAt(message, wanted).map((entry) => [stringAt(entry, 1), stringAt(entry, 2)]))
}
