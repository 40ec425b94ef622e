import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type AdmissionChain,
  createAdmissionChain,
  createAdmissionStages,
  type PluginName,
} from '../../src/api-access/admission/index.ts'
import {
  fixedObjects,
  formatQuantity,
  type KubernetesObject,
  type ObjectView,
  parseQuantity,
} from '../../src/kubernetes/index.ts'
import { type ApiServer, connect, succeed } from '../setup/api-server.ts'
import { type ControlPlane, clusterScript, startControlPlane } from '../setup/control-plane.ts'
import { makeNamespace } from '../setup/namespace.ts'
import { needs, policyCluster } from '../setup/needs.ts'
import { until } from '../setup/work.ts'
import { COUNTED, NAMESPACES, PODS } from './pods.ts'

const script = clusterScript()

/** In the API server beside those that it runs by default; ours are the same. */
const ASKED_FOR = ['AlwaysPullImages', 'PodNodeSelector', 'PodTolerationRestriction']
const OURS: readonly PluginName[] = [
  'NamespaceLifecycle',
  'LimitRanger',
  'ServiceAccount',
  'AlwaysPullImages',
  'PodNodeSelector',
  'DefaultTolerationSeconds',
  'PodTolerationRestriction',
  'ResourceQuota',
]

/** Every pod is sent to a real API server as a dry run, and its answer compared with what our stages make of the pod. */
describe("our stages and a real API server's plugins", needs(script, policyCluster.otherwise), () => {
  let plane: ControlPlane | undefined
  let server: ApiServer
  let chain: AdmissionChain
  let view: ObjectView

  beforeAll(async () => {
    plane = await startControlPlane(script ?? '', {
      admissionPlugins: ASKED_FOR,
      featureGates: ['TTLAfterFinished'],
    })
    server = await connect(plane.kubeconfig)
    for (const [name, { annotations, objects }] of Object.entries(NAMESPACES)) {
      await makeNamespace(server, name)
      const path = `/api/v1/namespaces/${name}`
      const stored = await succeed(server, { method: 'GET', path })
      const metadata = { ...stored.metadata, annotations }
      await succeed(server, { method: 'PUT', path, body: { ...stored, metadata } })
      for (const { resource, body } of objects)
        await succeed(server, { method: 'POST', path: `${path}/${resource}`, body })
    }
    await until(async () => {
      const { body } = await server.send({ method: 'GET', path: '/api/v1/resourcequotas' })
      const quotas = body['items'] as { status?: { used?: object } }[]
      return quotas.every(({ status }) => status?.used !== undefined) || undefined
    }, 'the quotas to be counted')
    view = fixedObjects(await everything(server))
    chain = createAdmissionChain(createAdmissionStages(OURS, { serviceAccountTokens: 'secret' }))
  })
  afterAll(async () => {
    server?.close()
    await plane?.down()
  })

  const cases = Object.keys(NAMESPACES).flatMap((namespace) =>
    Object.entries(PODS).map(([name, spec]) => ({ namespace, name, spec })),
  )
  test.each(cases)('$name in $namespace', async ({ namespace, spec }) => {
    const pod: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pod', namespace },
      spec: JSON.parse(JSON.stringify(spec)),
    }
    const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`
    const { status, body } = await server.send({ method: 'POST', path, body: pod })
    const type = { group: '', version: 'v1' }
    const ours = await chain.admit(
      {
        uid: 'u',
        operation: 'CREATE',
        kind: { ...type, kind: 'Pod' },
        resource: { ...type, resource: 'pods' },
        subresource: '',
        name: 'pod',
        namespace,
        user: { name: 'admin', groups: ['system:masters'] },
        object: pod,
        dryRun: true,
      },
      { objects: view, now: Date.now, authorize: () => Promise.reject(new Error('nobody asks')) },
    )
    if (status === 201) {
      expect(ours.refusal).toBeUndefined()
      expect(decided(ours.object)).toEqual(decided(body as unknown as KubernetesObject))
    } else {
      expect(ours.refusal && { code: ours.refusal.code, message: words(ours.refusal.message) }).toEqual({
        code: status,
        message: words(body.message ?? ''),
      })
    }
  })

  test.each(Object.entries(COUNTED))('%s is counted', async (_, { group = '', kind, resource, spec }) => {
    const namespace = 'counted'
    const apiVersion = group === '' ? 'v1' : `${group}/v1`
    const object = { apiVersion, kind, metadata: { name: 'made', namespace }, spec } as KubernetesObject
    const root = group === '' ? '/api/v1' : `/apis/${apiVersion}`
    const path = `${root}/namespaces/${namespace}/${resource}?dryRun=All`
    const { status, body } = await server.send({ method: 'POST', path, body: object })
    const type = { group, version: 'v1' }
    const { refusal } = await chain.admit(
      {
        uid: 'u',
        operation: 'CREATE',
        kind: { ...type, kind },
        resource: { ...type, resource },
        subresource: '',
        name: 'made',
        namespace,
        user: { name: 'admin', groups: ['system:masters'] },
        object,
        dryRun: true,
      },
      { objects: view, now: Date.now, authorize: () => Promise.reject(new Error('nobody asks')) },
    )
    const theirs = status === 201 ? undefined : { code: status, message: body.message }
    expect(refusal && { code: refusal.code, message: refusal.message }).toEqual(theirs)
  })
})

/** All that the stages read, as stored. */
async function everything(server: ApiServer): Promise<KubernetesObject[]> {
  const resources = {
    Namespace: 'namespaces',
    LimitRange: 'limitranges',
    ResourceQuota: 'resourcequotas',
    ServiceAccount: 'serviceaccounts',
    Secret: 'secrets',
    Pod: 'pods',
  }
  const lists = await Promise.all(
    Object.entries(resources).map(async ([kind, resource]) => {
      const { items } = await succeed(server, { method: 'GET', path: `/api/v1/${resource}` })
      return (items as object[]).map((item) => ({ apiVersion: 'v1', kind, ...item }))
    }),
  )
  return lists.flat()
}

/** What the stages decide of a pod; the rest the API server fills in by itself. */
function decided(pod: KubernetesObject | undefined): unknown {
  const spec = pod?.['spec'] as Readonly<Record<string, unknown>> | undefined
  const containers = (list: unknown) =>
    ((list ?? []) as Readonly<Record<string, unknown>>[]).map(
      ({ name, imagePullPolicy, resources, volumeMounts }) => ({
        name,
        imagePullPolicy,
        resources: defaulted(resources as Resources | undefined),
        volumeMounts: volumeMounts ?? [],
      }),
    )
  const volumes = (spec?.['volumes'] ?? []) as Readonly<Record<string, unknown>>[]
  return {
    annotations: pod?.metadata?.annotations ?? {},
    serviceAccountName: spec?.['serviceAccountName'],
    imagePullSecrets: spec?.['imagePullSecrets'] ?? [],
    nodeSelector: spec?.['nodeSelector'] ?? {},
    tolerations: spec?.['tolerations'] ?? [],
    volumes: volumes.map(({ name, secret }) => ({
      name,
      secret: (secret as { secretName?: string } | undefined)?.secretName,
    })),
    containers: containers(spec?.['containers']),
    initContainers: containers(spec?.['initContainers']),
  }
}

type Amounts = Readonly<Record<string, string>>
interface Resources {
  readonly requests?: Amounts
  readonly limits?: Amounts
}

/** As the API server writes amounts, with the requests that it takes from limits whatever the plugins do. */
function defaulted({ requests = {}, limits = {} }: Resources = {}): Resources {
  return { requests: canonical({ ...limits, ...requests }), limits: canonical(limits) }
}

function canonical(amounts: Amounts): Amounts {
  return Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => {
      const quantity = parseQuantity(amount)
      return [name, quantity === undefined ? amount : formatQuantity(quantity)]
    }),
  )
}

/**
 * Kubernetes goes through the resources of a limit in random order, so sentences are compared word by word. Which
 * containers fail to state a resource (`must specify cpu for: a,b; memory for: b`) older servers do not say.
 */
function words(message: string): string[] {
  const [before = '', stated] = message.split('must specify ')
  const withoutContainers = stated?.replaceAll(/ for: [^;]*/g, '').replaceAll('; ', ',')
  const asOfOld = withoutContainers === undefined ? before : `${before}must specify ${withoutContainers}`
  return asOfOld.split(/[ ,[\]]+/).sort()
}
