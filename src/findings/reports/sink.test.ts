import { Writable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { streamSink, textSink } from './sink.ts'
import { utf8 } from './utf8.ts'

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('한글', 'x'.repeat(70_000), '가'.repeat(30_000)),
  fc.nat(),
)

test('writes text, bytes and numbers as they are, whatever their length', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(piece, fc.boolean()), { maxLength: 30 }), (pieces) => {
      const sink = textSink()
      for (const [part, asBytes] of pieces) {
        if (typeof part === 'number') sink.writeNumber(part)
        else if (asBytes) sink.writeBytes(utf8(part))
        else sink.write(part)
      }
      expect(sink.text()).toBe(pieces.map(([part]) => part).join(''))
    }),
    { numRuns: 200 },
  )
})

test('a slow consumer is waited for, and gets everything in order', async () => {
  const chunks: Buffer[] = []
  const stream = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _, done) {
      setImmediate(() => {
        chunks.push(Buffer.from(chunk))
        done()
      })
    },
  })
  const sink = streamSink(stream, { end: true })
  let waits = 0
  let expected = ''
  for (let line = 0; line < 60_000; line++) {
    sink.write(`line ${line}\n`)
    expected += `line ${line}\n`
    const busy = sink.ready()
    if (busy !== undefined) {
      waits++
      await busy
      expect(stream.writableLength).toBe(0)
    }
  }
  await sink.close()
  expect(waits).toBeGreaterThan(2)
  expect(Buffer.concat(chunks).toString()).toBe(expected)
  expect(stream.writableFinished).toBe(true)
})

test('leaves a stream open that is not its own', async () => {
  let text = ''
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk
      done()
    },
  })
  const sink = streamSink(stream, { end: false })
  sink.write('a')
  await sink.close()
  expect(text).toBe('a')
  expect(stream.writableEnded).toBe(false)
})

test('passes on why a stream failed', async () => {
  const stream = new Writable({
    write(_, __, done) {
      done(Object.assign(new Error('disk full'), { code: 'ENOSPC' }))
    },
  })
  const sink = streamSink(stream, { end: true })
  sink.write('x'.repeat(100_000))
  await expect(sink.close()).rejects.toMatchObject({ code: 'ENOSPC' })
  await expect(sink.ready()).rejects.toMatchObject({ code: 'ENOSPC' })
})
