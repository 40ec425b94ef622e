import { expect, test } from 'vitest'
import type { Container } from '../../kernel/container.ts'
import { containerField } from '../../kernel/fields/index.ts'
import { ContainerDirectory } from './directory.ts'
import { SurroundingsOfPods } from './pod-surroundings.ts'

const object = (name: string, labels = {}, owner?: { kind: string; name: string }) => ({
  metadata: {
    name,
    uid: `uid-${name}`,
    labels,
    ...(owner && {
      ownerReferences: [
        { kind: 'Other', name: 'x' },
        { ...owner, controller: true },
      ],
    }),
  },
})

const OBJECTS: Readonly<Record<string, object>> = {
  '/api/v1/namespaces/shop': object('shop', { tier: 'front' }),
  '/api/v1/namespaces/shop/pods/web-1': object(
    'web-1',
    { app: 'web', changed: 'since' },
    { kind: 'ReplicaSet', name: 'web-abc' },
  ),
  '/apis/apps/v1/namespaces/shop/replicasets/web-abc': object(
    'web-abc',
    {},
    { kind: 'Deployment', name: 'web' },
  ),
  '/apis/apps/v1/namespaces/shop/deployments/web': object('web', { owner: 'jane' }),
  '/api/v1/namespaces/shop/services': {
    items: [
      { ...object('all'), spec: { selector: { app: 'web' } } },
      { ...object('admin'), spec: { selector: { app: 'web', changed: 'since' } } },
      { ...object('other'), spec: { selector: { app: 'db' } } },
      { ...object('external'), spec: {} },
    ],
  },
}

const CONTAINER = {
  id: 'dceb771318c5',
  labels: new Map([
    ['io.kubernetes.pod.name', 'web-1'],
    ['io.kubernetes.pod.namespace', 'shop'],
  ]),
  podLabels: new Map([['app', 'web']]),
} as unknown as Container

function ask(objects: Readonly<Record<string, object>>) {
  const asked: string[] = []
  const failures: string[] = []
  const pods = new SurroundingsOfPods(
    {
      async request({ path }) {
        asked.push(path)
        const body = objects[path]
        return body === undefined
          ? { status: path.includes('forbidden') ? 403 : 404, headers: {}, body: { message: 'no' } }
          : { status: 200, headers: {}, body }
      },
    },
    (error) => failures.push(String(error)),
  )
  return { pods, asked, failures }
}

test('a pod’s namespace, makers and services are asked once, and are fields of its containers', async () => {
  const { pods, asked, failures } = ask(OBJECTS)
  await pods.learn([CONTAINER, { ...CONTAINER, id: 'another' }])
  await pods.learn([CONTAINER])
  expect(asked.sort()).toEqual(Object.keys(OBJECTS).sort())
  const known = pods.complete(CONTAINER)
  const value = (name: string, argument?: string) => containerField(known, name, argument, 0)
  expect(value('k8s.ns.id')).toBe('uid-shop')
  expect(value('k8s.ns.label', 'tier')).toBe('front')
  expect(value('k8s.rs.name')).toBe('web-abc')
  expect(value('k8s.deployment.name')).toBe('web')
  expect(value('k8s.deployment.labels')).toBe('owner:jane')
  expect(value('k8s.svc.name')).toBe('all, admin')
  expect(value('k8s.rc.name')).toBeUndefined()
  // The cluster knows labels that were set since the pod began.
  expect(value('k8s.pod.label', 'changed')).toBe('since')
  expect(failures).toEqual([])
})

test('what is gone is not told, what is refused is, and neither is asked again at once', async () => {
  const { pods, asked, failures } = ask({})
  await pods.learn([CONTAINER])
  await pods.learn([CONTAINER])
  expect(asked).toEqual(['/api/v1/namespaces/shop/pods/web-1'])
  expect(failures).toEqual([])
  const labels = new Map([...CONTAINER.labels, ['io.kubernetes.pod.name', 'forbidden']])
  await pods.learn([{ ...CONTAINER, labels }])
  expect(failures).toEqual(['Error: /api/v1/namespaces/shop/pods/forbidden: no'])
  expect(pods.complete(CONTAINER)).toBe(CONTAINER)
})

test('what a slow cluster tells is awaited, and told when it comes; the runtime is told of at once', async () => {
  let answer = () => {}
  const held = new Promise<void>((done) => {
    answer = done
  })
  const pods = new SurroundingsOfPods(
    {
      async request({ path }) {
        await held
        return { status: 200, headers: {}, body: OBJECTS[path] ?? { items: [] } }
      },
    },
    () => undefined,
  )
  const awaited: unknown[] = []
  const last = await new Promise<Container | undefined>((done) => {
    const directory = new ContainerDirectory(
      [{ list: async () => [CONTAINER] }],
      ([container]) => {
        awaited.push(directory.awaited(CONTAINER.id))
        answer()
        if (container?.surroundings === undefined) return
        directory.close()
        done(container)
      },
      { pods, node: { list: async () => [] } },
    )
    directory.want({ id: CONTAINER.id })
    expect(directory.awaited(CONTAINER.id)).toBe('container')
  })
  expect(awaited).toEqual(['surroundings', undefined])
  expect(last?.surroundings?.namespace?.name).toBe('shop')
})

test('a cluster that does not answer is not expected to answer the next time', async () => {
  const pods = new SurroundingsOfPods(
    { request: () => Promise.reject(new Error('no answer in time')) },
    () => undefined,
  )
  expect(pods.isAnswering).toBe(true)
  const learned = pods.learn([CONTAINER])
  expect(pods.isAwaited(CONTAINER)).toBe(true)
  await learned
  expect(pods.isAwaited(CONTAINER)).toBe(false)
  expect(pods.isAnswering).toBe(false)
})
