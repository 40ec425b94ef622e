import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readFiles } from './files.ts'
import { followFile } from './follow.ts'
import type { AuditItem } from './reader.ts'
import { brief, collect, type Folder, line, lines, SMALL_LIMITS, useFolder } from './readers.fixture.ts'
import { readStream } from './stream.ts'

const PRETTY = (number: number) => JSON.stringify(JSON.parse(line(number)), null, 2)
const HUGE = line(9, { requestObject: { data: 'x'.repeat(5000) } })
const INVALID = Buffer.concat([
  Buffer.from('{"kind":"Event","auditID":"0-000000000005","verb":"'),
  Buffer.from([0xff]),
  Buffer.from('"}\n'),
])
const AWS = JSON.stringify(
  {
    events: [
      { timestamp: 1, message: line(1) },
      { timestamp: 2, message: line(2) },
    ],
  },
  null,
  4,
)

const folder = useFolder(beforeEach, afterEach)

/** What a source has, and what every reader must make of it. */
const CASES: readonly [what: string, content: string | Buffer, expected: (number | string)[]][] = [
  ['nothing', '', []],
  ['lines', lines(1, 4), [1, 2, 3]],
  ['lines with blanks and carriage returns between', `${line(1)}\r\n\r\n\n${line(2)}\r\n`, [1, 2]],
  ['a byte order mark', `\ufeff${lines(1, 2)}`, [1]],
  ['a last line without its end', lines(1, 3) + line(3), [1, 2, 3]],
  ['a last line that is cut off', lines(1, 3) + line(3).slice(0, 90), [1, 2, 'ERR_UNFINISHED:3']],
  [
    'a line that is no JSON',
    `${lines(1, 2)}{"broken\n${line(2)}\nhello\n${line(3)}\n`,
    [1, 'ERR_NOT_JSON:2', 2, 'ERR_NOT_JSON:4', 3],
  ],
  ['a line that is no event', `{"a":1}\n${line(1)}\n`, ['ERR_NOT_AN_EVENT:1', 1]],
  ['a line that is too long', `${line(1)}\n${HUGE}\n${line(2)}\n`, [1, 'ERR_TOO_LONG:2', 2]],
  ['a last line that is too long', `${line(1)}\n${HUGE}`, [1, 'ERR_TOO_LONG:2']],
  [
    'invalid UTF-8: told, and read as far as it goes',
    Buffer.concat([Buffer.from(lines(1, 2)), INVALID, Buffer.from(lines(2, 3))]),
    [1, 'ERR_INVALID_UTF8:2', 5, 2],
  ],
  ['Korean', `${line(1, { userAgent: '해태' })}\n${line(2)}\n`, [1, 2]],
  ['jq .', `${PRETTY(1)}\n${PRETTY(2)}\n`, [1, 2]],
  ['a laid-out list', `[\n${[1, 2, 3].map(PRETTY).join(',\n').replaceAll(/^/gm, '  ')}\n]\n`, [1, 2, 3]],
  ['aws logs get-log-events', `${AWS}\n`, [1, 2]],
  ['a list in one line', `[${line(1)},${line(2)}]\n`, [1, 2]],
  [
    'an EventList',
    `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${line(1)},{"verb":1},${line(2)}]}\n`,
    [1, 'ERR_NOT_AN_EVENT:1', 2],
  ],
  [
    'a laid-out document that breaks off',
    `${PRETTY(1).split('\n').slice(0, 4).join('\n')}\n${line(2)}\n`,
    ['ERR_UNFINISHED:1', 2],
  ],
  ['a laid-out document without its end', `${line(1)}\n${PRETTY(2).slice(0, -2)}`, [1, 'ERR_UNFINISHED:2']],
  [
    'a laid-out document that is too long',
    `${JSON.stringify({ items: Array(2000).fill('x') }, null, 1)}\n${line(1)}\n`,
    ['ERR_TOO_LONG:1', 1],
  ],
  ['a laid-out document that is wrong inside', `{\n  "a": oops\n}\n${line(1)}\n`, ['ERR_NOT_JSON:1', 1]],
  [
    'a container’s log',
    `2026-01-02T03:04:05.123456789Z stdout F ${line(1)}\n2026-01-02T03:04:05.123456789Z stderr F I0102 03:04:05 1 x.go:1] up\n`,
    [1],
  ],
  ['an export to S3', `2026-01-02T03:04:05.000Z ${line(1)}\n`, [1]],
]

