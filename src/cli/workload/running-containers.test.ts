import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createRenderer } from '../../messages/index.ts'
import { runtimeSockets } from '../../runtime/sensors/index.ts'
import { startRuntime } from '../behavior/runtime.fixture.ts'
import { UsageError } from '../exit.ts'
import { workloadMessages } from './messages.ts'
import { type MadePod, makeIds, type PodCluster, podOf, startPodCluster } from './pod-cluster.fixture.ts'
import { findContainers, podName } from './running-containers.ts'

const HASH = '9c'.repeat(16)

let cluster: PodCluster
let pod: MadePod
let proc = ''
beforeAll(async () => {
  cluster = await startPodCluster()
})
afterAll(() => cluster.close())
beforeEach(() => {
  pod = makeIds()
  proc = mkdtempSync(join(cluster.folder, 'proc-'))
  cluster.asked.length = 0
  cluster.answer = { status: 200, body: podOf(pod) }
  addProcess(1, '/init.scope', 'systemd', 'mnt:[1]')
})

function addProcess(pid: number, path: string, name = 'httpd', mounts = `mnt:[${pid}]`): void {
  const folder = join(proc, String(pid))
  mkdirSync(join(folder, 'ns'), { recursive: true })
  writeFileSync(join(folder, 'cgroup'), `4:memory:${path}\n0::/\n`)
  writeFileSync(join(folder, 'comm'), `${name}\n`)
  symlinkSync(mounts, join(folder, 'ns', 'mnt'))
}

/** The runtimes of this machine are not asked: here that of the choice is the only one. */
function find(more: object = {}, socket = join(cluster.folder, 'absent.sock')) {
  const choice = { pod: 'shop/web-1', kubeconfig: cluster.kubeconfig, ...more }
  return findContainers(choice, proc, runtimeSockets(socket).slice(0, 1))
}

describe('a pod that no runtime tells of', () => {
  test('is found by the ids of its containers, which the API has; its sandbox is none of them', async () => {
    addProcess(20, `/kubepods/burstable/pod${pod.uid}/${'e'.repeat(64)}`, 'pause')
    addProcess(21, `/kubepods/burstable/pod${pod.uid}/${pod.id}`)
    addProcess(22, `/kubepods/burstable/pod${makeIds().uid}/${makeIds().id}`)
    const found = await find({}, cluster.silent)
    expect(found).toMatchObject([{ id: pod.id, pids: [21], podUid: pod.uid }])
    expect(podName(found[0]?.known)).toBe('shop/web-1')
    expect(cluster.asked).toEqual(['/api/v1/namespaces/shop/pods/web-1'])
    expect(await find({ name: 'web' })).toEqual(found)
  })

  test('is found by its uid, as long as its status does not name its containers', async () => {
    cluster.answer = { status: 200, body: podOf(pod, { status: { containerStatuses: [] } }) }
    const slice = `kubepods-pod${pod.uid.replaceAll('-', '_')}.slice`
    addProcess(21, `/kubepods.slice/${slice}/cri-containerd-${pod.id}.scope`)
    expect(await find()).toMatchObject([{ id: pod.id, pids: [21] }])
  })

  test('is found by the hash of its manifest where it is static', async () => {
    const annotations = { 'kubernetes.io/config.hash': HASH, 'kubernetes.io/config.mirror': HASH }
    cluster.answer = {
      status: 200,
      body: podOf(pod, { metadata: { annotations }, status: { containerStatuses: [] } }),
    }
    addProcess(21, `/kubepods/pod${HASH}/${pod.id}`)
    expect(await find()).toMatchObject([{ id: pod.id, podUid: HASH }])
    // Anybody may write this one; it makes no pod the static one.
    cluster.answer = {
      status: 200,
      body: podOf(pod, {
        metadata: { annotations: { 'kubernetes.io/config.hash': HASH } },
        status: { containerStatuses: [] },
      }),
    }
    await expect(find()).rejects.toMatchObject({ code: 'ERR_POD_ELSEWHERE' })
  })

  test('has no monitor among its processes, but has what only calls itself so', async () => {
    addProcess(20, `/libpod_parent/libpod-${pod.id}`, 'conmon', 'mnt:[1]')
    addProcess(21, `/libpod_parent/libpod-${pod.id}/ctr`)
    addProcess(22, `/libpod_parent/libpod-${pod.id}/ctr`, 'conmon', 'mnt:[21]')
    addProcess(23, `/kubepods/pod${pod.uid}/crio-conmon-${pod.id}`, 'conmon', 'mnt:[1]')
    expect(await find()).toMatchObject([{ id: pod.id, pids: [21, 22] }])
  })
})

