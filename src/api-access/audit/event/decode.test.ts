import { describe, expect, test } from 'vitest'
import { createRenderer, LANGUAGES } from '../../../messages/index.ts'
import { decodeAuditEvents } from './decode.ts'
import type { AuditEvent } from './event.ts'
import { identityOf, timeOf } from './event.ts'
import { auditEventMessages } from './messages.ts'

const EVENT = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Metadata',
  auditID: '1f2e',
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces/shop/secrets/db',
  verb: 'get',
  user: { username: 'jane', groups: ['dev', 'system:authenticated'], extra: { scopes: ['a'] } },
  sourceIPs: ['10.0.0.1'],
  objectRef: { resource: 'secrets', namespace: 'shop', name: 'db', apiVersion: 'v1' },
  responseStatus: { metadata: {}, code: 200 },
  requestReceivedTimestamp: '2026-01-02T03:04:05.000001Z',
  stageTimestamp: '2026-01-02T03:04:05.000002Z',
  annotations: { 'authorization.k8s.io/decision': 'allow' },
}

function eventsOf(value: unknown): readonly AuditEvent[] {
  return decodeAuditEvents(value).map((decoded) => {
    if ('problem' in decoded) throw new Error(JSON.stringify(decoded.problem))
    return decoded.event
  })
}

function problemOf(value: unknown): unknown {
  const [first] = decodeAuditEvents(value)
  return first !== undefined && 'problem' in first ? first.problem : undefined
}

describe('events', () => {
  test('an event of v1 is taken as it is', () => {
    expect(eventsOf(EVENT)[0]).toBe(EVENT)
  })

  test('items of a list have its version', () => {
    const { kind, apiVersion, ...item } = EVENT
    expect(eventsOf({ kind: 'EventList', apiVersion, metadata: {}, items: [item, item] })).toEqual([
      EVENT,
      EVENT,
    ])
    expect(kind).toBe('Event')
  })

  test('an array of events, as jq -s makes it', () =>
    expect(eventsOf([EVENT, EVENT])).toEqual([EVENT, EVENT]))
  test('an empty list', () =>
    expect(decodeAuditEvents({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: null })).toEqual([]))

  test('null is as good as absent', () => {
    const event = {
      ...EVENT,
      impersonatedUser: null,
      user: { username: 'jane', groups: null },
      requestObject: null,
    }
    expect(eventsOf(event)).toEqual([
      expect.not.objectContaining({ impersonatedUser: null, requestObject: null }),
    ])
    expect(eventsOf(event)[0]?.user).toEqual({ username: 'jane' })
  })

  test('v1beta1 becomes v1', () => {
    const { stageTimestamp, requestReceivedTimestamp, ...old } = EVENT
    const [event] = eventsOf({
      ...old,
      apiVersion: 'audit.k8s.io/v1beta1',
      metadata: { creationTimestamp: '2018-10-25T13:58:49Z' },
      timestamp: '2018-10-25T13:58:48Z',
    })
    expect(event).toEqual({
      ...EVENT,
      stageTimestamp: '2018-10-25T13:58:49Z',
      requestReceivedTimestamp: '2018-10-25T13:58:48Z',
    })
    expect([stageTimestamp, requestReceivedTimestamp]).not.toContain(event?.stageTimestamp)
  })

  test('v1alpha1 had the group before the version', () => {
    const [event] = eventsOf({
      ...EVENT,
      apiVersion: 'audit.k8s.io/v1alpha1',
      objectRef: { resource: 'deployments', name: 'web', apiVersion: 'apps/v1' },
    })
    expect(event?.objectRef).toEqual({
      resource: 'deployments',
      name: 'web',
      apiGroup: 'apps',
      apiVersion: 'v1',
    })
  })

  test('an old event that lost its version', () => {
    const { apiVersion, stageTimestamp, ...rest } = EVENT
    const [event] = eventsOf({ ...rest, metadata: { creationTimestamp: stageTimestamp }, timestamp: 'x' })
    expect(event).toEqual({ ...EVENT, apiVersion })
  })

  test('identity and time', () => {
    const [event] = eventsOf(EVENT)
    expect(event && identityOf(event)).toBe('1f2e/ResponseComplete')
    expect(event && timeOf(event)).toBe(EVENT.stageTimestamp)
    expect(identityOf({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', auditID: 'a' })).toBeUndefined()
  })
})

describe('what is no event is named', () => {
  test.each<[string, unknown, string, object]>([
    ['text', 'hello', 'not-an-event', { found: 'a string' }],
    ['null', null, 'not-an-event', { found: 'null' }],
    ['a core event', { kind: 'Event', apiVersion: 'v1' }, 'not-an-event', { found: 'Event of v1' }],
    ['another kind', { kind: 'Pod', apiVersion: 'v1' }, 'not-an-event', { found: 'Pod of v1' }],
    [
      'another program’s log',
      { level: 'info', msg: 'x' },
      'not-an-event',
      { found: 'an object with level, msg' },
    ],
    ['nested too deep', [[[[[[[EVENT]]]]]]], 'not-an-event', { found: 'too many layers' }],
    [
      'a version to come',
      { ...EVENT, apiVersion: 'audit.k8s.io/v2' },
      'unknown-version',
      { apiVersion: 'audit.k8s.io/v2' },
    ],
    [
      'a list without items',
      { kind: 'EventList', items: 1 },
      'mistyped',
      { field: 'items', expected: 'a list' },
    ],
    ['verb', { ...EVENT, verb: 1 }, 'mistyped', { field: 'verb', expected: 'a string' }],
    ['user', { ...EVENT, user: 'jane' }, 'mistyped', { field: 'user', expected: 'an object' }],
    [
      'groups',
      { ...EVENT, user: { groups: 'dev' } },
      'mistyped',
      { field: 'user.groups', expected: 'a list of strings' },
    ],
    [
      'extra',
      { ...EVENT, user: { extra: { a: 'b' } } },
      'mistyped',
      { field: 'user.extra["a"]', expected: 'a list of strings' },
    ],
    [
      'code',
      { ...EVENT, responseStatus: { code: '200' } },
      'mistyped',
      { field: 'responseStatus.code', expected: 'a whole number' },
    ],
    [
      'name',
      { ...EVENT, objectRef: { name: {} } },
      'mistyped',
      { field: 'objectRef.name', expected: 'a string' },
    ],
    [
      'addresses',
      { ...EVENT, sourceIPs: [1] },
      'mistyped',
      { field: 'sourceIPs', expected: 'a list of strings' },
    ],
    [
      'annotations',
      { ...EVENT, annotations: { a: 1 } },
      'mistyped',
      { field: 'annotations["a"]', expected: 'a string' },
    ],
  ])('%s', (_, value, id, data) => expect(problemOf(value)).toEqual({ id: `audit-event.${id}`, data }))

  test('a body that would overflow the stack', () => {
    const body: unknown = JSON.parse('['.repeat(5000) + ']'.repeat(5000))
    expect(problemOf({ ...EVENT, requestObject: body })).toEqual({
      id: 'audit-event.too-deep',
      data: { field: 'requestObject', limit: 256 },
    })
  })

  test('in both languages', () => {
    const problem = problemOf({ ...EVENT, level: 1 })
    expect(
      LANGUAGES.map((language) => createRenderer([auditEventMessages], language)(problem as never)),
    ).toEqual(['level must be a string', 'level은 문자열이어야 합니다'])
  })
})
