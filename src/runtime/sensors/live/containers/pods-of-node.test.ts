import { expect, test } from 'vitest'
import type { Container } from '../../kernel/container.ts'
import { ContainerDirectory } from './directory.ts'
import { SurroundingsOfPods } from './pod-surroundings.ts'
import { PodsOfNode } from './pods-of-node.ts'

const BOOT = 'b7a9f0a4-0000-4000-8000-000000000001'
const NAMED = `${'a1b2c3d4e5f6'.repeat(5)}0000`
const UID = '01234567-89ab-cdef-0123-456789abcdef'

const POD = {
  metadata: { name: 'web-1', namespace: 'shop', uid: UID, labels: { app: 'web' } },
  spec: {
    hostPID: true,
    volumes: [
      { name: 'node', hostPath: { path: '/var/log' } },
      { name: 'own', emptyDir: {} },
    ],
    containers: [
      {
        name: 'web',
        securityContext: { privileged: true },
        volumeMounts: [
          { name: 'node', mountPath: '/logs', readOnly: true },
          { name: 'own', mountPath: '/tmp' },
        ],
      },
      { name: 'not-yet' },
    ],
  },
  status: {
    podIP: '10.0.0.7',
    containerStatuses: [
      {
        name: 'web',
        containerID: `containerd://${NAMED}`,
        image: 'localhost/web:1.4',
        imageID: 'localhost/web@sha256:abc',
        state: { running: { startedAt: '2026-11-28T12:00:00Z' } },
      },
      { name: 'not-yet', containerID: '', state: { waiting: {} } },
    ],
  },
}

const node = (name: string, bootID: string) => ({
  metadata: { name },
  status: { nodeInfo: { bootID } },
})

function cluster(pods: readonly object[] = [POD]) {
  const asked: string[] = []
  const failures: string[] = []
  const client = {
    async request({ path }: { path: string }) {
      asked.push(path)
      // In pages of one, as a server may give them.
      if (path.startsWith('/api/v1/nodes?')) {
        const isSecond = path.includes('&continue=next')
        const items = [isSecond ? node('here', BOOT) : node('elsewhere', 'another')]
        return { status: 200, headers: {}, body: { items, metadata: isSecond ? {} : { continue: 'next' } } }
      }
      if (path.startsWith('/api/v1/pods?fieldSelector=spec.nodeName%3Dhere&'))
        return { status: 200, headers: {}, body: { items: pods } }
      return { status: 404, headers: {}, body: { message: 'none' } }
    },
  }
  const failed = (error: unknown) => failures.push(String(error))
  return {
    asked,
    failures,
    node: new PodsOfNode(client, async () => `${BOOT}\n`, failed),
    pods: new SurroundingsOfPods(client, failed),
  }
}

test('containers of the pods of the node that this kernel is of', async () => {
  const { node, asked, failures } = cluster()
  const [web, ...more] = await node.list([])
  expect(more).toEqual([])
  expect(web).toMatchObject({
    id: NAMED.slice(0, 12),
    fullId: NAMED,
    name: 'web',
    type: 'containerd',
    image: 'localhost/web:1.4',
    repository: 'localhost/web',
    tag: '1.4',
    digest: 'sha256:abc',
    ip: '10.0.0.7',
    isPrivileged: true,
    hostPid: true,
    hostNetwork: false,
    mounts: [{ source: '/var/log', destination: '/logs', writable: false }],
    created: Date.parse('2026-11-28T12:00:00Z') * 1e6,
  })
  expect(web?.labels).toEqual(
    new Map([
      ['io.kubernetes.pod.name', 'web-1'],
      ['io.kubernetes.pod.namespace', 'shop'],
      ['io.kubernetes.pod.uid', UID],
      ['io.kubernetes.container.name', 'web'],
    ]),
  )
  expect(web?.podLabels).toEqual(new Map([['app', 'web']]))
  await node.list([])
  expect(asked.filter((path) => path.startsWith('/api/v1/nodes')).length).toBe(2)
  expect(failures).toEqual([])
})

test('a container that no status names has what its pod’s uid tells', async () => {
  const { node } = cluster()
  const found = await node.list([{ id: 'bbbbbbbbbbbb', podUid: UID }, { id: 'cccccccccccc' }])
  expect(found.map(({ id, name }) => [id, name])).toEqual([
    [NAMED.slice(0, 12), 'web'],
    ['bbbbbbbbbbbb', ''],
  ])
  expect(found[1]?.labels.get('io.kubernetes.pod.name')).toBe('web-1')
})

test('a container of a static pod is told by the hash that its mirror bears', async () => {
  const hash = '9c'.repeat(16)
  const annotations = { 'kubernetes.io/config.hash': hash, 'kubernetes.io/config.mirror': hash }
  const { node } = cluster([{ ...POD, metadata: { ...POD.metadata, annotations } }])
  const found = await node.list([{ id: 'bbbbbbbbbbbb', podUid: hash }])
  expect(found[1]?.labels.get('io.kubernetes.pod.name')).toBe('web-1')
})

test('a cluster that refuses is told of once a minute at most, and nothing is known', async () => {
  const failures: string[] = []
  const client = {
    request: async () => ({ status: 403, headers: {}, body: { message: 'nodes is forbidden' } }),
  }
  const node = new PodsOfNode(
    client,
    async () => BOOT,
    (error) => failures.push(String(error)),
  )
  expect(await node.list([])).toEqual([])
  expect(await node.list([])).toEqual([])
  expect(failures).toEqual(['Error: /api/v1/nodes?: nodes is forbidden'])
})

test('the cluster is asked where there is no runtime, and for what runtimes do not know', async () => {
  const told: (readonly Container[])[] = []
  const { node, pods } = cluster()
  const alone = new ContainerDirectory([], (containers) => told.push(containers), { node, pods })
  await alone.refresh()
  alone.close()
  expect(told.at(-1)?.map(({ name }) => name)).toEqual(['web'])

  const asked: string[][] = []
  const list = async () => [{ id: 'known', labels: new Map() } as unknown as Container]
  const beside = new ContainerDirectory([{ list }], (containers) => told.push(containers), {
    pods,
    node: {
      async list(wanted) {
        asked.push(wanted.map(({ id }) => id))
        return node.list(wanted)
      },
    },
  })
  await beside.refresh()
  expect(asked).toEqual([])
  beside.want({ id: 'known' })
  await beside.refresh()
  expect(asked).toEqual([])
  beside.want({ id: NAMED.slice(0, 12), podUid: UID })
  await beside.refresh()
  beside.close()
  expect(asked).toEqual([[NAMED.slice(0, 12)]])
  expect(told.at(-1)?.map(({ id }) => id)).toEqual(['known', NAMED.slice(0, 12)])
})
