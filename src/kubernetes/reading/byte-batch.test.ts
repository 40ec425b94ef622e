import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutIntoBatches, documentsOf } from './byte-batch.ts'
import { DocumentSplitter, type TextDocument } from './split.ts'

/** Reads from memory, a number of bytes at a time. */
function reading(bytes: Uint8Array, most: number): (buffer: Buffer, offset: number) => number {
  let at = 0
  return (buffer, offset) => {
    const length = Math.min(most, bytes.length - at, buffer.length - offset)
    buffer.set(bytes.subarray(at, at + length), offset)
    at += length
    return length
  }
}

function inBatches(text: string, most: number, batchBytes: number) {
  const batches = cutIntoBatches(reading(Buffer.from(text), most), batchBytes)
  const documents: TextDocument[] = []
  let count = 0
  for (let next = batches.next(); ; next = batches.next()) {
    if (next.done === true) return { documents, count, uncut: next.value }
    documents.push(...documentsOf(next.value))
    count++
    // As if it had been transferred.
    next.value.bytes.fill(0)
  }
}

function atOnce(text: string): TextDocument[] {
  const splitter = new DocumentSplitter()
  return [...splitter.push(text), ...splitter.end()]
}

test('the documents of the batches are those of the stream', () => {
  const line = fc.constantFrom(
    'a: 1\n',
    '  b: 한국어\n',
    '  # comment\n',
    '  %x\n',
    '---\n',
    '--- # x\n',
    '---\r\n',
    '----\n',
    '  ---\n',
    '# comment\n',
    '\n',
    '\r\n',
    '%YAML 1.2\n',
    '---',
  )
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 30 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 4, max: 40 }),
      (lines, most, batchBytes) => {
        const text = `a: 1\n${lines.join('')}`
        const { documents, uncut } = inBatches(text, most, batchBytes)
        expect(uncut).toBeUndefined()
        const filled = (all: readonly TextDocument[]) => all.filter(({ text }) => text.trim() !== '')
        expect(filled(documents)).toEqual(filled(atOnce(text)))
      },
    ),
    { numRuns: 1000 },
  )
})

test('cuts where it can', () => {
  const { count } = inBatches('a:\n  b: 1\n---\n'.repeat(100), 1000, 90)
  expect(count).toBeGreaterThan(12)
})

test.each([
  ['JSON', Buffer.from('{"a": 1}\n{"b": 2}\n')],
  ['UTF-16', Buffer.from('\uFEFFa: 1\n---\nb: 2\n', 'utf16le')],
])('%s is handed back uncut', (_, bytes) => {
  const first = cutIntoBatches(reading(bytes, 1000)).next()
  expect(first.done).toBe(true)
  expect(first.value).toEqual({ bytes })
})
