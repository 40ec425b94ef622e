import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AnswerError } from '../answer-error.ts'
import { headerBlock, readHeaderBlock } from './header-block.ts'

const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) })
const read = (hex: string) => readHeaderBlock(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

describe('readHeaderBlock', () => {
  test.each([
    // RFC 7541, C.2.1, C.2.2, C.2.3, C.4.1 and the first of C.6 without what is remembered.
    ['400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572', ['custom-key', 'custom-header']],
    ['040c 2f73 616d 706c 652f 7061 7468', [':path', '/sample/path']],
    ['1008 7061 7373 776f 7264 0673 6563 7265 74', ['password', 'secret']],
    [
      '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
      [':method', 'GET', ':scheme', 'http', ':path', '/', ':authority', 'www.example.com'],
    ],
    [
      '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff',
      [':status', '302', 'cache-control', 'private', 'date', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ],
    // How much is to be remembered: nothing.
    ['20 88', [':status', '200']],
    ['', []],
  ])('%s', (hex, headers) => {
    expect(read(hex)).toEqual(headers)
  })

  test('reads what is written', () => {
    fc.assert(
      fc.property(fc.array(latin1, { maxLength: 20 }), fc.string({ maxLength: 300 }), (texts, long) => {
        const headers = [
          ...(texts.length % 2 === 0 ? texts : [...texts, 'x']),
          'long',
          'y'.repeat(long.length),
        ]
        expect(readHeaderBlock(headerBlock(headers))).toEqual(headers)
      }),
    )
  })

  test.each([
    ['a header of a table that there is not', 'be'],
    ['no header', '80'],
    ['a name of a table that there is not', '7f 00 01 61'],
    ['a table to be kept', '3f e1 1f'],
    ['a text that breaks off', '00 05 61'],
    ['a number that breaks off', 'ff'],
    ['a number without end', 'ff ff ff ff ff ff ff ff'],
    ['a code that ends amid a letter', '00 81 00 00'],
    ['padding that is too long', '00 82 1f ff 00'],
    ['the end of all codes', '00 84 ff ff ff ff 00'],
    ['too many', '88'.repeat(300)],
  ])('refuses %s', (_, hex) => {
    expect(() => read(hex)).toThrow(AnswerError)
  })

  test('whatever comes is read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(readHeaderBlock(Buffer.from(bytes)).length % 2).toBe(0)
        } catch (error) {
          expect(error).toBeInstanceOf(AnswerError)
        }
      }),
    )
  })
})
