import { describe, expect, test } from 'vitest'
import type { AuditEvent } from '../event/index.ts'
import { MASK } from './mask.ts'
import { createRedactor, type RedactionOptions } from './redact.ts'
import { COUNT, event, JWT, PODS, redact, SECRETS } from './redaction.fixture.ts'

describe('beside the bodies', () => {
  test.each<[string, string, string]>([
    [
      'exec',
      '/api/v1/namespaces/a/pods/b/exec?command=sh&command=-c&command=mysql+-phunter2&container=c&stdin=true',
      `/api/v1/namespaces/a/pods/b/exec?command=${MASK}&command=${MASK}&command=${MASK}&container=c&stdin=true`,
    ],
    [
      'attach',
      '/api/v1/namespaces/a/pods/b/attach?command=x',
      `/api/v1/namespaces/a/pods/b/attach?command=${MASK}`,
    ],
    ['a command that is none', '/api/v1/namespaces/a/pods?command=x', '/api/v1/namespaces/a/pods?command=x'],
    ['a token', '/api?access_token=abc&watch=1', `/api?access_token=${MASK}&watch=1`],
    ['a name that is encoded', '/api?%61pi%5Fkey=abc', `/api?%61pi%5Fkey=${MASK}`],
    ['a signature', '/x?X-Amz-Signature=abc', `/x?X-Amz-Signature=${MASK}`],
    ['a value with the form of a credential', `/x?a=${JWT}`, `/x?a=${MASK}`],
    [
      'behind a proxy',
      `/api/v1/namespaces/a/services/b/proxy/login/${JWT}`,
      `/api/v1/namespaces/a/services/b/proxy/${MASK}`,
    ],
    [
      'a list',
      '/api/v1/pods?limit=500&continue=eyJ2IjoibWV0YSJ9&labelSelector=a%3Db',
      '/api/v1/pods?limit=500&continue=eyJ2IjoibWV0YSJ9&labelSelector=a%3Db',
    ],
    ['what is wrongly encoded', '/x?a=%zz&token=%zz', `/x?a=%zz&token=${MASK}`],
  ])('%s', (_, uri, expected) => expect(redact(event({ requestURI: uri })).requestURI).toBe(expected))

  test('annotations of the event, what its user brought along, its status', () => {
    const given = event({
      annotations: {
        'example.com/token': 'x',
        'authorization.k8s.io/decision': 'allow',
        'authorization.k8s.io/reason': '',
      },
      user: {
        username: 'jane',
        extra: { 'example.com/token': ['x'], 'authentication.kubernetes.io/credential-id': ['JTI=1'] },
      },
      responseStatus: { code: 500, message: `bad ${JWT}` },
    })
    expect(redact(given)).toEqual({
      ...given,
      annotations: { ...given.annotations, 'example.com/token': MASK, [COUNT]: '3' },
      user: { username: 'jane', extra: { ...given.user?.extra, 'example.com/token': [MASK] } },
      responseStatus: { code: 500, message: MASK },
    })
  })

  test('a second time changes nothing', () => {
    const once = redact(
      event({ ...SECRETS, requestURI: '/x?token=a', requestObject: { kind: 'Secret', data: { a: 'b' } } }),
    )
    expect(once.annotations).toEqual({ [COUNT]: '2' })
    expect(redact(once)).toBe(once)
    const more = redact({ ...once, responseObject: { kind: 'Secret', data: { a: 'b' } } })
    expect(more.annotations).toEqual({ [COUNT]: '3' })
  })
})

describe('settings', () => {
  function redactWith(options: RedactionOptions, fields: Partial<AuditEvent>): AuditEvent {
    return createRedactor(options)(event(fields))
  }

  const widgets = { objectRef: { apiGroup: 'example.com', resource: 'widgets' } }

  test('mask what a path leads to', () => {
    const mask = [
      { resources: ['example.com/widgets'], paths: ['spec.users.*.hash', '**.pin', 'spec.dotted\\.name'] },
    ]
    const body = {
      spec: {
        users: [{ name: 'a', hash: 'b' }],
        deep: { er: { pin: 1234 } },
        'dotted.name': { x: ['y'] },
        other: 'z',
      },
    }
    expect(redactWith({ mask }, { ...widgets, requestObject: body }).requestObject).toEqual({
      spec: {
        users: [{ name: 'a', hash: MASK }],
        deep: { er: { pin: MASK } },
        'dotted.name': { x: [MASK] },
        other: 'z',
      },
    })
    const elsewhere = event({ ...PODS, requestObject: body })
    expect(createRedactor({ mask })(elsewhere)).toBe(elsewhere)
  })

  test('keep what a path leads to', () => {
    const keep = [
      { resources: ['secrets'], paths: ['data.ca\\.crt', 'metadata.annotations.token'] },
      { resources: ['configmaps'], paths: ['data.token'] },
    ]
    const secret = {
      kind: 'Secret',
      data: { 'ca.crt': 'x', key: 'y' },
      metadata: { annotations: { token: 't' } },
    }
    expect(redactWith({ keep }, { ...SECRETS, requestObject: secret }).requestObject).toEqual({
      ...secret,
      data: { 'ca.crt': 'x', key: MASK },
    })
    const settings = { kind: 'ConfigMap', data: { token: 'x', password: 'y' } }
    expect(
      redactWith({ keep }, { objectRef: { resource: 'configmaps' }, requestObject: settings }).requestObject,
    ).toEqual({
      kind: 'ConfigMap',
      data: { token: 'x', password: MASK },
    })
  })

  test('keep variables and commands; mask further names', () => {
    const requestObject = {
      spec: {
        env: [
          { name: 'LANG', value: 'C' },
          { name: 'A', value: 'b' },
        ],
        license: 'l',
      },
    }
    const options = { keepEnvironment: ['LANG'], keepCommands: true, names: ['license'] }
    const uri = '/api/v1/namespaces/a/pods/b/exec?command=sh'
    expect(redactWith(options, { ...PODS, requestURI: uri, requestObject })).toMatchObject({
      requestURI: uri,
      requestObject: {
        spec: {
          env: [
            { name: 'LANG', value: 'C' },
            { name: 'A', value: MASK },
          ],
          license: MASK,
        },
      },
    })
  })
})