const READERS: readonly [name: string, read: (content: Buffer, folder: Folder) => Promise<AuditItem[]>][] = [
  [
    'file',
    (content, folder) => collect(readFiles([folder.write('audit.log', content)], { limits: SMALL_LIMITS })),
  ],
  [
    'gzip file',
    (content, folder) =>
      collect(readFiles([folder.write('audit.log.gz', gzipSync(content))], { limits: SMALL_LIMITS })),
  ],
  ['stream', (content) => collect(readStream(Readable.from([content]), '-', SMALL_LIMITS))],
  [
    'stream in single bytes',
    (content) => collect(readStream(Readable.from(bytesOf(content)), '-', SMALL_LIMITS)),
  ],
  ['gzip stream', (content) => collect(readStream(Readable.from([gzipSync(content)]), '-', SMALL_LIMITS))],
]

describe.each(READERS)('%s', (_, read) => {
  test.each(CASES)('%s', async (_, content, expected) => {
    expect((await read(Buffer.from(content), folder)).map(brief)).toEqual(expected)
  })
})

describe('followed', () => {
  // What has no end is not read yet: its writer may be in the middle of it.
  const cases = CASES.filter(([, content]) => content.at(-1) === '\n' || content.at(-1) === 10)
  test.each(cases)('%s', async (_, content, expected) => {
    const stop = new AbortController()
    const path = folder.write('audit.log', content)
    const found: (number | string)[] = []
    for await (const batch of followFile(path, {
      signal: stop.signal,
      limits: SMALL_LIMITS,
      pollMilliseconds: 5,
    })) {
      found.push(...batch.map(brief))
      if (found.length >= expected.length) stop.abort()
    }
    expect(found).toEqual(expected)
  })
})

describe('positions', () => {
  test('lead to the record', async () => {
    const content = `${line(1, { userAgent: '해태' })}\n\n${line(2)}\nx\n`
    const items = await collect(readFiles([folder.write('audit.log', content)]))
    const bytes = Buffer.from(content)
    expect(items.map(({ position }) => position.line)).toEqual([1, 3, 4])
    expect(items.map(({ position }) => bytes.subarray(position.offset).toString().split('\n')[0])).toEqual([
      line(1, { userAgent: '해태' }),
      line(2),
      'x',
    ])
    expect(items.map((item) => ('bytes' in item ? item.bytes : 0))).toEqual([
      Buffer.byteLength(line(1, { userAgent: '해태' })),
      line(2).length,
      0,
    ])
  })

  test('name the column of what is wrong, and never quote it', async () => {
    const items = await collect(
      readStream(Readable.from(['{"token" s3cret}\n', '{"a":"\xff"}\n'], { objectMode: true }), '-'),
    )
    expect(JSON.stringify(items)).not.toContain('s3cret')
    expect(items[0]).toMatchObject({ code: 'ERR_NOT_JSON', problem: { data: { column: 10 } } })
  })

  test('name the byte that is no UTF-8', async () => {
    const bad = Buffer.concat([Buffer.from('{"a":"해\ufffd'), Buffer.from([0xc3, 0x28]), Buffer.from('"}\n')])
    const [item] = await collect(readStream(Readable.from([bad]), '-'))
    expect(item).toMatchObject({ code: 'ERR_INVALID_UTF8', problem: { data: { column: 13 } } })
  })
})

function bytesOf(content: Buffer): Buffer[] {
  return Array.from({ length: content.length }, (_, index) => content.subarray(index, index + 1))
}