describe('a container', () => {
  test('is found by the beginning of its id, and by the name that its runtime has for it', async () => {
    const runtime = await startRuntime(proc, () => [
      { id: pod.id, namespace: 'shop', pod: 'web-1', name: 'web' },
    ])
    addProcess(21, `/libpod_parent/libpod-${pod.id}`)
    addProcess(22, `/libpod_parent/libpod-${makeIds().id}`)
    try {
      const byId = await find({ pod: undefined, container: pod.id.slice(0, 12) }, runtime.socket)
      expect(byId).toMatchObject([{ id: pod.id, pids: [21] }])
      expect(await find({ pod: undefined, container: 'web' }, runtime.socket)).toEqual(byId)
      await expect(find({ pod: undefined, container: 'we' }, runtime.socket)).rejects.toMatchObject({
        code: 'ERR_NO_SUCH_CONTAINER',
        detail: { data: { hasAnswered: true } },
      })
    } finally {
      await runtime.close()
    }
  })

  test('is found by its id alone where no runtime answers, which is said', async () => {
    addProcess(21, `/libpod_parent/libpod-${pod.id}`)
    expect(await find({ pod: undefined, container: pod.id.slice(0, 5) })).toMatchObject([{ id: pod.id }])
    await expect(find({ pod: undefined, container: 'web' })).rejects.toMatchObject({
      detail: { data: { hasAnswered: false } },
    })
  })
})

describe('what is said where it is not found', () => {
  async function saidOf(more: object = {}): Promise<readonly [string, string, string]> {
    const error = await find(more).catch((thrown: unknown) => thrown)
    if (!(error instanceof UsageError)) throw error
    const [en, ko] = (['en', 'ko'] as const).map((language) =>
      createRenderer([workloadMessages], language)(error.detail),
    )
    return [error.code, en ?? '', ko ?? '']
  }

  test('it is on another node', async () => {
    const [code, en, ko] = await saidOf()
    expect(code).toBe('ERR_POD_ELSEWHERE')
    expect(en).toContain('pod shop/web-1 (Running) is on node node-7, and none of its processes is on this')
    expect(ko).toContain('파드 shop/web-1(Running)의 노드는 node-7인데')
  })

  test('it is on no node yet', async () => {
    const body = podOf(pod, { spec: { nodeName: undefined }, status: { phase: 'Pending' } })
    cluster.answer = { status: 200, body }
    const [code, en, ko] = await saidOf()
    expect(code).toBe('ERR_POD_ELSEWHERE')
    expect(en).toBe('pod shop/web-1 (Pending) is on no node yet')
    expect(ko).toMatch(/^파드 shop\/web-1\(Pending\)(?:은|는) 아직 어느 노드에도 없습니다$/)
  })

  test('there is no such pod', async () => {
    cluster.answer = { status: 404, body: { message: 'pods "web-1" not found' } }
    const [code, en, ko] = await saidOf()
    expect(code).toBe('ERR_NO_SUCH_POD')
    expect(en).toContain('the cluster has no pod shop/web-1')
    expect(ko).toContain('클러스터에 파드 shop/web-1이 없습니다')
  })

  test('it has no container of that name', async () => {
    addProcess(21, `/kubepods/pod${pod.uid}/${pod.id}`)
    const [code, en, ko] = await saidOf({ name: 'wbe' })
    expect(code).toBe('ERR_NO_SUCH_CONTAINER')
    expect(en).toContain('no container "wbe" of pod shop/web-1 runs on this node; of the pod run: web')
    expect(ko).toContain('이 파드에서 실행 중인 것: web')
  })

  test('the API does not answer', async () => {
    cluster.answer = undefined
    const [code, en, ko] = await saidOf()
    expect(code).toBe('ERR_CLUSTER_UNREACHABLE')
    expect(en).toMatch(/no container runtime that answers knows pod shop\/web-1, .* cannot be reached: /)
    expect(ko).toMatch(
      /응답하는 컨테이너 런타임 가운데 파드 shop\/web-1을 아는 것이 없고.*연결할 수 없습니다: /,
    )
  })

  test('the API refuses', async () => {
    cluster.answer = { status: 403, body: { message: 'pods "web-1" is forbidden' } }
    const [code, en, ko] = await saidOf()
    expect(code).toBe('ERR_CLUSTER_ANSWER')
    expect(en).toContain('does not tell of it: pods "web-1" is forbidden')
    expect(ko).toContain('알아내지 못했습니다: pods "web-1" is forbidden')
  })

  test('there is neither a runtime that answers nor an API', async () => {
    const [code, en, ko] = await saidOf({ kubeconfig: undefined })
    expect(code).toBe('ERR_NO_RUNTIME')
    expect(en).toContain(
      '--container-runtime, the cluster with --kubeconfig, or the container with --container',
    )
    expect(ko).toContain('--kubeconfig로 클러스터를')
    expect(cluster.asked).toEqual([])
  })
})
