import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeAuditEvents } from '../event/index.ts'
import { createBytesDecoder } from './bytes.ts'
import type { AuditItem } from './reader.ts'
import { line } from './readers.fixture.ts'

const LIMITS = { lineBytes: 700, documentBytes: 1000 }

/** Pieces of which logs are made, and of which they are not. */
const piece = fc.oneof(
  fc.constantFrom(
    '\n',
    '\r\n',
    '{',
    '}',
    '[',
    ']',
    '{\n',
    '}\n',
    '\ufeff',
    '  ',
    '해태',
    'null\n',
    '"a": 1\n',
  ),
  fc.nat(9).map((number) => `${line(number)}\n`),
  fc.nat(9).map((number) => `${JSON.stringify(JSON.parse(line(number)), null, 2)}\n`),
  fc.nat(900).map((length) => 'x'.repeat(length)),
  fc.string({ maxLength: 20 }),
)
const bytes = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: piece },
      fc.uint8Array({ maxLength: 8 }).map((data) => Buffer.from(data)),
    ),
    { maxLength: 20 },
  )
  .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part))))

function decode(content: Buffer, cuts: readonly number[]): AuditItem[] {
  const decoder = createBytesDecoder('log', LIMITS)
  const places = [
    0,
    ...cuts.map((cut) => cut % (content.length + 1)).toSorted((a, b) => a - b),
    content.length,
  ]
  const items = places.slice(1).flatMap((end, index) => decoder.push(content.subarray(places[index], end)))
  return [...items, ...decoder.finish()]
}

describe('any bytes', () => {
  test('give the same however they are cut, and no exception', () => {
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(), { maxLength: 8 }), (content, cuts) => {
        expect(decode(content, cuts)).toEqual(decode(content, []))
      }),
      { numRuns: 1000 },
    )
  })

  test('behind a line that is whole leave it whole', () => {
    fc.assert(
      fc.property(bytes, (content) => {
        const [first] = decode(Buffer.concat([Buffer.from(`${line(7)}\n`), content]), [])
        expect(first).toMatchObject({ event: JSON.parse(line(7)) })
      }),
    )
  })

  test('positions lie inside', () => {
    fc.assert(
      fc.property(bytes, (content) => {
        const items = decode(content, [])
        const offsets = items.map(({ position }) => position.offset)
        // What a line alone is wrong in is told at once, be it inside a document that is told of at its end.
        const inOrder = items
          .filter((item) => !('code' in item && /^ERR_(?:INVALID_UTF8|TOO_LONG)$/.test(item.code)))
          .map(({ position }) => position.offset)
        expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b))
        expect(offsets.every((offset) => offset >= 0 && offset <= content.length)).toBe(true)
      }),
    )
  })
})

test('any JSON is an event or has a problem', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.record(
        {
          kind: fc.constantFrom('Event', 'EventList', undefined),
          items: fc.jsonValue(),
          records: fc.jsonValue(),
          protoPayload: fc.jsonValue(),
          message: fc.jsonValue(),
          timestamp: fc.nat(),
          user: fc.jsonValue(),
          properties: fc.jsonValue(),
          category: fc.constantFrom('kube-audit', 1),
        },
        { requiredKeys: [] },
      ),
      (any, record) => {
        for (const value of [any, record, [record]])
          for (const decoded of decodeAuditEvents(value))
            expect('event' in decoded || 'problem' in decoded).toBe(true)
      },
    ),
    { numRuns: 1000 },
  )
})
