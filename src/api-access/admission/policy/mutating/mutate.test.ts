import { describe, expect, test } from 'vitest'
import { fixedObjects, type KubernetesObject } from '../../../../kubernetes/index.ts'
import { namespaceOf, podOf, requestFor } from '../../request.fixture.ts'
import type { AdmissionRequest, StageOutcome } from '../../stage.ts'
import { mutatingBinding, mutatingPolicy } from '../policy.fixture.ts'
import { mutateByPolicies } from './mutate.ts'
import { compileMutatingPolicies } from './mutating-policy.ts'
import { Reinvocation } from './reinvocation.ts'

const ask = () => ({ allowed: false, reason: '' })

function mutate(
  policies: readonly KubernetesObject[],
  request: AdmissionRequest = requestFor(podOf()),
  reinvocation = new Reinvocation(),
): StageOutcome {
  const bindings = policies.map(({ metadata }) => mutatingBinding(metadata?.name ?? ''))
  const surroundings = { objects: fixedObjects([]), namespace: namespaceOf('shop') }
  return mutateByPolicies(
    compileMutatingPolicies(policies, bindings),
    request,
    surroundings,
    ask,
    reinvocation,
  )
}

const specAfter = (...expressions: string[]) => mutate([mutatingPolicy('p', expressions)]).object?.['spec']
const errorOf = (expression: string, more: Readonly<Record<string, unknown>> = {}) =>
  mutate([mutatingPolicy('p', [expression], { ...more })]).refusal?.message

describe('ApplyConfiguration', () => {
  test('lists are merged by their keys, new items go to the end', () => {
    expect(
      specAfter(
        "Object{spec: Object.spec{containers: [Object.spec.containers{name: 'web', imagePullPolicy: 'Always'}, Object.spec.containers{name: 'mesh', image: 'mesh:1'}]}}",
      ),
    ).toEqual({
      containers: [
        { name: 'web', image: 'web:1', imagePullPolicy: 'Always' },
        { name: 'mesh', image: 'mesh:1' },
      ],
    })
  })

  test('within items too, with the keys that an item lacks by default', () => {
    const container = (ports: string) =>
      `Object{spec: Object.spec{containers: [Object.spec.containers{name: 'web', ports: [Object.spec.containers.ports{${ports}}]}]}}`
    expect(
      specAfter(
        container("containerPort: 80, name: 'a'"),
        container("containerPort: 80, protocol: 'TCP', hostPort: 1"),
        container("containerPort: 80, protocol: 'UDP'"),
      ),
    ).toMatchObject({
      containers: [
        {
          ports: [
            { containerPort: 80, name: 'a', hostPort: 1 },
            { containerPort: 80, protocol: 'UDP' },
          ],
        },
      ],
    })
  })

  test('maps and sets are merged, scalars replaced', () => {
    const { object } = mutate(
      [
        mutatingPolicy('p', [
          "Object{metadata: Object.metadata{labels: {'b': 'x'}, finalizers: ['f', 'g']}}",
        ]),
      ],
      requestFor(podOf({}, { labels: { a: '1', b: '2' }, finalizers: ['f'] })),
    )
    expect(object?.metadata).toMatchObject({ labels: { a: '1', b: 'x' }, finalizers: ['f', 'g'] })
  })

  test('values of the object at hand, and absent ones', () => {
    expect(
      specAfter(
        'Object{spec: Object.spec{?hostname: optional.of(object.metadata.name), ?nodeName: object.spec.?nodeName, priority: int(object.spec.?priority.orValue(5))}}',
      ),
    ).toMatchObject({ hostname: 'web', priority: 5 })
  })

  test.each([
    [
      'what is replaced as a whole',
      "Object{spec: Object.spec{tolerations: [Object.spec.tolerations{key: 'x'}]}}",
      'error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.tolerations',
    ],
    [
      'a name that is not its path',
      "Object{spec: Object.wrong{hostname: 'x'}}",
      'type mismatch: unexpected type name "Object.wrong", expected "Object.spec", which matches field name path from root Object type',
    ],
    ['no Object', "{'a': 1}", 'must evaluate to Object but got map(string, int)'],
    [
      'an error',
      'Object{spec: Object.spec{hostname: object.spec.x}}',
      "expression 'Object{spec: Object.spec{hostname: object.spec.x}}' resulted in error: no such key: x",
    ],
    [
      'an unknown type',
      'Objekt{}',
      expect.stringContaining(
        "compilation failed: ERROR: <input>:1:7: undeclared reference to 'Objekt' (in container '')",
      ),
    ],
  ])('refuses %s', (_, expression, message) => {
    const start = "policy 'p' with binding 'p-binding' denied request: "
    const text = errorOf(expression) ?? ''
    expect([text.slice(0, start.length), text.slice(start.length)]).toEqual([start, message])
    expect(errorOf(expression, { failurePolicy: 'Ignore' })).toBeUndefined()
  })
})

