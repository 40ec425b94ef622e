import { expect, test } from 'vitest'
import { protobufName, protobufOfVersion, protobufVersion } from './protobuf-name.ts'

const BYTES = 2

/** A number of up to 70 bits. */
function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.from([...bytes, Number(rest)])
}

function field(number: number | bigint, ...values: (string | Buffer)[]): Buffer {
  const content = Buffer.concat(values.map((value) => Buffer.from(value)))
  return Buffer.concat([
    varint((BigInt(number) << 3n) | BigInt(BYTES)),
    varint(BigInt(content.length)),
    content,
  ])
}

const unknown = (...parts: Buffer[]) => Buffer.concat([Buffer.from('k8s\0'), ...parts])
const of = (...metadata: Buffer[]) => unknown(field(2, field(1, ...metadata)))
const [a, b] = [field(1, 'a'), field(1, 'b')]
const group = (...inner: Buffer[]) => Buffer.concat([Buffer.from([0x4b]), ...inner, Buffer.from([0x4c])])

test.each<[string, Buffer, string | undefined]>([
  ['one name', of(a), 'a'],
  ['none', of(field(3, 'ns')), undefined],
  ['an empty one', of(field(1, '')), undefined],
  ['two', of(a, b), 'b'],
  ['one in each of two metadata', unknown(field(2, field(1, a), field(1, b))), 'b'],
  ['one in the first of two metadata', unknown(field(2, field(1, a), field(1, field(3, 'ns')))), 'a'],
  ['one in each of two objects', unknown(field(2, field(1, a)), field(2, field(1, b))), 'b'],
  ['none in the second of two objects', unknown(field(2, field(1, a)), field(2, field(1))), undefined],
  // `int32(wire >> 3)`: what is beyond 32 bits of a field's number is cut off, and nothing of less.
  ['one, and a field beyond 29 bits', of(a, field((1n << 29n) | 1n, 'b')), 'a'],
  ['one of a field beyond 32 bits', of(a, field((1n << 32n) | 1n, 'b')), 'b'],
  ['one of a field beyond 53 bits', of(a, field((1n << 60n) | 1n, 'b')), 'b'],
  ['one of a field beyond 64 bits', of(a, field((1n << 62n) | 1n, 'b')), 'b'],
  ['a field of a negative number', of(a, field(1n << 31n, 'b')), undefined],
  ['a field without a number', of(a, field(0, 'b')), undefined],
  ['one, and a group with another', of(a, group(b)), 'a'],
  ['one behind a group', of(group(group(field(1, 'b'))), a), 'a'],
  ['a group without an end', of(a, Buffer.from([0x4b])), undefined],
  ['an end without a group', of(a, Buffer.from([0x4c])), undefined],
  ['a name that is a number', of(a, Buffer.from([8, 1])), undefined],
  ['eight bytes of which some are missing', of(a, Buffer.from([0x49, 1, 2])), undefined],
  ['a length beyond the end', of(a, Buffer.from([0x4a, 9])), undefined],
  ['a length of 2^35', of(a, Buffer.from([0x4a, 128, 128, 128, 128, 128, 1])), undefined],
  // The tenth byte has one bit.
  [
    'a length of more than 64 bits',
    of(Buffer.concat([Buffer.from([10, 129, ...Array(8).fill(128), 2]), Buffer.from('a')])),
    'a',
  ],
])('an object in protobuf has the name that the API server reads: %s', (_, body, name) => {
  expect(protobufName(body)).toBe(name)
})

test.each<[string, Buffer, string | undefined]>([
  ['one', of(a, field(6, '7')), '7'],
  ['two', of(a, field(6, '7'), field(6, '8')), undefined],
  ['one, and one of a field beyond 29 bits', of(field(6, '7'), field((1n << 29n) | 6n, '8')), '7'],
  ['one of a field beyond 29 bits', of(a, field((1n << 29n) | 6n, '7')), undefined],
  ['one, and one of a field beyond 32 bits', of(field(6, '7'), field((1n << 32n) | 6n, '0')), undefined],
])('an object in protobuf is of the version that it surely names: %s', (_, body, version) => {
  expect(protobufVersion(body)).toBe(version)
})

test('an object in protobuf is bound to a version by what is written behind it', () => {
  const version = field(1, field(6, '12345'))
  const large = field(2, 'x'.repeat(20_000))
  const bound = protobufOfVersion(
    unknown(field(1, 'v1'), field(2, field(1, a), large), field(4, 't')),
    '12345',
  )
  expect(bound).toEqual(unknown(field(1, 'v1'), field(2, field(1, a), large, version), field(4, 't')))
})

test.each<[string, Buffer]>([
  ['nothing', Buffer.alloc(0)],
  ['no object', unknown(field(1, 'v1'))],
  ['two objects', unknown(field(2, field(1, a)), field(2, field(1, a)))],
  ['no metadata', unknown(field(2, field(2, a)))],
  ['what is no message', unknown(field(2, field(1, a), Buffer.from([10])))],
])('an object in protobuf is not bound where it has %s', (_, body) => {
  expect(protobufOfVersion(body, '1')).toBeUndefined()
})
