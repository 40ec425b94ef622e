import { Buffer } from 'node:buffer'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kernelField } from '../kernel/fields/index.ts'
import { block, section } from './capture-bytes.fixture.ts'
import { CaptureReader } from './capture-reader.ts'
import { senseCapture } from './sense-capture.ts'

const SCENARIO = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'scap/scen.scap')
const isThere = existsSync(SCENARIO)

const FIELDS = [
  'evt.type',
  'evt.args',
  'evt.res',
  'evt.category',
  'evt.buffer',
  'proc.cmdline',
  'proc.aname',
  'proc.sname',
  'proc.env',
  'fd.name',
  'fd.directory',
  'fd.sip',
  'fd.ip',
  'fd.types',
  'fs.path.name',
  'fs.path.target',
  'user.name',
  'container.id',
  'thread.cap_permitted',
].map((name) => kernelField(name, undefined))

/** Reads all fields of all events. @returns how many there were */
function readAll(bytes: Buffer, size = 4096): { events: number; codes: string[] } {
  const capture = new CaptureReader()
  let events = 0
  for (let at = 0; at < bytes.length; at += size) {
    capture.feed(bytes.subarray(at, at + size))
    while (capture.next()) {
      events++
      for (const field of FIELDS) field?.(capture.event)
    }
  }
  capture.finish()
  return { events, codes: capture.problems.map(({ code }) => code) }
}

describe('what is no capture, or not a whole one, is told', () => {
  test.each<[string, Buffer, string[]]>([
    ['nothing', Buffer.alloc(0), ['ERR_NOT_A_CAPTURE']],
    ['text', Buffer.from('{"num":1,"fields":{}}\n'), ['ERR_NOT_A_CAPTURE']],
    ['another byte order', section(0x4d3c2b1a), ['ERR_CAPTURE_ORDER']],
    ['a later version', section(0x1a2b3c4d, 2), ['ERR_CAPTURE_VERSION']],
    ['only a header', section(), []],
    [
      'a cut block',
      Buffer.concat([section(), block(0x216, Buffer.alloc(40)).subarray(0, 20)]),
      ['ERR_CAPTURE_CUT'],
    ],
    [
      'a length that cannot be',
      Buffer.concat([section(), Buffer.from([0x16, 2, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0])]),
      ['ERR_CAPTURE_BLOCK'],
    ],
    [
      'an event of no bytes',
      Buffer.concat([section(), block(0x216, Buffer.alloc(4))]),
      ['ERR_CAPTURE_EVENT'],
    ],
    [
      'a process list that is cut',
      Buffer.concat([section(), block(0x215, Buffer.from([200, 0, 0, 0, 1, 0, 0, 0]))]),
      ['ERR_CAPTURE_RECORD'],
    ],
    ['a block of no known type', Buffer.concat([section(), block(0x999, Buffer.alloc(8))]), []],
  ])('%s', (_, bytes, codes) => {
    expect(readAll(bytes)).toEqual({ events: 0, codes })
    expect(readAll(bytes, 1)).toEqual({ events: 0, codes })
  })
})

describe('any bytes', () => {
  test('never throw, and never hang', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 64 }), (bytes, size) => {
        readAll(Buffer.from(bytes), size)
      }),
    )
  })

  test('nor do blocks of any kind with any bytes in them', () => {
    const types = fc.constantFrom(
      ...[0x201, 0x202, 0x203, 0x204, 0x205, 0x206, 0x207, 0x208, 0x209, 0x210, 0x213, 0x214, 0x215],
      ...[0x216, 0x217, 0x218, 0x219, 0x220, 0x221, 0x222],
    )
    const blocks = fc.array(fc.tuple(types, fc.uint8Array({ maxLength: 200 })), { maxLength: 8 })
    fc.assert(
      fc.property(blocks, (list) => {
        readAll(Buffer.concat([section(), ...list.map(([type, body]) => block(type, Buffer.from(body)))]))
      }),
      { numRuns: 500 },
    )
  })

  test.skipIf(!isThere)('nor does a capture in which bytes are changed, or that is cut', () => {
    const whole = readFileSync(SCENARIO)
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(changes, fc.nat(whole.length), (list, end) => {
        const bytes = Buffer.from(whole.subarray(0, end))
        for (const [at, value] of list) if (at < end) bytes[at] = value
        readAll(bytes)
      }),
      { numRuns: 60 },
    )
  })
})

describe.skipIf(!isThere)('as a sensor', () => {
  async function sense(...chunks: Buffer[]) {
    async function* source() {
      yield* chunks
    }
    const numbers: number[] = []
    const codes: string[] = []
    for await (const { events, problems } of senseCapture(source(), 'a.scap')) {
      for (const { num } of events) numbers.push(num)
      codes.push(...problems.map(({ code }) => code))
    }
    return { events: numbers.length, codes }
  }

  test('compressed or not', async () => {
    const whole = readFileSync(SCENARIO)
    expect(await sense(whole)).toEqual({ events: 355, codes: [] })
    const zipped = gzipSync(whole)
    expect(await sense(zipped.subarray(0, 1), zipped.subarray(1, 500), zipped.subarray(500))).toEqual({
      events: 355,
      codes: [],
    })
  })

  test('what stands before a cut is given', async () => {
    const whole = readFileSync(SCENARIO)
    const { events, codes } = await sense(whole.subarray(0, whole.length - 30))
    expect([events, codes]).toEqual([354, ['ERR_CAPTURE_CUT']])
    const zipped = gzipSync(whole)
    const cut = await sense(zipped.subarray(0, zipped.length - 5000))
    expect(cut.codes).toEqual(['ERR_CAPTURE_CUT'])
    expect(cut.events).toBeGreaterThan(0)
    const damaged = Buffer.from(zipped)
    damaged.fill(0, 2000, 2100)
    expect((await sense(damaged)).codes).toContain('ERR_UNREADABLE')
  })
})
