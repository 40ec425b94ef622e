import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventBounds } from './event-bounds.ts'

const frame = (data: Uint8Array) => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, data])
}

/** The first byte of an item, and the number behind it, in the shortest form or in a longer one. */
const head = (type: number, number: number, longer = 0) => {
  const shortest = number < 24 ? 0 : number < 256 ? 1 : number < 65_536 ? 2 : 4
  const bytes = [0, 1, 2, 4, 8].filter((each) => each >= shortest)[longer] ?? 8
  if (bytes === 0) return Buffer.from([(type << 5) | number])
  const written = Buffer.alloc(bytes)
  written.writeUIntBE(number, Math.max(0, bytes - 6), Math.min(6, bytes))
  return Buffer.concat([Buffer.from([(type << 5) | (24 + Math.log2(bytes))]), written])
}
const BREAK = Buffer.from([0xff])
const longer = fc.nat({ max: 4 })
const string = (type: number) =>
  fc
    .tuple(fc.uint8Array({ maxLength: 300 }), longer)
    .map(([data, by]) => Buffer.concat([head(type, data.length, by), data]))
/** One item in CBOR: what an API server sends, and all else that it could be. */
const { item } = fc.letrec<{ item: Buffer }>((tie) => {
  const items = fc.array(tie('item'), { maxLength: 4 })
  const pairs = fc.array(
    fc.tuple(tie('item'), tie('item')).map((pair) => Buffer.concat(pair)),
    { maxLength: 4 },
  )
  return {
    item: fc.oneof(
      { depthSize: 'small' },
      fc.tuple(fc.constantFrom(0, 1), fc.nat(), longer).map(([type, number, by]) => head(type, number, by)),
      fc
        .constantFrom('f4', 'f6', 'f7', 'f820', 'f93e00', 'fa47c35000', 'fb3ff199999999999a')
        .map((hex) => Buffer.from(hex, 'hex')),
      string(2),
      string(3),
      fc
        .array(string(3), { maxLength: 3 })
        .map((parts) => Buffer.concat([Buffer.from([0x7f]), ...parts, BREAK])),
      fc.tuple(items, longer).map(([all, by]) => Buffer.concat([head(4, all.length, by), ...all])),
      items.map((all) => Buffer.concat([Buffer.from([0x9f]), ...all, BREAK])),
      fc.tuple(pairs, longer).map(([all, by]) => Buffer.concat([head(5, all.length, by), ...all])),
      pairs.map((all) => Buffer.concat([Buffer.from([0xbf]), ...all, BREAK])),
      fc
        .tuple(fc.constantFrom(1, 55_799), tie('item'))
        .map(([tag, tagged]) => Buffer.concat([head(6, tag), tagged])),
    ),
  }
})

const FORMS = {
  'application/json;stream=watch': fc
    .array(fc.integer(), { maxLength: 8 })
    .map((each) => Buffer.from(`${JSON.stringify(each)}\n`)),
  'application/vnd.kubernetes.protobuf;stream=watch': fc.uint8Array({ maxLength: 600 }).map(frame),
  'application/cbor-seq': item,
}

describe.each(Object.entries(FORMS))('events of %s', (type, form) => {
  const events = fc.array(form, { minLength: 1, maxLength: 5 })

  test('however they are cut, the one that is half told ends where it does', () => {
    fc.assert(
      fc.property(events, fc.nat(), fc.integer({ min: 1, max: 9 }), (all, cut, size) => {
        const whole = Buffer.concat(all)
        const at = cut % (whole.length + 1)
        const bounds = eventBounds(type)
        for (let from = 0; from < at; from += size)
          bounds.pass(whole.subarray(from, Math.min(from + size, at)))
        const ends = all.map((_, index) => Buffer.concat(all.slice(0, index + 1)).length)
        const expected = [0, ...ends].find((end) => end >= at)
        expect(bounds.isBetween).toBe(expected === at)
        let end: number | undefined
        for (let from = at; end === undefined; from += size) {
          const found = bounds.endIn(whole.subarray(from, from + size))
          if (found !== undefined) end = from + found
          else if (from >= whole.length) throw new Error('no end was found')
        }
        expect(end).toBe(expected)
      }),
    )
  })
})

test('of another form nothing is known: it ends anywhere', () => {
  const bounds = eventBounds('text/plain')
  bounds.pass(Buffer.from([0xd9, 0xd9]))
  expect([bounds.isBetween, bounds.endIn(Buffer.from([0xf7]))]).toEqual([true, 0])
})

test.each([
  ['a break of nothing', Buffer.from([0xff])],
  ['a first byte that is reserved', Buffer.from([0x81, 0x1c])],
  ['an integer until a break', Buffer.from([0x1f])],
  ['a break in a counted array', Buffer.from([0x82, 0xff])],
  ['more in one another than anybody reads', Buffer.alloc(100_000, 0x81)],
])('of what is no CBOR nothing is known either: %s', (_, data) => {
  const bounds = eventBounds('application/cbor-seq')
  bounds.pass(data)
  bounds.pass(Buffer.from([0x82]))
  expect([bounds.isBetween, bounds.endIn(Buffer.from([0xf7]))]).toEqual([true, 0])
})
