import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DocumentSplitter, type TextDocument } from './split.ts'

function split(chunks: readonly string[], limit?: number): TextDocument[] {
  const splitter = new DocumentSplitter(limit)
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()]
}

describe('DocumentSplitter', () => {
  test('documents and the lines on which they begin', () => {
    expect(split(['a: 1\n---\nb: 2\n--- # two\nc: 3'])).toEqual([
      { text: 'a: 1\n', line: 1, oversized: false },
      { text: '---\nb: 2\n', line: 2, oversized: false },
      { text: '--- # two\nc: 3', line: 4, oversized: false },
    ])
  })

  test('dashes that are no marker', () => {
    expect(split(['a: |\n  ---\n  x\n----\n---x\n'])).toHaveLength(1)
  })

  test('directives belong to the document after the marker', () => {
    expect(split(['%YAML 1.1\n---\na: 1\n']).map((each) => each.text)).toEqual(['%YAML 1.1\n---\na: 1\n'])
    expect(split(['# x\n%TAG ! tag:x,\n---\na: 1\n---\nb: 1\n'])).toHaveLength(2)
  })

  test('an oversized document is named once and left out; the ones around it are whole', () => {
    const documents = split(['a: 1\n---\n', ...Array<string>(40).fill('b: 2\n'), '---\nc: 3\n'], 100)
    expect(documents.map((each) => [each.text, each.oversized])).toEqual([
      ['a: 1\n', false],
      ['', true],
      ['---\nc: 3\n', false],
    ])
    expect(documents[2]?.line).toBe(43)
  })

  test('however the stream is cut, the documents are the same', () => {
    const line = fc.constantFrom(
      'a: 1\n',
      '---\n',
      '--- # x\n',
      '----\n',
      '  ---\n',
      '\r\n',
      '---\r\n',
      '%YAML 1.2\n',
      '---',
    )
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.array(fc.nat(40), { maxLength: 6 }),
        (lines, cuts) => {
          const text = lines.join('')
          const points = [...new Set(cuts.filter((cut) => cut < text.length))].sort((a, b) => a - b)
          const chunks = [...points, text.length].map((end, index) => text.slice(points[index - 1] ?? 0, end))
          expect(split(chunks)).toEqual(split([text]))
        },
      ),
    )
  })
})
