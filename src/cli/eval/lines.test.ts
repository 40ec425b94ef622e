import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Line, readLines } from './lines.ts'

async function linesOf(chunks: readonly Uint8Array[], limit?: number): Promise<Line[]> {
  const lines: Line[] = []
  const input = (async function* () {
    yield* chunks
  })()
  for await (const batch of readLines(input, limit)) lines.push(...batch)
  return lines
}

test('the last line may lack its end', async () => {
  expect(await linesOf([Buffer.from('a\nb')])).toEqual(['a', 'b'])
  expect(await linesOf([Buffer.from('a\n\nb\n')])).toEqual(['a', '', 'b'])
  expect(await linesOf([])).toEqual([])
})

test('a line over the limit is undefined, the ones around it are whole', async () => {
  const chunks = [Buffer.from('ab\nxx'), Buffer.from('xxxx'), Buffer.from('xx\ncd\n')]
  expect(await linesOf(chunks, 4)).toEqual(['ab', undefined, 'cd'])
})

test('however the bytes are cut, the lines are the same', async () => {
  const text = fc
    .array(fc.constantFrom('a', '한', '🙂', '\n', '\r\n'), { maxLength: 30 })
    .map((parts) => parts.join(''))
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (whole, size) => {
      const bytes = Buffer.from(whole)
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      )
      const expected = whole === '' ? [] : whole.replace(/\n$/, '').split('\n')
      expect(await linesOf(chunks)).toEqual(expected)
    }),
  )
})

test('a long line costs no more than its length', async () => {
  const chunk = Buffer.alloc(64 * 1024, 'x')
  const chunks = [...Array<Buffer>(600).fill(chunk), Buffer.from('\nend\n')]
  const [long, end] = await linesOf(chunks)
  expect(long).toHaveLength(600 * 64 * 1024)
  expect(end).toBe('end')
})
