import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../objects/types.ts'
import { createDecoder, decodeObject } from './decode.ts'
import fields from './fields.json' with { type: 'json' }

const container = (parts: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  spec: { containers: [{ name: 'c', ...parts }] },
})

describe('decodeObject', () => {
  test('returns the very same object where nothing is amiss', () => {
    const object: KubernetesObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 1 } },
        template: {
          metadata: { annotations: { 'example.com/a': 'b' } },
          spec: {
            containers: [
              { name: 'c', image: 'nginx', resources: { limits: { cpu: 1, memory: '64Mi' } }, args: [] },
            ],
            volumes: [{ name: 'v', emptyDir: { sizeLimit: '1.5Gi' } }],
          },
        },
      },
      status: { whatever: true },
    }
    const decoded = decodeObject(object)
    expect(decoded.object).toBe(object)
    expect(decoded.unknown).toEqual([])
    expect(decoded.mistyped).toEqual([])
  })

  test('lists every unknown field with its path, and leaves it out', () => {
    const { object, unknown } = decodeObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', runAsNonRoot: true } as object,
      spec: {
        capabilities: { drop: ['ALL'] },
        containers: [{ name: 'c', securityContext: { Privileged: true } }],
      },
      specs: {},
    })
    expect(unknown).toEqual([
      { path: ['metadata', 'runAsNonRoot'], type: 'ObjectMeta', value: true },
      { path: ['spec', 'capabilities'], type: 'PodSpec', value: { drop: ['ALL'] } },
      {
        path: ['spec', 'containers', 0, 'securityContext', 'Privileged'],
        type: 'SecurityContext',
        value: true,
      },
      { path: ['specs'], type: 'Pod', value: {} },
    ])
    expect(object).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', securityContext: {} }] },
    })
  })

  test('null is the zero value', () => {
    const { object, unknown, mistyped } = decodeObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { creationTimestamp: null, labels: { a: null } } as object,
      spec: { containers: [null], volumes: null, tolerations: [{ key: null }] },
    })
    expect(unknown).toEqual([])
    expect(mistyped).toEqual([])
    expect(object).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { labels: { a: '' } },
      spec: { containers: [{}], tolerations: [{}] },
    })
  })

  test.each([
    ['a number for a string', { image: 1 }, 'image', 'string', 'number'],
    ['a boolean for a string', { image: true }, 'image', 'string', 'bool'],
    ['a string for a boolean', { tty: 'true' }, 'tty', 'bool', 'string'],
    ['an object for a list', { args: { a: 1 } }, 'args', '[]string', 'object'],
    ['a list for an object', { resources: [] }, 'resources', 'ResourceRequirements', 'list'],
    ['a string for an object', { resources: '' }, 'resources', 'ResourceRequirements', 'string'],
    ['a number in a list of strings', { command: ['sleep', 5] }, 'command.1', 'string', 'number'],
    [
      'a string for a number',
      { ports: [{ containerPort: '80' }] },
      'ports.0.containerPort',
      'int32',
      'string',
    ],
    [
      'a fraction for a whole number',
      { ports: [{ containerPort: 80.5 }] },
      'ports.0.containerPort',
      'int32',
      'fraction',
    ],
    [
      'a number too large',
      { ports: [{ containerPort: 2 ** 31 }] },
      'ports.0.containerPort',
      'int32',
      'out-of-range',
    ],
    [
      'a boolean for a quantity',
      { resources: { limits: { cpu: true } } },
      'resources.limits.cpu',
      'quantity',
      'bool',
    ],
    [
      'no quantity',
      { resources: { limits: { cpu: '1 core' } } },
      'resources.limits.cpu',
      'quantity',
      'malformed',
    ],
    [
      'a list for a port',
      { livenessProbe: { httpGet: { port: [] } } },
      'livenessProbe.httpGet.port',
      'int-or-string',
      'list',
    ],
  ])('%s is what the API server refuses', (_, parts, path, expected, given) => {
    const { mistyped } = decodeObject(container(parts))
    expect(mistyped.map((field) => ({ ...field, path: field.path.slice(3).join('.') }))).toEqual([
      { path, expected, given },
    ])
  })

  test('a label must be a string', () => {
    const { object, mistyped } = decodeObject({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { labels: { a: 'x', b: true } } as object,
    })
    expect(mistyped).toEqual([{ path: ['metadata', 'labels', 'b'], expected: 'string', given: 'bool' }])
    expect(object.metadata).toEqual({ labels: { a: 'x' } })
  })

  test('of older versions only metadata and the pod template are judged', () => {
    const { unknown } = decodeObject({
      apiVersion: 'extensions/v1beta1',
      kind: 'Deployment',
      spec: { rollbackTo: { revision: 1 }, template: { spec: { privileged: true } } },
    })
    expect(unknown.map(({ path }) => path.join('.'))).toEqual(['spec.template.spec.privileged'])
    const cronJob = decodeObject({
      apiVersion: 'batch/v1beta1',
      kind: 'CronJob',
      spec: {
        old: 1,
        jobTemplate: { spec: { old: 1, template: { spec: { containers: [{ nmae: 'c' }] } } } },
      },
    })
    expect(cronJob.unknown.map(({ path }) => path.join('.'))).toEqual([
      'spec.jobTemplate.spec.template.spec.containers.0.nmae',
    ])
  })

  test('of kinds the schema does not have, metadata is made safe and nothing is listed', () => {
    const { object, unknown, mistyped } = decodeObject({
      apiVersion: 'example.com/v1',
      kind: 'Deployment',
      metadata: { name: 1, title: 'x' } as object,
      spec: { anything: null },
    })
    expect([unknown, mistyped]).toEqual([[], []])
    expect(object).toEqual({
      apiVersion: 'example.com/v1',
      kind: 'Deployment',
      metadata: {},
      spec: { anything: null },
    })
  })

  test('a label named __proto__ stays a label', () => {
    const metadata = JSON.parse('{"name":null,"labels":{"__proto__":"x"}}')
    const { object } = decodeObject({ apiVersion: 'v1', kind: 'Pod', metadata })
    expect(Object.keys(object.metadata?.labels ?? {})).toEqual(['__proto__'])
  })
})

test('createDecoder takes values that are no objects', () => {
  expect(createDecoder('Pod')(7)).toEqual({
    object: {},
    unknown: [],
    mistyped: [{ path: [], expected: 'Pod', given: 'number' }],
  })
})

/** Objects with known and unknown names and values of every sort. */
const names = fc.constantFrom(
  'spec',
  'metadata',
  'containers',
  'labels',
  'image',
  'resources',
  'limits',
  'foo',
  '',
)
const wild = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(null, true, 1, 1.5, 'x', '1Gi', Number.NaN),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value'), { maxKeys: 4 }),
  ),
})).value

test('whatever is given: a cleaned object is clean', () => {
  const decode = createDecoder<unknown>('Pod')
  fc.assert(
    fc.property(wild, (value) => {
      const once = decode(value)
      const twice = decode(once.object)
      expect(twice.object).toBe(once.object)
      expect([twice.unknown, twice.mistyped]).toEqual([[], []])
    }),
  )
})

test('every type that a field refers to is described', () => {
  const types: Record<string, Record<string, string>> = fields.types
  const scalars = new Set(['any', 'bool', 'int32', 'int64', 'int-or-string', 'quantity', 'string', 'time'])
  const referred = Object.values(types).flatMap((type) =>
    Object.values(type).map((text) => text.replace(/^\[\]|^\{\}/, '')),
  )
  expect(referred.filter((name) => !scalars.has(name) && !(name in types))).toEqual([])
})
