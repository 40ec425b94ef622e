import { describe, expect, test } from 'vitest'
import type { AuditEvent } from '../event/index.ts'
import { MASK } from './mask.ts'
import { APPLIED, COUNT, event, JWT, PODS, redact, SECRETS } from './redaction.fixture.ts'

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
