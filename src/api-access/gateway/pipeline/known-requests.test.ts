import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { requestInfoOf } from '../../request/index.ts'
import { rememberedRequests } from './known-requests.ts'

describe('rememberedRequests', () => {
  test('reads as requestInfoOf does, whatever was read before', () => {
    const remembered = rememberedRequests()
    const method = fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE', 'GET /api', 'TRACE', '')
    const target = fc.constantFrom(
      '/v1/pods',
      ' /v1/pods',
      '/api /v1/pods',
      '/api/v1/pods',
      '/api/v1/pods?watch=1',
      '/api/v1/namespaces/a/pods/b',
      '/api/v1/../pods',
      '//',
      `/${'x'.repeat(600)}`,
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(method, target), { minLength: 1 }), (asked) => {
        for (const [how, what] of asked) expect(remembered(how, what)).toEqual(requestInfoOf(how, what))
      }),
    )
  })

  test('reads what it remembers once, and forgets where there is too much', () => {
    const remembered = rememberedRequests()
    const first = remembered('GET', '/api/v1/pods')
    expect(remembered('GET', '/api/v1/pods')).toBe(first)
    for (let index = 0; index < 1000; index++) remembered('GET', `/api/v1/pods?limit=${index}`)
    expect(remembered('GET', '/api/v1/pods')).not.toBe(first)
  })
})
