import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AuditEvent } from '../event/index.ts'
import { assignsCredential, holdsCredential, isCredentialName } from './credential.ts'
import { MASK } from './mask.ts'
import { createRedactor, type RedactionOptions } from './redact.ts'

const COUNT = 'haetae.io/redacted'
const redact = createRedactor()

function event(fields: Partial<AuditEvent>): AuditEvent {
  return { kind: 'Event', apiVersion: 'audit.k8s.io/v1', auditID: 'a', stage: 'ResponseComplete', ...fields }
}

const SECRETS = { objectRef: { resource: 'secrets', namespace: 'shop', name: 'db', apiVersion: 'v1' } }
const PODS = { objectRef: { resource: 'pods', namespace: 'shop', name: 'web', apiVersion: 'v1' } }
const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const JWT = 'eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJl'

describe('bodies', () => {
  test.each<[string, Partial<AuditEvent>, unknown, number]>([
    [
      'a Secret',
      SECRETS,
      [
        {
          kind: 'Secret',
          metadata: { name: 'db' },
          type: 'Opaque',
          data: { password: 'aHVudGVyMg==', user: 'YQ==' },
          stringData: { a: 'b' },
        },
        {
          kind: 'Secret',
          metadata: { name: 'db' },
          type: 'Opaque',
          data: { password: MASK, user: MASK },
          stringData: { a: MASK },
        },
      ],
      3,
    ],
    [
      'a Secret in any other object',
      PODS,
      [
        { kind: 'List', items: [{ kind: 'Secret', data: { a: 'b' } }] },
        { kind: 'List', items: [{ kind: 'Secret', data: { a: MASK } }] },
      ],
      1,
    ],
    [
      'items of a SecretList',
      SECRETS,
      [
        { kind: 'SecretList', items: [{ metadata: {}, data: { a: 'b' } }, { data: null }] },
        { kind: 'SecretList', items: [{ metadata: {}, data: { a: MASK } }, { data: null }] },
      ],
      1,
    ],
    [
      'rows of a Table',
      SECRETS,
      [
        { kind: 'Table', rows: [{ cells: ['db'], object: { kind: 'Secret', data: { a: 'b' } } }] },
        { kind: 'Table', rows: [{ cells: ['db'], object: { kind: 'Secret', data: { a: MASK } } }] },
      ],
      1,
    ],
    [
      'a merge patch of a Secret',
      SECRETS,
      [{ data: { a: 'b', gone: null } }, { data: { a: MASK, gone: null } }],
      1,
    ],
    [
      'a JSON patch of a Secret',
      SECRETS,
      [
        [
          { op: 'add', path: '/data/a~1b', value: 'c' },
          { op: 'replace', path: '/data', value: { a: 'b' } },
          { op: 'remove', path: '/data/x' },
        ],
        [
          { op: 'add', path: '/data/a~1b', value: MASK },
          { op: 'replace', path: '/data', value: { a: MASK } },
          { op: 'remove', path: '/data/x' },
        ],
      ],
      2,
    ],
    [
      'a JSON patch of a whole Secret',
      SECRETS,
      [
        [{ op: 'replace', path: '', value: { data: { a: 'b' } } }],
        [{ op: 'replace', path: '', value: { data: { a: MASK } } }],
      ],
      1,
    ],
    ['a patch of a Secret as text', SECRETS, ['data:\n  a: Yg==\n', MASK], 1],
    [
      'what kubectl apply left of a Secret',
      SECRETS,
      [
        {
          kind: 'Secret',
          metadata: { annotations: { [APPLIED]: '{"kind":"Secret","data":{"a":"b"}}\n', note: 'x' } },
        },
        {
          kind: 'Secret',
          metadata: { annotations: { [APPLIED]: `{"kind":"Secret","data":{"a":"${MASK}"}}`, note: 'x' } },
        },
      ],
      1,
    ],
    [
      'what kubectl apply left and cannot be read',
      SECRETS,
      [
        { kind: 'PartialObjectMetadata', metadata: { annotations: { [APPLIED]: '{"kind":"Sec' } } },
        { kind: 'PartialObjectMetadata', metadata: { annotations: { [APPLIED]: MASK } } },
      ],
      1,
    ],
    [
      'a token review',
      {},
      [
        { kind: 'TokenReview', spec: { token: 'abc', audiences: ['x'] }, status: { authenticated: true } },
        { kind: 'TokenReview', spec: { token: MASK, audiences: ['x'] }, status: { authenticated: true } },
      ],
      1,
    ],
    [
      'a token request',
      {},
      [
        {
          kind: 'TokenRequest',
          spec: { expirationSeconds: 3600 },
          status: { token: JWT, expirationTimestamp: '2026' },
        },
        {
          kind: 'TokenRequest',
          spec: { expirationSeconds: 3600 },
          status: { token: MASK, expirationTimestamp: '2026' },
        },
      ],
      1,
    ],
    [
      'a pod’s variables',
      PODS,
      [
        {
          kind: 'Pod',
          spec: {
            containers: [
              {
                env: [
                  { name: 'A', value: 'b' },
                  { name: 'B', value: '' },
                  { name: 'C', valueFrom: { secretKeyRef: { name: 's', key: 'password' } } },
                ],
              },
            ],
          },
        },
        {
          kind: 'Pod',
          spec: {
            containers: [
              {
                env: [
                  { name: 'A', value: MASK },
                  { name: 'B', value: '' },
                  { name: 'C', valueFrom: { secretKeyRef: { name: 's', key: 'password' } } },
                ],
              },
            ],
          },
        },
      ],
      1,
    ],
    [
      'a deployment’s variables, in what kubectl apply left too',
      {},
      [
        {
          kind: 'Deployment',
          metadata: {
            annotations: {
              [APPLIED]:
                '{"kind":"Deployment","spec":{"template":{"spec":{"initContainers":[{"env":[{"name":"A","value":"b"}]}]}}}}',
            },
          },
        },
        {
          kind: 'Deployment',
          metadata: {
            annotations: {
              [APPLIED]: `{"kind":"Deployment","spec":{"template":{"spec":{"initContainers":[{"env":[{"name":"A","value":"${MASK}"}]}]}}}}`,
            },
          },
        },
      ],
      1,
    ],
    [
      'a JSON patch of a variable',
      PODS,
      [
        [
          { op: 'replace', path: '/spec/containers/0/env/1/value', value: 'x' },
          { op: 'add', path: '/spec/containers/0/env/-', value: { name: 'A', value: 'b' } },
        ],
        [
          { op: 'replace', path: '/spec/containers/0/env/1/value', value: MASK },
          { op: 'add', path: '/spec/containers/0/env/-', value: { name: 'A', value: MASK } },
        ],
      ],
      2,
    ],
    [
      'arguments',
      PODS,
      [
        {
          kind: 'Pod',
          spec: {
            containers: [
              {
                command: ['sh', '-c'],
                args: ['--password=x', '--token', 'abc', '--verbose', 'export API_KEY=1'],
              },
            ],
          },
        },
        {
          kind: 'Pod',
          spec: { containers: [{ command: ['sh', '-c'], args: [MASK, '--token', MASK, '--verbose', MASK] }] },
        },
      ],
      3,
    ],
    [
      'a probe’s headers',
      PODS,
      [
        {
          httpGet: {
            httpHeaders: [
              { name: 'Authorization', value: 'Basic YTpi' },
              { name: 'Host', value: 'h' },
            ],
          },
        },
        {
          httpGet: {
            httpHeaders: [
              { name: 'Authorization', value: MASK },
              { name: 'Host', value: 'h' },
            ],
          },
        },
      ],
      1,
    ],
    [
      'entries of a ConfigMap',
      { objectRef: { resource: 'configmaps' } },
      [
        {
          kind: 'ConfigMap',
          data: {
            DB_PASSWORD: 'x',
            'app.properties': 'a=1\ndb.password = y\n',
            'nginx.conf': 'listen 80;',
            url: 'postgres://u:p@db/x',
          },
        },
        {
          kind: 'ConfigMap',
          data: { DB_PASSWORD: MASK, 'app.properties': MASK, 'nginx.conf': 'listen 80;', url: MASK },
        },
      ],
      3,
    ],
    [
      'a patch of a ConfigMap',
      { objectRef: { resource: 'configmaps' } },
      [{ data: { token: 'x', level: 'info' } }, { data: { token: MASK, level: 'info' } }],
      1,
    ],
    [
      'a custom resource',
      {},
      [
        {
          kind: 'Database',
          spec: {
            adminPassword: 'x',
            passwords: ['a', 'b'],
            users: [{ apiKey: 'y' }],
            secretName: 'db',
            tokenTtl: '1h',
          },
        },
        {
          kind: 'Database',
          spec: {
            adminPassword: MASK,
            passwords: [MASK, MASK],
            users: [{ apiKey: MASK }],
            secretName: 'db',
            tokenTtl: '1h',
          },
        },
      ],
      4,
    ],
    [
      'annotations for authorisation',
      PODS,
      [
        {
          metadata: {
            annotations: {
              'example.com/authorization': 'x',
              'example.com/header': 'Bearer abcdefgh',
              'example.com/other': 'y',
            },
          },
        },
        {
          metadata: {
            annotations: {
              'example.com/authorization': MASK,
              'example.com/header': MASK,
              'example.com/other': 'y',
            },
          },
        },
      ],
      2,
    ],
    [
      'whatever has the form of a credential',
      {},
      [
        { spec: { note: `use ${JWT}`, list: ['-----BEGIN RSA PRIVATE KEY-----\nMII'] } },
        { spec: { note: MASK, list: [MASK] } },
      ],
      2,
    ],
  ])('%s', (_, about, bodies, masked) => {
    const [before, after] = bodies as [unknown, unknown]
    for (const field of ['requestObject', 'responseObject'] as const) {
      const given = event({ ...about, [field]: before })
      const text = JSON.stringify(given)
      expect(redact(given)).toEqual(
        event({ ...about, [field]: after, annotations: { [COUNT]: String(masked) } }),
      )
      expect(JSON.stringify(given)).toBe(text)
    }
  })

  test.each<[string, unknown]>([
    [
      'a role',
      { kind: 'Role', rules: [{ resources: ['secrets', 'serviceaccounts/token'], verbs: ['get'] }] },
    ],
    [
      'a pod',
      {
        kind: 'Pod',
        spec: {
          serviceAccountName: 'x',
          automountServiceAccountToken: false,
          imagePullSecrets: [{ name: 'pull' }],
          volumes: [{ secret: { secretName: 'db' } }],
          containers: [{ name: 'web', image: 'nginx', command: ['nginx'], args: ['-g', 'daemon off;'] }],
        },
      },
    ],
    ['a service account', { kind: 'ServiceAccount', secrets: [{ name: 'default-token' }] }],
    [
      'a status',
      {
        kind: 'Status',
        code: 404,
        message: 'secrets "db" not found',
        details: { name: 'db', kind: 'secrets' },
      },
    ],
    ['nothing', null],
  ])('%s is left as it is, and is the same object', (_, body) => {
    const given = event({ ...PODS, requestObject: body, responseObject: body })
    expect(redact(given)).toBe(given)
  })
})

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

