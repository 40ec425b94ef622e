import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mentioningTexts } from './mentions.ts'
import { StreamSplitter } from './split-stream.ts'

const WORD = 'Namespace'
const line = fc.constantFrom(
  'a: b',
  'kind: Namespace',
  '# podNamespace',
  '---',
  '--- # next',
  '----',
  '---x',
  '  ---',
  '',
  '%YAML 1.2',
  '{',
  '한글: Namespace',
)

function chunksOf(text: string, size: number): Buffer[] {
  const bytes = Buffer.from(text)
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size))
  return chunks
}

test('gives the documents that dividing the whole stream gives, where it gives any', () => {
  let given = 0
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), fc.integer({ min: 8, max: 400 }), (lines, size) => {
      const text = lines.join('\n')
      const found = mentioningTexts(chunksOf(text, size), WORD)
      if (found === undefined) return
      given += found.length
      const splitter = new StreamSplitter()
      const all = [...splitter.push(text), ...splitter.end()]
      expect(found.map((each) => each.text)).toEqual(
        all.map((each) => each.text).filter((each) => each.includes(WORD)),
      )
    }),
    { numRuns: 3000, seed: 7 },
  )
  expect(given).toBeGreaterThan(100)
})

test.each([
  ['at the end of the stream', 'a: b\n---\nkind: Namespace\n', 1000],
  ['in JSON', '{"kind": "Namespace"}\n---\n', 1000],
  ['cut by the end of a chunk', 'a: b\n---\nkind: Namespace\n---\nc: d\n', 20],
])('leaves a word to be found by reading it all: %s', (_, text, size) => {
  expect(mentioningTexts(chunksOf(text, size), WORD)).toBeUndefined()
})

test('nothing is read where the word is not', () => {
  expect(mentioningTexts(chunksOf('{"kind": "Pod"}', 10), WORD)).toEqual([])
})
