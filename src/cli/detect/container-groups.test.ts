import { type ChildProcess, spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { runtimeSockets } from '../../runtime/sensors/index.ts'
import {
  type MadePod,
  makeIds,
  type PodCluster,
  podOf,
  startPodCluster,
} from '../workload/pod-cluster.fixture.ts'
import { containerGroups } from './container-groups.ts'

/** A hierarchy in which this machine lets groups be made: of version 1 that of the processes' number, or the one of version 2. */
const hierarchy = (
  [
    ['pids', '/sys/fs/cgroup/pids'],
    ['unified', '/sys/fs/cgroup'],
  ] as const
).find(([, root]) => existsSync(join(root, 'cgroup.procs')) && canMakeIn(root))

function canMakeIn(root: string): boolean {
  const folder = join(root, `haetae-probe-${process.pid}`)
  try {
    mkdirSync(folder)
    rmdirSync(folder)
    return true
  } catch {
    return false
  }
}

const [kind = '', root = ''] = hierarchy ?? []
const title =
  hierarchy === undefined ? 'groups of pods (skipped: no control groups can be made here)' : 'groups of pods'

describe.skipIf(hierarchy === undefined)(title, () => {
  let cluster: PodCluster
  let pod: MadePod
  const running: ChildProcess[] = []
  const groups: string[] = []
  const ends: ((() => void) | undefined)[] = []

  beforeEach(async () => {
    cluster = await startPodCluster()
    pod = makeIds()
    cluster.answer = { status: 200, body: podOf(pod) }
  })
  afterEach(async () => {
    for (const end of ends.splice(0)) end?.()
    for (const each of running.splice(0)) {
      const isOver = new Promise((done) => each.once('exit', done))
      if (each.exitCode === null && each.kill('SIGKILL')) await isOver
    }
    // Emptied by the ends of their processes.
    for (const group of groups.splice(0).toReversed()) await vi.waitFor(() => rmdirSync(group), 30_000)
    await cluster.close()
  })

  /** A group of this machine, and as the sensor takes it. */
  function makeGroup(path: string): { readonly folder: string; readonly name: string } {
    const folder = join(root, path)
    for (const each of [dirname(folder), folder]) {
      if (existsSync(each)) continue
      mkdirSync(each)
      groups.push(each)
    }
    return { folder, name: `${kind}:${statSync(folder, { bigint: true }).ino}` }
  }

  /** A process in a group; `before` is the command that runs it. */
  async function runIn(folder: string, program = 'sleep', before: readonly string[] = []): Promise<number> {
    const path = join(cluster.folder, program)
    if (!existsSync(path)) copyFileSync('/bin/sleep', path)
    const [command = '', ...args] = [...before, path, '1000']
    const child = spawn(command, args, { stdio: 'ignore' })
    running.push(child)
    const { pid = 0 } = child
    await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/comm`, 'utf8').trim()).toBe(program), 30_000)
    writeFileSync(join(folder, 'cgroup.procs'), String(pid))
    return pid
  }

  const find = (socket = join(cluster.folder, 'absent.sock'), target: object = {}) =>
    containerGroups({ pod: 'shop/web-1', kubeconfig: cluster.kubeconfig, ...target }, () =>
      runtimeSockets(socket).slice(0, 1),
    )

  test('a pod whose runtime does not answer is found by what the API says of it', async () => {
    const group = makeGroup(`haetae-pod${pod.uid}/${pod.id}`)
    const other = makeGroup(`haetae-pod${makeIds().uid}/${makeIds().id}`)
    const pid = await runIn(group.folder)
    await runIn(other.folder)
    expect(await find(cluster.silent)).toMatchObject({
      cgroups: [group.name],
      processes: [pid],
      monitors: [],
    })
  })

  test('a monitor is none of them, wherever it is; what only calls itself so is', async () => {
    const group = makeGroup(`haetae-pod${pod.uid}/${pod.id}`)
    const beside = makeGroup(`haetae-pod${pod.uid}/crio-conmon-${pod.id}`)
    const pid = await runIn(group.folder)
    const monitor = await runIn(group.folder, 'conmon')
    await runIn(beside.folder, 'conmon')
    const pretender = await runIn(group.folder, 'conmon', ['unshare', '--mount'])
    const found = await find()
    expect(found?.cgroups).toEqual([group.name])
    expect(found?.processes.toSorted()).toEqual([pid, pretender].toSorted())
    expect(found?.monitors).toEqual([monitor])
  })

  test('a container that is started anew is found, also while the API does not answer', async () => {
    const first = makeGroup(`haetae-pod${pod.uid}/${pod.id}`)
    await runIn(first.folder)
    const found = await find()
    expect(found?.cgroups).toEqual([first.name])
    cluster.answer = undefined
    const second = makeGroup(`haetae-pod${pod.uid}/${makeIds().id}`)
    await runIn(second.folder)
    const added = await new Promise<readonly string[]>((done) => {
      ends.push(found?.follow(done))
    })
    expect(added).toEqual([second.name])
    expect(cluster.asked.length).toBeGreaterThan(1)
  })

  const ABSENT: readonly (readonly [string, () => PodCluster['answer'], object])[] = [
    ['ERR_POD_ELSEWHERE', () => ({ status: 200, body: podOf(pod) }), {}],
    ['ERR_NO_SUCH_POD', () => ({ status: 404, body: {} }), {}],
    ['ERR_CLUSTER_ANSWER', () => ({ status: 403, body: {} }), {}],
    ['ERR_CLUSTER_UNREACHABLE', () => undefined, {}],
    ['ERR_NO_RUNTIME', () => undefined, { kubeconfig: undefined }],
  ]
  test.each(ABSENT)('where there is nothing to look at: %s', async (code, answer, target) => {
    cluster.answer = answer()
    await expect(find(undefined, target)).rejects.toMatchObject({ code })
  })
})
