import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { authenticatorCases, NOTHING, withToken } from '../authenticator.fixture.ts'
import type { Presented } from '../authenticator.ts'
import { AuthenticationSetupError } from '../setup-error.ts'
import { bearerAuthenticator, bearerTokenOf, protocolsWithoutToken } from './bearer-token.ts'
import { readCsv } from './csv.ts'
import { parseStaticTokens, staticTokenAuthenticator } from './static-tokens.ts'

const FILE = `t0ken,jane,42,"shop,ops"
bare,joe,43
"quo""ted",jim,44,one
`

describe('staticTokenAuthenticator', () => {
  authenticatorCases(
    {
      good: ['with groups', 'without', 'in quotes'],
      bad: [],
      foreign: ['another token', 'another scheme', 'half of it'],
    },
    async () => {
      const tokens = parseStaticTokens(FILE, 'tokens.csv')
      return {
        authenticator: bearerAuthenticator(staticTokenAuthenticator({ value: () => tokens })),
        good: {
          'with groups': [withToken('t0ken'), { name: 'jane', uid: '42', groups: ['shop', 'ops'] }],
          without: [withToken('bare'), { name: 'joe', uid: '43', groups: [] }],
          'in quotes': [withToken('quo"ted'), { name: 'jim', uid: '44', groups: ['one'] }],
        },
        bad: {},
        foreign: {
          'another token': withToken('other'),
          'another scheme': { ...NOTHING, headers: { authorization: 'Basic t0ken' } },
          'half of it': withToken('t0k'),
        },
      }
    },
  )

  test.each([
    ['a,b\n', 1],
    ['a,b,c\n\n,b,c\n', 3],
    ['a,b,c\na,"b\nc,d', 2],
    ['a,b"c,d', 1],
    ['a,"b"c,d', 1],
  ])('refuses %j, with the line', (text, line) => {
    const error = (() => {
      try {
        return parseStaticTokens(text, 'tokens.csv')
      } catch (reason) {
        return reason
      }
    })()
    expect(error).toBeInstanceOf(AuthenticationSetupError)
    expect(error).toMatchObject({ detail: { data: { path: 'tokens.csv', line } } })
  })
})

test('readCsv reads what was written, whatever it is', () => {
  const field = fc.string().map((text) => text.replaceAll('\r', ''))
  const record = fc.array(field, { minLength: 2, maxLength: 5 })
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
      const text = records.map((fields) => fields.map(quote).join(',')).join('\r\n')
      expect(readCsv(text).map(({ fields }) => fields)).toEqual(records)
    }),
  )
})

describe('bearerTokenOf', () => {
  const websocket = (protocols: string): Presented => ({
    ...NOTHING,
    headers: { upgrade: 'websocket', 'sec-websocket-protocol': protocols },
  })
  const carrier = `base64url.bearer.authorization.k8s.io.${Buffer.from('t0ken').toString('base64url')}`
  test.each<[string, Presented, unknown]>([
    [
      'any case of the scheme',
      { ...NOTHING, headers: { authorization: '  bEARER t0ken' } },
      { token: 't0ken' },
    ],
    ['what follows is ignored', withToken('t0ken more'), { token: 't0ken' }],
    ['no token', { ...NOTHING, headers: { authorization: 'Bearer' } }, {}],
    ['an empty one', { ...NOTHING, headers: { authorization: 'Bearer  x' } }, {}],
    ['of a WebSocket', websocket(`v4.channel.k8s.io, ${carrier}`), { token: 't0ken' }],
    ['no protocol beside it', websocket(carrier), {}],
    ['two of them', websocket(`v4, ${carrier}, ${carrier}`), {}],
    ['not base64', websocket('v4, base64url.bearer.authorization.k8s.io.*'), {}],
    ['no upgrade', { ...NOTHING, headers: { 'sec-websocket-protocol': `v4, ${carrier}` } }, {}],
  ])('%s', (_, presented, expected) => {
    expect(bearerTokenOf(presented)).toEqual(expected)
  })

  test('a token does not go further', () => {
    expect(protocolsWithoutToken(`v5.channel.k8s.io, ${carrier},v4`)).toBe('v5.channel.k8s.io, v4')
  })
})