describe('credentials', () => {
  test.each([
    'DB_PASSWORD',
    'dbPassword',
    'api-key',
    'apiKey',
    'token',
    'accessToken',
    'client_secret',
    'aws_secret_access_key',
    '.dockerconfigjson',
    'Authorization',
    'ssh-privatekey',
    'GITHUB_TOKEN2',
    'pass',
  ])('%s names one', (name) => expect(isCredentialName(name)).toBe(true))
  test.each([
    'tokenExpirationSeconds',
    'secretName',
    'key',
    'name',
    'passthrough',
    'TOKEN_TTL',
    'PASSWORD_FILE',
    'monkey',
    'imagePullSecrets',
    'compass',
  ])('%s names none', (name) => expect(isCredentialName(name)).toBe(false))
  test.each([
    JWT,
    'AKIAIOSFODNN7EXAMPLE',
    `ghp_${'a'.repeat(36)}`,
    'https://u:p@h/',
    '-----BEGIN PRIVATE KEY-----',
    'Bearer abcdef',
    'Server=x;Password=abcd',
  ])('%s is one', (text) => expect(holdsCredential(text)).toBe(true))
  test.each([
    '',
    'eyJ',
    'https://example.com:443/x@y',
    'bearer of news',
    'eyJhbGciOi and more',
    'task-force-of-some-length-that-is-long'.slice(0, 20),
  ])('%s is none', (text) => expect(holdsCredential(text)).toBe(false))
  test.each(['password=x', 'db_password: "y"', '{"token":"x"}', '--api-key abc', 'A=1\nSECRET=2'])(
    '%s sets one',
    (text) => expect(assignsCredential(text)).toBe(true),
  )
  test.each(['tokenTtl=1h', 'passwordFile: /x', 'no secrets here', 'password='])('%s sets none', (text) =>
    expect(assignsCredential(text)).toBe(false),
  )

  test('no text takes long', () => {
    const start = performance.now()
    for (const piece of ['eyJ', 'eyJ-', '://a:', '-----BEGIN ', 'password ', 'sk-', ';password=', 'Bearer '])
      for (const check of [holdsCredential, assignsCredential]) check(piece.repeat(100_000))
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

describe('no secret survives', () => {
  const secret = fc.stringMatching(/^[a-z0-9]{14}$/).map((text) => `zq${text}`)
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
  const kindless = { objectRef: { resource: 'secrets' } }

  /** Objects with a secret somewhere that it has to be found. */
  const places: readonly ((secret: string, name: string) => Partial<AuditEvent>)[] = [
    (s, n) => ({ requestObject: { kind: 'Secret', data: { [n]: Buffer.from(s).toString('base64') } } }),
    (s, n) => ({ requestObject: { kind: 'Secret', stringData: { [n]: s } } }),
    (s, n) => ({ ...kindless, requestObject: { stringData: { [n]: s } } }),
    (s, n) => ({ ...kindless, requestObject: [{ op: 'add', path: `/stringData/${n}`, value: s }] }),
    (s, n) => ({
      ...kindless,
      responseObject: { kind: 'SecretList', items: [{ data: { [n]: s } }, { data: { [n]: s } }] },
    }),
    (s, n) => ({ requestObject: { kind: 'Pod', spec: { containers: [{ env: [{ name: n, value: s }] }] } } }),
    (s, n) => ({
      requestObject: {
        kind: 'CronJob',
        spec: {
          jobTemplate: {
            spec: { template: { spec: { ephemeralContainers: [{ env: [{ name: n, value: s }] }] } } },
          },
        },
      },
    }),
    (s) => ({ requestURI: `/api/v1/namespaces/a/pods/b/exec?command=sh&command=-c&command=echo+${s}` }),
    (s) => ({ requestURI: `/api/v1/pods?token=${s}` }),
    (s) => ({ responseObject: { kind: 'TokenRequest', status: { token: s } } }),
    (s) => ({ requestObject: { kind: 'TokenReview', spec: { token: s } } }),
    (s) => ({ requestObject: { kind: 'ConfigMap', data: { 'app.ini': `[db]\npassword = ${s}\n` } } }),
    (s) => ({ requestObject: { kind: 'ConfigMap', data: { 'db-password': s } } }),
    (s) => ({ requestObject: { metadata: { annotations: { 'example.com/authorization': s } } } }),
    (s, n) => ({
      requestObject: {
        kind: 'Secret',
        metadata: { annotations: { [APPLIED]: JSON.stringify({ kind: 'Secret', stringData: { [n]: s } }) } },
      },
    }),
    (s, n) => ({
      requestObject: {
        kind: 'Pod',
        metadata: {
          annotations: {
            [APPLIED]: JSON.stringify({
              kind: 'Pod',
              spec: { containers: [{ env: [{ name: n, value: s }] }] },
            }),
          },
        },
      },
    }),
    (s) => ({ requestObject: { spec: { url: `postgres://user:${s}@db:5432/x` } } }),
    (s) => ({ requestObject: { spec: { containers: [{ args: [`--password=${s}`, '--token', s] }] } } }),
    (s) => ({ user: { username: 'a', extra: { token: [s] } } }),
  ]

  /** What may stand around it. */
  const wrappers: readonly ((body: unknown) => unknown)[] = [
    (body) => body,
    (body) => ({ kind: 'List', items: [{ kind: 'Namespace' }, body] }),
    (body) => ({ kind: 'Table', rows: [{ cells: ['x'], object: body }] }),
    (body) => ({ spec: { template: body, more: [{ nested: body }] } }),
  ]

  test('wherever it stands and whatever stands around it', () => {
    fc.assert(
      fc.property(
        secret,
        name,
        fc.nat(places.length - 1),
        fc.nat(wrappers.length - 1),
        (text, key, place, wrapper) => {
          const fields = places[place]?.(text, key) ?? {}
          const wrap = fields.objectRef === undefined ? wrappers[wrapper] : wrappers[0]
          const given = event({
            ...fields,
            ...('requestObject' in fields && { requestObject: wrap?.(fields.requestObject) }),
          })
          const before = JSON.stringify(given)
          const after = JSON.stringify(redact(given))
          expect(before.includes(text) || before.includes(Buffer.from(text).toString('base64'))).toBe(true)
          expect(after).not.toContain(text)
          expect(after).not.toContain(Buffer.from(text).toString('base64'))
          expect(JSON.stringify(given)).toBe(before)
          expect(Number(redact(given).annotations?.[COUNT])).toBeGreaterThan(0)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('any event is taken, and what is left has the same form', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.jsonValue({ maxDepth: 6 }), (request, response) => {
        const given = event({ ...SECRETS, requestObject: request, responseObject: response })
        const after = redact(given)
        expect(shapeOf(after.responseObject)).toEqual(shapeOf(response))
      }),
      { numRuns: 500 },
    )
  })

  function shapeOf(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(shapeOf)
    if (typeof value !== 'object' || value === null) return 'value'
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]))
  }
})
