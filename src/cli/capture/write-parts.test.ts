import { PassThrough, Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { LOOKS, Patience } from './patience.ts'
import { type Part, writeParts } from './write-parts.ts'

/** @param told - asked for before each part */
async function* partsOf(count: number, told: () => void = () => undefined): AsyncGenerator<Part> {
  for (let at = 0; at < count; at++) {
    told()
    yield { text: `${at}\n`, events: 1 }
  }
}

function looks(patience: Patience, count: number): void {
  for (let at = 0; at < count; at++) patience.look()
}

test('a target that is slow, and takes each part in the end, gets them all after the recording has ended', async () => {
  const patience = new Patience()
  const taken: string[] = []
  const slow = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _, done) {
      // As long as there is patience at all for one part.
      setImmediate(() => {
        looks(patience, LOOKS)
        taken.push(chunk.toString())
        done()
      })
    },
  })
  expect(await writeParts(partsOf(10), slow, patience)).toEqual({ written: 10, unwritten: 0 })
  expect(taken).toHaveLength(10)
  expect(patience.signal.aborted).toBe(false)
})

test('a target that takes nothing is given up, and what it was not given is counted', async () => {
  const patience = new Patience()
  const never = new PassThrough({ highWaterMark: 1 })
  const written = writeParts(partsOf(10), never, patience)
  await new Promise((done) => setImmediate(done))
  looks(patience, LOOKS + 1)
  expect(await written).toMatchObject({ unwritten: expect.any(Number) })
  expect(patience.signal.aborted).toBe(true)
})

test('time in which nothing was waited for is none of its own', async () => {
  const patience = new Patience()
  const all = partsOf(3, () => looks(patience, 10 * LOOKS))
  expect(await writeParts(all, new PassThrough().resume(), patience)).toEqual({ written: 3, unwritten: 0 })
})
