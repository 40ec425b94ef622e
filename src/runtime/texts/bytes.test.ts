import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesToText, decodeBytes, textToBytes } from './bytes.ts'

test.each([
  ['c3a9', 'é'],
  ['c3', '\udcc3'],
  ['e28241', '\udce2\udc82A'],
  ['c080', '\udcc0\udc80'],
  ['eda080', '\udced\udca0\udc80'],
  ['f09f9880ff', '😀\udcff'],
  ['efbbbf', '\ufeff'],
  ['efbfbd', '\ufffd'],
])('%s', (hex, text) => {
  expect(decodeBytes(Buffer.from(hex, 'hex'))).toBe(text)
})

test('any bytes come back, and are joined to the characters that they are', () => {
  const byte = fc.constantFrom(0x41, 0x80, 0xbf, 0xc3, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0xff)
  fc.assert(
    fc.property(fc.array(byte), (bytes) => {
      const text = decodeBytes(Uint8Array.from(bytes))
      expect([...textToBytes(text)]).toEqual(bytes)
      const single = bytes.map((each) => String.fromCharCode(each < 0x80 ? each : 0xdc00 + each)).join('')
      expect(bytesToText(single)).toBe(text)
    }),
  )
})
