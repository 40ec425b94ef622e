import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnswerHead } from './answer-head.ts'
import { AnswerReader } from './answer-reader.ts'

/** Reads an answer cut into pieces; the buffer is spoiled after each, as a connection does it. */
function read(answer: string, { method = 'GET', cuts = [] as number[], isClosed = false } = {}) {
  const told = { head: undefined as AnswerHead | undefined, body: '', isOver: false }
  const reader = new AnswerReader(method, {
    head: (head) => {
      told.head = head
    },
    data: (data) => {
      told.body += data.toString('latin1')
    },
    end: () => {
      told.isOver = true
    },
  })
  const places = [0, ...cuts.map((cut) => cut % (answer.length + 1)).sort((a, b) => a - b), answer.length]
  for (const [index, place] of places.slice(0, -1).entries()) {
    const piece = Buffer.from(answer.slice(place, places[index + 1]), 'latin1')
    reader.read(piece)
    piece.fill('?')
  }
  if (isClosed) reader.close()
  return told
}

const OK = 'HTTP/1.1 200 OK\r\n'

describe('AnswerReader', () => {
  test.each([
    ['a length', `${OK}Content-Length: 5\r\n\r\nhello`],
    [
      'chunks',
      `${OK}Transfer-Encoding: chunked\r\n\r\n2;ext="x"\r\nhe\r\n3\r\nllo\r\n0\r\nTrailer: x\r\n\r\n`,
    ],
    ['answers before it', `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${OK}content-length: 5\r\n\r\nhello`],
  ])('a body by %s, however it is cut', (_, answer) => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { maxLength: 12 }), (cuts) => {
        const { head, body, isOver } = read(answer, { cuts })
        expect([head?.status, body, isOver, head?.isKept]).toEqual([200, 'hello', true, true])
      }),
    )
  })

  test('a body without a length ends with the connection, which is not kept', () => {
    const told = read(`${OK}\r\nhel`, { isClosed: true })
    expect([told.body, told.isOver, told.head?.isKept]).toEqual(['hel', true, false])
  })

  test.each([
    ['to HEAD', `${OK}content-length: 5\r\n\r\n`, 'HEAD'],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', 'GET'],
    ['304', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n', 'GET'],
    ['length 0', `${OK}content-length: 0\r\n\r\n`, 'POST'],
  ])('no body: %s', (_, answer, method) => {
    expect(read(answer, { method })).toMatchObject({ body: '', isOver: true, head: { isKept: true } })
  })

  test('names in lower case, values trimmed, what is of the connection left out', () => {
    const { head } = read(
      `${OK}Audit-Id: a\r\nWarning:\t299 - "x" \r\nConnection: close\r\nKeep-Alive: t\r\nContent-Length: 0\r\n\r\n`,
    )
    expect(head?.headers).toEqual(['audit-id', 'a', 'warning', '299 - "x"', 'content-length', '0'])
    expect(head?.isKept).toBe(false)
  })

  test('HTTP/1.0 is not kept', () => {
    expect(read('HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n').head?.isKept).toBe(false)
  })

  test.each([
    ['no status line', 'SSH-2.0-x\r\n\r\n'],
    ['another version', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['a header without a colon', `${OK}x\r\n\r\n`],
    ['a space before the colon', `${OK}content-length : 5\r\n\r\nhello`],
    ['a folded header', `${OK}a: b\r\n content-length: 5\r\n\r\n`],
    ['a bare carriage return', `${OK}a: b\rc: d\r\n\r\n`],
    ['a bare line feed', `${OK}a: b\nc: d\r\n\r\n`],
    ['two lengths', `${OK}content-length: 5\r\ncontent-length: 5\r\n\r\nhello`],
    ['a list of lengths', `${OK}content-length: 5, 5\r\n\r\nhello`],
    ['a negative length', `${OK}content-length: -5\r\n\r\n`],
    ['length and chunks', `${OK}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['another coding', `${OK}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['a chunk of no size', `${OK}transfer-encoding: chunked\r\n\r\n-1\r\n`],
    ['a chunk with a bare line feed', `${OK}transfer-encoding: chunked\r\n\r\n5\nhello`],
    ['a chunk too long', `${OK}transfer-encoding: chunked\r\n\r\n2\r\nhello\r\n`],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'],
    ['a head without end', `${OK}${'a: b\r\n'.repeat(20_000)}`],
    ['too many headers', `${OK}${'a: b\r\n'.repeat(300)}\r\n`],
    ['more than an answer', `${OK}content-length: 2\r\n\r\nhello`],
    ['more than chunks', `${OK}transfer-encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n`],
    ['more than no body', 'HTTP/1.1 204 No Content\r\n\r\nx'],
  ])('refuses %s', (_, answer) => {
    expect(() => read(answer)).toThrow(/the API server sent/)
  })

  test.each([
    ['in its head', `${OK}content-le`],
    ['in its body', `${OK}content-length: 5\r\n\r\nhell`],
    ['between chunks', `${OK}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`],
  ])('tells that an answer breaks off %s', (_, answer) => {
    expect(() => read(answer, { isClosed: true })).toThrow(/breaks off/)
  })
})
