import { Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Pipe, release } from './pipe.ts'

/** Takes what it is sent at a pace of its own. */
function sink(pace: () => Promise<unknown> = () => Promise.resolve()) {
  const pieces: Buffer[] = []
  const to = new Writable({
    write(piece: Buffer, _, done) {
      pace().then(() => {
        pieces.push(Buffer.from(piece))
        done()
      }, done)
    },
  })
  const finished = new Promise<Buffer>((done) => to.on('finish', () => done(Buffer.concat(pieces))))
  return { to, finished }
}

const turn = () => new Promise((next) => setImmediate(next))

describe('Pipe', () => {
  test('what it is handed arrives whole and in order, though its memory is used again', async () => {
    const sizes = fc.array(fc.nat(200_000), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(fc.boolean()), async (lengths, turns) => {
        const { to, finished } = sink()
        const pipe = new Pipe(to, () => undefined)
        const sent: Buffer[] = []
        for (const [index, length] of lengths.entries()) {
          const data = Buffer.alloc(length, index + 1)
          sent.push(Buffer.from(data))
          pipe.take(data)
          data.fill(0)
          if (turns[index] === true) await turn()
        }
        pipe.end()
        expect((await finished).equals(Buffer.concat(sent))).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  test('who takes nothing is told no more, until it does', async () => {
    const go = Promise.withResolvers<void>()
    const resumed = Promise.withResolvers<void>()
    const { to, finished } = sink(() => go.promise)
    const pipe = new Pipe(to, () => resumed.resolve())
    let taken = 0
    while (pipe.take(Buffer.alloc(16 * 1024, 1))) {
      taken += 1
      expect(taken).toBeLessThan(100)
    }
    go.resolve()
    await resumed.promise
    expect(pipe.take(Buffer.from('more'))).toBe(true)
    pipe.end()
    expect((await finished).subarray(-4).toString()).toBe('more')
  })

  test('the other side that is gone takes nothing, and breaks nothing', async () => {
    const { to } = sink()
    const pipe = new Pipe(to, () => undefined)
    to.destroy()
    for (let index = 0; index < 100; index++) expect(pipe.take(Buffer.alloc(64 * 1024))).toBe(true)
    pipe.end()
    await turn()
  })
})

describe('release', () => {
  test('lets go of memory that is a piece’s own, and of no other', () => {
    const own = Buffer.allocUnsafeSlow(1000)
    release(own)
    expect(own.length).toBe(0)
    const shared = Buffer.from(new ArrayBuffer(100), 0, 50)
    release(shared)
    expect(shared.length).toBe(50)
  })
})
