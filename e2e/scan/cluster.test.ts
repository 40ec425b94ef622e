import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiObject, type ApiServer, connect, succeed } from '../setup/api-server.ts'
import { findingsByObject, haetae, scan } from '../setup/haetae.ts'
import { deleteNamespace, makeNamespace } from '../setup/namespace.ts'
import { needs, policyCluster } from '../setup/needs.ts'
import { eachOf, Tally, until } from '../setup/work.ts'
import { CHANGED_BY_SERVER } from './kept.ts'
import { writeKubeconfig } from './kubeconfigs.ts'
import { readWorkloads, type Workload } from './workloads.ts'

const { kubeconfig: admin = '', otherwise } = policyCluster
const NAMESPACE = 'haetae-scan'
/** A second namespace with a pod, to be left out where one is chosen. */
const OTHER = 'haetae-scan-other'
/** One more than a page of the reader. */
const PODS = 501

describe('haetae scan --cluster', needs(policyCluster.kubeconfig, otherwise), () => {
  let folder = ''
  let cluster: readonly string[] = []
  let asAdmin: readonly string[] = []
  let server: ApiServer
  const made: (Workload & { readonly stored: ApiObject })[] = []
  const refused = new Tally()
  /** Pods and ReplicaSets that controllers made. */
  let owned: readonly string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-scan-'))
    const kubeconfig = join(folder, 'config')
    cluster = ['--cluster', '--kubeconfig', kubeconfig, '--fail-on', 'none']
    asAdmin = [...cluster, '--context', 'admin']
    server = await connect(admin)
    await makeNamespace(server, NAMESPACE)
    await makeNamespace(server, OTHER)
    await writeKubeconfig(server, { file: kubeconfig, admin, namespace: NAMESPACE })
    await eachOf(await readWorkloads(NAMESPACE), make)
    const pods = made.filter(({ object }) => object.kind === 'Pod').length
    await eachOf(Array.from({ length: Math.max(0, PODS - pods) }).keys(), async (index) => {
      await make(plainPod(`filler${index}`, NAMESPACE))
    })
    await succeed(server, {
      method: 'POST',
      path: `/api/v1/namespaces/${OTHER}/pods`,
      body: plainPod('other', OTHER).object,
    })
    owned = await untilSettled(server)
  })

  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await deleteNamespace(server, NAMESPACE)
    await deleteNamespace(server, OTHER)
    server.close()
  })

  async function make(workload: Workload): Promise<void> {
    const { status, body } = await server.send({ method: 'POST', path: workload.path, body: workload.object })
    if (status === 201) made.push({ ...workload, stored: body })
    else refused.add(workload.object.kind)
  }

  test('tells each object once, at its owner, however many pages it takes', async ({ task }) => {
    const { report, status } = await scan([...asAdmin, '--namespace', NAMESPACE])
    expect([status, report.problems]).toEqual([0, []])
    // The namespace itself is an object too.
    expect(report.summary.objects).toBe(made.length + 1)
    const told = new Set(report.findings.map(({ resource }) => `${resource.kind} ${resource.name}`))
    const names = made.map(({ object }) => `${object.kind} ${object.metadata?.name}`)
    expect([...told].filter((name) => ![`Namespace ${NAMESPACE}`, ...names].includes(name))).toEqual([])
    expect(owned.length).toBeGreaterThan(0)
    const kinds = new Tally()
    for (const { object } of made) kinds.add(object.kind)
    task.meta.results = [
      `${kinds}; ${owned.length} pods and ReplicaSets that they own are told as their owners`,
      `left out, since Kubernetes 1.20 refuses them: ${refused}`,
    ]
  })

  test('finds in the cluster what it finds in the manifests', async ({ task }) => {
    const file = join(folder, 'manifests.json')
    const items = made.map(({ object }) => object)
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
    const inFile = findingsByObject((await scan([file, '--fail-on', 'none'])).report)
    const inCluster = findingsByObject((await scan([...asAdmin, '--namespace', NAMESPACE])).report)
    const different: object[] = []
    const left = new Tally()
    let findings = 0
    for (const { object, stored } of made) {
      const change = CHANGED_BY_SERVER.find(({ applies }) => applies(object, stored))
      if (change !== undefined) {
        left.add(change.reason)
        continue
      }
      const name = `${object.kind} ${NAMESPACE}/${object.metadata?.name}`
      const ofManifest = inFile.get(name) ?? []
      const ofCluster = inCluster.get(name) ?? []
      findings += ofManifest.length
      if (ofManifest.join('\n') !== ofCluster.join('\n')) different.push({ object, ofManifest, ofCluster })
    }
    task.meta.results = [
      `${findings} findings of all checks are the same in manifests and in the cluster; objects left out: ${left}`,
    ]
    expect(different.slice(0, 3)).toEqual([])
  })

  test('--all-namespaces and --namespace', async () => {
    const everywhere = await scan([...asAdmin, '--all-namespaces'])
    const namespaces = new Set(everywhere.report.findings.map(({ resource }) => resource.namespace))
    expect(namespaces).toContain(NAMESPACE)
    expect(namespaces).toContain(OTHER)
    const one = await scan([...asAdmin, '--namespace', OTHER])
    expect(one.report.summary.objects).toBe(2)
    const none = await scan([...asAdmin, '--namespace', 'nowhere'])
    expect([none.status, none.report.problems.map(({ code }) => code)]).toEqual([
      3,
      ['ERR_CLUSTER_NAMESPACE'],
    ])
  })

  test('a user who may list pods only: all pods, and every other resource named', async () => {
    // Controllers may make and end pods meanwhile: a reading during which they did neither.
    const pods = async () => (await readOwned(server)).filter((name) => name.startsWith('Pod ')).sort()
    const { status, report, ofOwners } = await until(async () => {
      const before = await pods()
      const read = await scan([...cluster, '--context', 'reader'])
      const after = await pods()
      return before.join() === after.join() ? { ...read, ofOwners: after.length } : undefined
    }, 'the controllers to make no pod')
    expect(status).toBe(3)
    expect(new Set(report.problems.map(({ code }) => code))).toEqual(new Set(['ERR_CLUSTER_FORBIDDEN']))
    const words = report.problems.map(({ message }) => message.text).join('\n')
    for (const resource of [
      'namespaces',
      'deployments',
      'statefulsets',
      'daemonsets',
      'cronjobs',
      'replicasets',
    ])
      expect(words).toContain(resource)
    // Of owners nothing could be read, so that their pods are told themselves.
    const ownedByNobody = made.filter(({ object }) => object.kind === 'Pod').length
    expect(report.summary.objects).toBe(ownedByNobody + ofOwners)
  })

  test('the context of the kubeconfig, a wrong one, and a server that nobody reaches', async () => {
    const nowhere = await scan(cluster)
    expect([nowhere.status, nowhere.report.problems]).toMatchObject([
      3,
      [{ code: 'ERR_CLUSTER_UNREACHABLE' }],
    ])
    const pretty = await haetae(['scan', ...cluster, '--no-color'])
    expect(pretty.status).toBe(3)
    expect(pretty.stdout + pretty.stderr).toContain('https://127.0.0.1:1')
    expect(pretty.stdout + pretty.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m)
    const unknown = await haetae(['scan', ...cluster, '--context', 'unknown'])
    expect([unknown.status, unknown.stdout]).toEqual([2, ''])
    expect(unknown.stderr).toContain('ERR_NO_CONTEXT')
  })
})

function plainPod(name: string, namespace: string): Workload {
  const spec = { containers: [{ name: 'c', image: 'example.com/image:1' }] }
  return {
    object: { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec },
    path: `/api/v1/namespaces/${namespace}/pods`,
  }
}

/** Waits until controllers have made what they make. @returns `Kind name` of each */
async function untilSettled(server: ApiServer): Promise<string[]> {
  let before = -1
  return until(async () => {
    await new Promise((resolve) => setTimeout(resolve, 2000))
    const now = await readOwned(server)
    const isSettled = now.length > 0 && now.length === before
    before = now.length
    return isSettled ? now : undefined
  }, 'the controllers')
}

async function readOwned(server: ApiServer): Promise<string[]> {
  const names: string[] = []
  for (const [kind, path] of [
    ['Pod', `/api/v1/namespaces/${NAMESPACE}/pods`],
    ['ReplicaSet', `/apis/apps/v1/namespaces/${NAMESPACE}/replicasets`],
  ] as const) {
    const { items } = await succeed(server, { method: 'GET', path })
    for (const { metadata } of items as ApiObject[])
      if (metadata?.['ownerReferences'] !== undefined) names.push(`${kind} ${metadata.name}`)
  }
  return names
}
