import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identityHeaders } from './identity.ts'
import { forwardedHeaders } from './request-headers.ts'

const FORGED = [
  'Authorization',
  'Impersonate-User',
  'impersonate-group',
  'IMPERSONATE-UID',
  'Impersonate-Extra-scopes',
  'X-Remote-User',
  'X-Remote-Group',
  'X-Remote-Extra-scopes',
  'Impersonate_User',
  'X_Remote_User',
  'Audit-ID',
  'Proxy-Authorization',
]
const OF_THE_CONNECTION = [
  'Connection',
  'Keep-Alive',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
  'Host',
  'Expect',
]

describe('forwardedHeaders', () => {
  test.each([...FORGED, ...OF_THE_CONNECTION])('leaves out %s', (name) => {
    expect(forwardedHeaders([name, 'x', 'Accept', '*/*'], '192.0.2.1')).toEqual([
      'accept',
      '*/*',
      'x-forwarded-for',
      '192.0.2.1',
    ])
  })

  test('leaves out what Connection names', () => {
    const raw = ['Connection', 'close, X-Private', 'X-Private', '1', 'X-Other', '2']
    expect(forwardedHeaders(raw, 'a')).toEqual(['x-other', '2', 'x-forwarded-for', 'a'])
  })

  test.each(['Content-Type', 'Content-Encoding'])('keeps %s, whatever Connection names', (name) => {
    const raw = ['Connection', `close, ${name}, X-Forwarded-For`, name, 'x']
    expect(forwardedHeaders(raw, 'a')).toEqual([name.toLowerCase(), 'x', 'x-forwarded-for', 'a'])
  })

  test('takes tokens out of the subprotocols of a WebSocket', () => {
    const raw = [
      'Sec-WebSocket-Protocol',
      'base64url.bearer.authorization.k8s.io.c2VjcmV0, v4.channel.k8s.io',
    ]
    expect(forwardedHeaders(raw, 'a')).toEqual([
      'sec-websocket-protocol',
      'v4.channel.k8s.io',
      'x-forwarded-for',
      'a',
    ])
  })

  test('adds the address to what was forwarded before', () => {
    expect(forwardedHeaders(['X-Forwarded-For', '198.51.100.1'], '192.0.2.1')).toEqual([
      'x-forwarded-for',
      '198.51.100.1, 192.0.2.1',
    ])
  })

  test('no spelling of a name lets an identity through', () => {
    const name = fc
      .constantFrom(...FORGED)
      .chain((each) =>
        fc
          .array(fc.boolean(), { minLength: each.length, maxLength: each.length })
          .map((upper) =>
            [...each]
              .map((letter, index) => (upper[index] ? letter.toUpperCase() : letter.toLowerCase()))
              .join(''),
          ),
      )
    fc.assert(
      fc.property(name, (each) => {
        expect(forwardedHeaders([each, 'system:masters'], 'a')).toEqual(['x-forwarded-for', 'a'])
      }),
    )
  })
})

describe('identityHeaders', () => {
  test('names the user in full', () => {
    const user = {
      name: '홍길동',
      groups: ['개발', 'system:authenticated'],
      uid: '7',
      extra: { 'a/B %': ['x', 'y'] },
    }
    const decoded = identityHeaders(user).map((text) => Buffer.from(text, 'latin1').toString('utf8'))
    expect(decoded).toEqual([
      ...['impersonate-user', '홍길동'],
      ...['impersonate-group', '개발', 'impersonate-group', 'system:authenticated'],
      ...['impersonate-uid', '7'],
      ...['impersonate-extra-a%2f%42%20%25', 'x', 'impersonate-extra-a%2f%42%20%25', 'y'],
    ])
  })

  test.each(['', 'a\r\nImpersonate-Group: system:masters', ' jane', 'a\0b'])(
    'refuses the name %j',
    (name) => {
      expect(() => identityHeaders({ name, groups: [] })).toThrow(
        expect.objectContaining({ code: 'ERR_IDENTITY' }),
      )
    },
  )
})
