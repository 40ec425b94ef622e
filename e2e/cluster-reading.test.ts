import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CoreV1Api, KubeConfig, KubernetesObjectApi, RbacAuthorizationV1Api } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClusterOptions, decodeObject, readCluster } from '../src/kubernetes/index.ts'
import { anyCluster, needs } from './setup/needs.ts'
import { until } from './setup/work.ts'

const { kubeconfig, otherwise } = anyCluster

const NAMESPACE = `haetae-reading-${process.pid}`
/** More than one page of 500. */
const PODS = 620

async function read(options: ClusterOptions) {
  const names: string[] = []
  /** Of the suite's own namespace; others may still be emptied. */
  const own: string[] = []
  const problems: string[] = []
  const pages: number[] = []
  let managed = 0
  for await (const page of readCluster({ ...(kubeconfig && { kubeconfig }), ...options })) {
    pages.push(page.documents.length)
    for (const { object } of page.documents) {
      const name = `${object.kind}/${object.metadata?.name}`
      names.push(name)
      if (object.metadata?.namespace === NAMESPACE) own.push(name)
      if (object.metadata?.managedFields !== undefined) managed++
      const { unknown, mistyped } = decodeObject(object)
      expect([unknown, mistyped]).toEqual([[], []])
    }
    problems.push(...page.problems.map(({ code }) => code))
  }
  return { names, own, problems, pages, managed }
}

const template = {
  metadata: { labels: { app: 'web' } },
  spec: { automountServiceAccountToken: false, containers: [{ name: 'c', image: 'example.com/web:1' }] },
}

describe('readCluster', needs(kubeconfig, otherwise), () => {
  const config = new KubeConfig()
  let objects: KubernetesObjectApi
  let core: CoreV1Api

  beforeAll(async () => {
    config.loadFromFile(kubeconfig ?? '')
    objects = KubernetesObjectApi.makeApiClient(config)
    core = config.makeApiClient(CoreV1Api)
    await core.createNamespace({ body: { metadata: { name: NAMESPACE } } })
    await until(
      () =>
        core.readNamespacedServiceAccount({ name: 'default', namespace: NAMESPACE }).catch(() => undefined),
      'the default service account',
    )
    const metadata = { name: 'web', namespace: NAMESPACE }
    const selector = { matchLabels: { app: 'web' } }
    await create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas: 2, selector, template },
    })
    await create({
      apiVersion: (await isServed('batch/v1', 'CronJob')) ? 'batch/v1' : 'batch/v1beta1',
      kind: 'CronJob',
      metadata: { ...metadata, name: 'nightly' },
      spec: {
        schedule: '0 3 * * *',
        // Or a run at this hour finds a pod more.
        suspend: true,
        jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
      },
    })
    for (let made = 0; made < PODS; made += 20)
      await Promise.all(
        Array.from({ length: Math.min(20, PODS - made) }, (_, index) =>
          core.createNamespacedPod({
            namespace: NAMESPACE,
            body: { metadata: { name: `p${made + index}` }, spec: template.spec },
          }),
        ),
      )
    await until(async () => {
      const { items } = await core.listNamespacedPod({ namespace: NAMESPACE, labelSelector: 'app=web' })
      return items.length >= 2 || undefined
    }, 'the pods of the Deployment')
  })

  afterAll(async () => {
    await core.deleteCollectionNamespacedPod({ namespace: NAMESPACE, gracePeriodSeconds: 0 })
    await core.deleteNamespace({ name: NAMESPACE })
  })

  async function create(object: { apiVersion: string; kind: string; metadata: object; spec: object }) {
    await objects.create(object)
  }

  async function isServed(apiVersion: string, kind: string): Promise<boolean> {
    try {
      await objects.list(apiVersion, kind, NAMESPACE)
      return true
    } catch {
      return false
    }
  }

  test('a namespace: every pod of several pages, owned ones as their owner', async () => {
    const { names, problems, pages, managed } = await read({ namespace: NAMESPACE })
    expect(problems).toEqual([])
    expect(managed).toBe(0)
    expect(names.filter((name) => !name.startsWith('Pod/p'))).toEqual([
      `Namespace/${NAMESPACE}`,
      'Deployment/web',
      'CronJob/nightly',
    ])
    expect(new Set(names).size).toBe(PODS + 3)
    expect(Math.max(...pages)).toBeLessThanOrEqual(500)
  })

  test('all namespaces, with what is owned', async () => {
    const { names, own } = await read({ allNamespaces: true, keepOwned: true })
    expect(names).toContain('Namespace/kube-system')
    expect(own.filter((name) => name.startsWith('ReplicaSet/web-'))).toHaveLength(1)
    expect(own.filter((name) => name.startsWith('Pod/web-'))).toHaveLength(2)
  })

  test('a user who may list pods only', async () => {
    const rbac = config.makeApiClient(RbacAuthorizationV1Api)
    const name = 'reader'
    await core.createNamespacedServiceAccount({ namespace: NAMESPACE, body: { metadata: { name } } })
    await rbac.createNamespacedRole({
      namespace: NAMESPACE,
      body: { metadata: { name }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] },
    })
    await rbac.createNamespacedRoleBinding({
      namespace: NAMESPACE,
      body: {
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
        subjects: [{ kind: 'ServiceAccount', name, namespace: NAMESPACE }],
      },
    })
    const { status } = await core.createNamespacedServiceAccountToken({
      name,
      namespace: NAMESPACE,
      body: { spec: { audiences: [], expirationSeconds: 600 } },
    })
    const cluster = config.getCurrentCluster()
    if (cluster === null) throw new Error('the kubeconfig has no current cluster')
    const limited = new KubeConfig()
    limited.loadFromClusterAndUser(cluster, { name, token: status?.token ?? '' })
    const folder = mkdtempSync(join(tmpdir(), 'haetae-reader-'))
    try {
      const file = join(folder, 'config')
      writeFileSync(file, limited.exportConfig())
      const { names, problems } = await read({ kubeconfig: file, namespace: NAMESPACE })
      expect(new Set(problems)).toEqual(new Set(['ERR_CLUSTER_FORBIDDEN']))
      // Nothing could be read of what owns them, so that the Deployment's pods are told themselves.
      expect(names).toHaveLength(PODS + 2)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('wrong credentials', async () => {
    const cluster = config.getCurrentCluster()
    if (cluster === null) throw new Error('the kubeconfig has no current cluster')
    const wrong = new KubeConfig()
    wrong.loadFromClusterAndUser(cluster, { name: 'nobody', token: 'no token' })
    const folder = mkdtempSync(join(tmpdir(), 'haetae-reader-'))
    try {
      const file = join(folder, 'config')
      writeFileSync(file, wrong.exportConfig())
      expect(await read({ kubeconfig: file })).toMatchObject({
        names: [],
        problems: ['ERR_CLUSTER_UNAUTHORIZED'],
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
