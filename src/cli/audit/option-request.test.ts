import { describe, expect, test } from 'vitest'
import { UsageError } from '../exit.ts'
import { requestOfOptions } from './option-request.ts'

describe('the groups that the API server adds', () => {
  test.each([
    ['jane', ['system:authenticated']],
    ['', ['system:authenticated']],
    ['system:anonymous', ['system:unauthenticated']],
    ['system:node:a', ['system:nodes', 'system:authenticated']],
    [
      'system:serviceaccount:shop:default',
      ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'],
    ],
  ])('%j', (user, groups) => {
    expect(requestOfOptions({ user, resource: 'pods' }).user).toEqual({ name: user, groups })
  })

  test('come after those given, each once', () => {
    const { user } = requestOfOptions({
      user: 'jane',
      group: ['dev', 'system:authenticated'],
      resource: 'pods',
    })
    expect(user?.groups).toEqual(['dev', 'system:authenticated'])
  })
})

describe('the resource', () => {
  test.each([
    [{ resource: 'pods/exec' }, ['', 'pods', 'exec']],
    [{ resource: 'deployments/scale' }, ['apps', 'deployments', 'scale']],
    [{ resource: 'events' }, ['', 'events', '']],
    [{ resource: 'ingresses' }, ['networking.k8s.io', 'ingresses', '']],
    [{ resource: 'widgets' }, ['', 'widgets', '']],
    [{ resource: 'events', apiGroup: 'events.k8s.io' }, ['events.k8s.io', 'events', '']],
  ])('%j', (options, expected) => {
    const { apiGroup, resource, subresource, resourceRequest } = requestOfOptions(options)
    expect([apiGroup, resource, subresource]).toEqual(expected)
    expect(resourceRequest).toBe(true)
  })

  test('or a path', () => {
    expect(requestOfOptions({ path: '/healthz' })).toMatchObject({
      verb: 'get',
      path: '/healthz',
      resourceRequest: false,
    })
  })
})

describe('--request', () => {
  test('as haetae eval takes it', () => {
    const request = requestOfOptions({ request: '{"verb":"get","resource":"pods","user":null}' })
    expect(request).toMatchObject({ verb: 'get', resource: 'pods', resourceRequest: true })
    expect(request.user).toBeUndefined()
  })

  test('as a line of an audit log', () => {
    const event = {
      ...{ kind: 'Event', apiVersion: 'audit.k8s.io/v1', auditID: 'a', verb: 'get' },
      ...{ requestURI: '/version?timeout=32s', user: { username: 'jane' } },
    }
    expect(requestOfOptions({ request: JSON.stringify(event) })).toMatchObject({
      user: { name: 'jane', groups: [] },
      path: '/version',
    })
  })
})

test.each([
  [{}, 'ERR_USAGE'],
  [{ resource: 'pods', path: '/' }, 'ERR_USAGE'],
  [{ request: '{' }, 'ERR_JSON_SYNTAX'],
  [{ request: '{"verbs":[]}' }, 'ERR_REQUEST_SHAPE'],
  [{ request: '{"auditID":"a","apiVersion":"audit.k8s.io/v9"}' }, 'ERR_NOT_AN_EVENT'],
])('%j: %s', (options, code) => {
  expect(() => requestOfOptions(options)).toThrow(expect.objectContaining({ code }))
  expect(() => requestOfOptions(options)).toThrow(UsageError)
})