describe('JSONPatch', () => {
  test('operations in order, with keys escaped', () => {
    const { object } = mutate([
      mutatingPolicy('p', [
        "[JSONPatch{op: 'add', path: '/metadata/annotations', value: {}}, JSONPatch{op: 'add', path: '/metadata/annotations/' + jsonpatch.escapeKey('example.com/a~b'), value: 'x'}, JSONPatch{op: 'copy', from: '/metadata/name', path: '/spec/hostname'}]",
      ]),
    ])
    expect(object).toMatchObject({
      metadata: { annotations: { 'example.com/a~b': 'x' } },
      spec: { hostname: 'web' },
    })
  })

  test('an Object as a value, named by where it belongs', () => {
    const value =
      "Object.spec.containers{name: 'b', env: [Object.spec.containers.env{name: 'E', value: 'v'}]}"
    expect(specAfter(`[JSONPatch{op: 'add', path: '/spec/containers/-', value: ${value}}]`)).toMatchObject({
      containers: [{ name: 'web' }, { name: 'b', env: [{ name: 'E', value: 'v' }] }],
    })
    const wrong = value.replace('Object.spec.containers.env', 'Object.spec.env')
    expect(errorOf(`[JSONPatch{op: 'add', path: '/spec/containers/-', value: ${wrong}}]`)).toContain(
      'type mismatch',
    )
  })

  test('a test that fails leaves the object as it is; a path that is not there is an error', () => {
    expect(
      mutate([
        mutatingPolicy('p', [
          "[JSONPatch{op: 'test', path: '/spec/containers/0/name', value: 'db'}, JSONPatch{op: 'remove', path: '/spec'}]",
        ]),
      ]),
    ).toEqual({})
    expect(errorOf("[JSONPatch{op: 'remove', path: '/spec/x'}]")).toContain('denied request: JSON Patch: ')
  })
})

describe('parameters', () => {
  const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' }
  const suffix = (name: string, value: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop', labels: { use: 'y' } },
    data: { value },
  })
  const withParams = (paramRef: object, params: readonly KubernetesObject[], more: object = {}) => {
    const policy = mutatingPolicy(
      'p',
      [
        "Object{metadata: Object.metadata{labels: {'seen': object.metadata.?labels.seen.orValue('') + params.data.value}}}",
      ],
      { paramKind, ...more },
    )
    return mutateByPolicies(
      compileMutatingPolicies([policy], [mutatingBinding('p', { paramRef })]),
      requestFor(podOf()),
      { objects: fixedObjects(params), namespace: namespaceOf('shop') },
      ask,
      new Reinvocation(),
    )
  }
  const both = [suffix('one', '1'), suffix('two', '2')]

  test('one by its name; each that is selected, on what the one before left', () => {
    const seen = (paramRef: object) => withParams(paramRef, both).object?.metadata?.labels?.['seen']
    expect(seen({ name: 'two' })).toBe('2')
    expect(['12', '21']).toContain(seen({ selector: { matchLabels: { use: 'y' } } }))
  })

  test('that are not there are as the binding says, and as failurePolicy says', () => {
    const missing = { name: 'three', parameterNotFoundAction: 'Deny' }
    expect(withParams({ ...missing, parameterNotFoundAction: 'Allow' }, both)).toEqual({})
    expect(withParams(missing, both).refusal?.message).toContain(
      'no params found for policy binding with `Deny` parameterNotFoundAction',
    )
    expect(withParams(missing, both, { failurePolicy: 'Ignore' }).refusal).toBeUndefined()
  })
})

describe('several policies', () => {
  const append = (name: string, more: Readonly<Record<string, unknown>> = {}) =>
    mutatingPolicy(
      name,
      [
        `Object{metadata: Object.metadata{labels: {'seen': object.metadata.?labels.seen.orValue('') + '${name}'}}}`,
      ],
      more,
    )

  test('run in the order of their names, each on what the one before left', () => {
    expect(mutate([append('b'), append('a'), append('c')]).object?.metadata?.labels).toEqual({ seen: 'abc' })
  })

  test('one that is reinvoked runs again where another changed the object after it', () => {
    const policies = [append('a', { reinvocationPolicy: 'IfNeeded' }), append('b')]
    const reinvocation = new Reinvocation()
    const first = mutate(policies, requestFor(podOf()), reinvocation)
    expect(reinvocation.isNeeded).toBe(true)
    const second = mutate(policies, requestFor(first.object ?? podOf()), reinvocation)
    expect(second.object?.metadata?.labels).toEqual({ seen: 'aba' })
  })

  test('nobody runs again where nothing changed in between', () => {
    const reinvocation = new Reinvocation()
    const policies = [append('a', { reinvocationPolicy: 'IfNeeded' })]
    const first = mutate(policies, requestFor(podOf()), reinvocation)
    expect(reinvocation.isNeeded).toBe(false)
    expect(mutate(policies, requestFor(first.object ?? podOf()), reinvocation)).toEqual({})
  })
})

test('a deletion has nothing to mutate', () => {
  const request = requestFor(podOf(), { operation: 'DELETE' })
  expect(mutate([mutatingPolicy('p', ['Object{}'])], request)).toEqual({})
})
