import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ContainerStatement } from '../../runtime/behavior/index.ts'
import { makeIds, type PodCluster, podOf, startPodCluster } from '../workload/pod-cluster.fixture.ts'
import { withKnownProbes } from './probes.ts'

let cluster: PodCluster
beforeEach(async () => {
  cluster = await startPodCluster()
})
afterEach(() => cluster.close())

const PROBED = {
  spec: { containers: [{ name: 'web', livenessProbe: { exec: { command: ['sh', '-c', 'test -d /etc'] } } }] },
}

/** Of a container in which a shell was seen that may be its probe. */
function entered(pod: string, commandLine = 'sh -c test -d /etc'): ContainerStatement {
  return {
    id: 'dceb771318c5',
    name: 'web',
    image: 'shop/web:1.2',
    pod,
    namespace: 'shop',
    isSeenFromStart: true,
    begin: 0,
    end: 1000,
    events: 1,
    verdict: 'changed',
    evidence: [
      {
        change: 'shell-entered',
        first: 500,
        count: 1,
        process: 'sh',
        commandLine,
        parent: 'containerd-shim',
        path: '',
        mayBeProbe: true,
        wasRunning: false,
      },
    ],
    omitted: 0,
  }
}

const quiet = (pod: string): ContainerStatement => ({
  ...entered(pod),
  verdict: 'unchanged',
  evidence: [],
})
const none = (): never => {
  throw new Error('a pod was not given')
}

test('each pod with something to explain is asked for once, and no other', async () => {
  cluster.answer = { status: 200, body: podOf(makeIds(), PROBED) }
  const statements = [
    entered('web-1'),
    entered('web-1', 'sh -i'),
    entered('web-2'),
    quiet('web-3'),
    entered(''),
  ]
  const source = { cluster: true, kubeconfig: cluster.kubeconfig }
  const known = await withKnownProbes(statements, undefined, source, none)
  expect(known.map(({ verdict }) => verdict)).toEqual([
    'unchanged',
    'changed',
    'unchanged',
    'unchanged',
    'changed',
  ])
  expect(cluster.asked).toEqual(['/api/v1/namespaces/shop/pods/web-1', '/api/v1/namespaces/shop/pods/web-2'])
})

test('what the cluster does not give stays as it is, and is told', async () => {
  cluster.answer = { status: 404, body: { kind: 'Status', message: 'pods "web-1" not found' } }
  const codes: string[] = []
  const statements = [entered('web-1')]
  const source = { cluster: true, kubeconfig: cluster.kubeconfig }
  expect(await withKnownProbes(statements, undefined, source, ({ code }) => codes.push(code))).toEqual(
    statements,
  )
  expect(codes).toEqual(['ERR_CLUSTER_ANSWER'])
})

test('a kubeconfig that is not to be used is told once, however many pods there are', async () => {
  const codes: string[] = []
  const statements = [entered('web-1'), entered('web-2')]
  const source = { cluster: true, kubeconfig: `${cluster.folder}/none` }
  expect(await withKnownProbes(statements, undefined, source, ({ code }) => codes.push(code))).toEqual(
    statements,
  )
  expect(codes).toHaveLength(1)
})

test('without the cluster nobody is asked', async () => {
  const statements = [entered('web-1')]
  expect(await withKnownProbes(statements, undefined, { kubeconfig: cluster.kubeconfig }, none)).toEqual(
    statements,
  )
  expect(cluster.asked).toEqual([])
})

test('a failure that is none of the cluster leaves no connection open', async () => {
  cluster.answer = { status: 404, body: { kind: 'Status', message: 'pods "web-1" not found' } }
  const source = { cluster: true, kubeconfig: cluster.kubeconfig }
  const broken = new Error('cannot be told')
  const failed = (): never => {
    throw broken
  }
  await expect(withKnownProbes([entered('web-1')], undefined, source, failed)).rejects.toBe(broken)
  await cluster.unused()
})
