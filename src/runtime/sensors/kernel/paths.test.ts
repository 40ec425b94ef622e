import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventBlock, int64 } from '../capture/capture-bytes.fixture.ts'
import { EventBytes } from './event-bytes.ts'
import { resolvePath } from './paths.ts'

const OPEN = 3
/** Type and length of the block, number of the processor. */
const BEFORE_EVENT = 10

/** An event that opens a path, given as bytes. */
function opening(path: Buffer): EventBytes {
  const block = eventBlock(OPEN, [int64(3), path])
  const event = new EventBytes()
  expect(event.moveTo(block, BEFORE_EVENT, block.length)).toBe(true)
  return event
}

const PART = fc.constantFrom('', '.', '..', 'a', '.a', 'a.', '..a', 'é', 'b'.repeat(200))
const PATH = fc.oneof(
  fc.array(PART, { maxLength: 7 }).map((parts) => parts.join('/')),
  fc.string({ unit: fc.constantFrom('/', '.', 'a'), maxLength: 12 }),
)
const FOLDER = fc.oneof(
  PATH,
  PATH.map((path) => `/${path}/`),
  fc.constantFrom('/', '//', '///', './', '', '<UNKNOWN>', '/a', '/a/', '/a//', '/./'),
)

test('a path of which its bytes tell whether it is normalised becomes what it becomes otherwise', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(FOLDER, PATH), { minLength: 1, maxLength: 5 }), (pairs) => {
      for (const [folder, path] of pairs) {
        const event = opening(Buffer.from(`${path}\0`))
        const text = event.path(1)
        expect(text).toBe(event.text(1))
        expect(text).toBe(path)
        expect(resolvePath(folder, text, event.isPlain)).toBe(resolvePath(folder, text))
      }
    }),
    { numRuns: 2000 },
  )
})

test('a path is the same text as any other, whatever its bytes are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const event = opening(Buffer.from(bytes))
      expect(event.path(1)).toBe(event.text(1))
    }),
  )
})

test('a path that is not there is empty, and nothing is known of it', () => {
  const event = opening(Buffer.from('/a\0'))
  event.path(1)
  expect(event.isPlain).toBe(true)
  expect(event.path(7)).toBe('')
  expect(event.isPlain).toBe(false)
})

test.each([
  ['/', '/', true],
  ['/a', '/a', true],
  ['/a/', '/a', false],
  ['/a//b', '/a/b', false],
  ['/a/../b', '/b', false],
  ['a', '/data/a', true],
  ['./a', '/data/a', true],
  ['.', '/data', true],
  ['..', '/', true],
  ['.a', '/data/.a', true],
  ['./', '/data', false],
])('%s is %s below /data/', (path, resolved, isPlain) => {
  const event = opening(Buffer.from(`${path}\0`))
  const text = event.path(1)
  expect(event.isPlain).toBe(isPlain)
  expect(resolvePath('/data/', text, event.isPlain)).toBe(resolved)
})
