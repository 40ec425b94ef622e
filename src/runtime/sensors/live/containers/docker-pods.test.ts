import { expect, test } from 'vitest'
import type { Container } from '../../kernel/container.ts'
import { containerField } from '../../kernel/fields/index.ts'
import { readContainer, withSandboxes } from './docker.ts'

const POD = {
  'io.kubernetes.pod.name': 'web-1',
  'io.kubernetes.pod.namespace': 'shop',
  'io.kubernetes.pod.uid': 'uid-1',
}
const SANDBOX_ID = 'a'.repeat(64)

/** As cri-dockerd has the containers of a pod, and dockershim before it. */
const SANDBOX = {
  Id: SANDBOX_ID,
  Names: ['/k8s_POD_web-1_shop_uid-1_0'],
  Image: 'registry.k8s.io/pause:3.9',
  Labels: {
    ...POD,
    'io.kubernetes.docker.type': 'podsandbox',
    'io.kubernetes.container.name': 'POD',
    'annotation.kubernetes.io/config.source': 'api',
    app: 'web',
    tier: 'front',
  },
}
const WEB = {
  Id: 'b'.repeat(64),
  Names: ['/k8s_web_web-1_shop_uid-1_0'],
  Image: 'shop/web:1.4',
  Labels: {
    ...POD,
    'io.kubernetes.docker.type': 'container',
    'io.kubernetes.container.name': 'web',
    'io.kubernetes.sandbox.id': SANDBOX_ID,
    'annotation.io.kubernetes.container.hash': '1f',
    own: 'label',
  },
}
const PLAIN = { Id: 'c'.repeat(64), Names: ['/db'], Image: 'postgres:17', Labels: { app: 'db' } }

function read(item: object, more: Partial<Container> = {}): Container {
  const container = readContainer(item, 'docker')
  if (container === undefined) throw new TypeError('a container is read')
  return { ...container, ...more }
}

const FIELDS = [
  'container.name',
  'container.image.repository',
  'container.labels',
  'k8s.pod.name',
  'k8s.ns.name',
  'k8s.pod.uid',
  'k8s.pod.labels',
  'k8s.pod.sandbox_id',
  'k8s.pod.full_sandbox_id',
  'container.ip',
  'container.host_network',
  'container.host_pid',
] as const

test.each<[string, object, readonly unknown[]]>([
  [
    'the sandbox',
    SANDBOX,
    [
      'k8s_POD_web-1_shop_uid-1_0',
      'registry.k8s.io/pause',
      'app:web, tier:front',
      ...['web-1', 'shop', 'uid-1', 'app:web, tier:front', 'a'.repeat(12), SANDBOX_ID],
      ...['10.0.0.9', true, false],
    ],
  ],
  [
    'a container of the pod',
    WEB,
    [
      'k8s_web_web-1_shop_uid-1_0',
      'shop/web',
      'own:label',
      ...['web-1', 'shop', 'uid-1', 'app:web, tier:front', 'a'.repeat(12), SANDBOX_ID],
      ...['10.0.0.9', true, false],
    ],
  ],
  [
    'a container of no pod',
    PLAIN,
    ['db', 'postgres', 'app:db', ...Array.from({ length: 6 }, () => undefined), undefined, false, false],
  ],
])('fields of %s that Docker runs', (_, item, values) => {
  const network = { hostNetwork: false, hostPid: false }
  const all = withSandboxes([
    read(SANDBOX, { ip: '10.0.0.9', hostNetwork: true, hostPid: false }),
    read(WEB, network),
    read(PLAIN, network),
  ])
  const found = all.find(({ fullId }) => fullId === (item as { Id: string }).Id)
  expect(FIELDS.map((name) => [name, found && containerField(found, name, undefined, 0)])).toEqual(
    FIELDS.map((name, index) => [name, values[index]]),
  )
})

test('a container whose sandbox is not listed has its pod all the same', () => {
  const [found] = withSandboxes([read(WEB)])
  expect(found && containerField(found, 'k8s.pod.name', undefined, 0)).toBe('web-1')
  expect(found?.sandboxId).toBe(SANDBOX_ID)
  expect(found?.podLabels.size).toBe(0)
})

test.each([[undefined], [null], ['text'], [{}], [{ Id: '' }], [{ Id: 7, Labels: [] }]])(
  '%j is no container',
  (item) => {
    expect(readContainer(item, 'docker')).toBeUndefined()
  },
)

test('labels that are none are left out', () => {
  expect(read({ Id: 'd'.repeat(64), Labels: null }).labels.size).toBe(0)
  expect(read({ Id: 'd'.repeat(64), Labels: ['a'] }).labels.size).toBe(0)
})
