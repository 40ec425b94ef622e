import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { displayWidth } from '../../messages/index.ts'
import { columnWidths, rowLines, wrap } from './columns.ts'

describe('wrap', () => {
  it('breaks at blanks, and inside a word only where it must', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrap('a persistentvolumeclaim b', 8)).toEqual(['a', 'persiste', 'ntvolume', 'claim b'])
  })

  it('counts a Hangul syllable as two columns', () => {
    expect(wrap('이미지가 정합니다', 8)).toEqual(['이미지가', '정합니다'])
    expect(wrap('가나다라', 5)).toEqual(['가나', '다라'])
  })

  it('keeps every line within the width and every character', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '-', ' ', '가', '힣'), maxLength: 60 })
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 20 }), (line, width) => {
        const lines = wrap(line, width)
        for (const part of lines) expect(displayWidth(part)).toBeLessThanOrEqual(width)
        expect(lines.join('').replaceAll(' ', '')).toBe(line.replaceAll(' ', ''))
      }),
    )
  })
})

describe('rows', () => {
  it('align wide and narrow text alike', () => {
    const widths = [6, 10, 4]
    const lines = [
      ...rowLines([{ text: '설정' }, { text: '값' }, { text: '출처' }], widths),
      ...rowLines([{ text: 'user' }, { text: '이미지가 정함' }, { text: 'x' }], widths),
    ]
    expect(lines).toEqual(['설정    값          출처', 'user    이미지가    x', '        정함'])
  })

  it('paint after padding, so that colours take no room', () => {
    const red = (text: string) => `<${text}>`
    expect(rowLines([{ text: 'a', paint: red }, { text: 'b' }], [3, 1])).toEqual(['<a>    b'])
  })

  it('give the middle column what the others leave', () => {
    const rows = [[{ text: 'setting' }, { text: 'value' }, { text: 'pod.yaml:1' }]]
    expect(columnWidths(rows, 60)).toEqual([7, 39, 10])
  })
})
