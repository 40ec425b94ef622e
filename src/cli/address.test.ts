import { expect, test } from 'vitest'
import { addressIn } from './address.ts'

test.each([
  ['127.0.0.1:8443', { host: '127.0.0.1', port: 8443 }],
  ['gate.example.com:0', { host: 'gate.example.com', port: 0 }],
  ['[::1]:65535', { host: '::1', port: 65_535 }],
  [':8443', { host: '', port: 8443 }],
  ['127.0.0.1', undefined],
  ['127.0.0.1:', undefined],
  ['127.0.0.1:65536', undefined],
  ['127.0.0.1:123456', undefined],
  ['::1:8443', undefined],
  ['a:b:1', undefined],
  ['', undefined],
])('%j', (text, expected) => {
  expect(addressIn(text)).toEqual(expected)
})
