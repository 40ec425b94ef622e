import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventBounds } from './event-bounds.ts'

const frame = (data: Uint8Array) => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, data])
}
const FORMS = {
  'application/json;stream=watch': fc
    .array(fc.integer(), { maxLength: 8 })
    .map((each) => Buffer.from(`${JSON.stringify(each)}\n`)),
  'application/vnd.kubernetes.protobuf;stream=watch': fc.uint8Array({ maxLength: 600 }).map(frame),
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
  const bounds = eventBounds('application/cbor-seq')
  bounds.pass(Buffer.from([0xd9, 0xd9]))
  expect([bounds.isBetween, bounds.endIn(Buffer.from([0xf7]))]).toEqual([true, 0])
})
