import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeObject, type KubernetesObject, type Pod, podTemplateOf } from '../../src/kubernetes/index.ts'
import { evaluatePod, type Level, type PodSecurityPolicy } from '../../src/pod-security/index.ts'
import { type ApiServer, connect, succeed } from '../setup/api-server.ts'
import { haetae } from '../setup/haetae.ts'
import { deleteNamespace, makeNamespace, TOKENLESS } from '../setup/namespace.ts'
import { needs, policyCluster } from '../setup/needs.ts'
import { eachOf, Tally } from '../setup/work.ts'
import { putInForce, putOutOfForce, userOf } from './in-force.ts'
import { readPods } from './pods.ts'
import { readPolicies } from './policies.ts'

const { kubeconfig = '', otherwise } = policyCluster
const NAMESPACE = 'haetae-psp-commands'
/** One pod in so many is tried, under as many policies. */
const STEP = 4
const POLICIES_EACH = 10

interface Plan {
  readonly policy: string
  readonly level: Level
  readonly modes: { readonly enforce: Level }
  readonly stricter: readonly { readonly control: string }[]
}

describe(
  'haetae psp on the policies of a real API server',
  needs(policyCluster.kubeconfig, otherwise),
  () => {
    let folder = ''
    let policiesFile = ''
    let server: ApiServer
    let policies: readonly PodSecurityPolicy[] = []
    let names: readonly string[] = []
    let pods: readonly Pod[] = []

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'haetae-psp-'))
      policiesFile = join(folder, 'policies.json')
      server = await connect(kubeconfig)
      await makeNamespace(server, NAMESPACE)
      policies = (await putInForce(server, readPolicies())).taken
      names = policies.map(({ metadata }) => metadata?.name ?? '')
      pods = (await readPods(NAMESPACE)).map(({ pod }) => pod).filter((_, index) => index % STEP === 0)
      // As `kubectl get podsecuritypolicies -o json` prints them.
      const { items } = await succeed(server, {
        method: 'GET',
        path: '/apis/policy/v1beta1/podsecuritypolicies',
      })
      const inForce = (items as PodSecurityPolicy[]).filter(({ metadata }) =>
        names.includes(metadata?.name ?? ''),
      )
      const printed = inForce.map((item) => ({
        apiVersion: 'policy/v1beta1',
        kind: 'PodSecurityPolicy',
        ...item,
      }))
      writeFileSync(policiesFile, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: printed }))
    })

    afterAll(async () => {
      rmSync(folder, { recursive: true })
      await putOutOfForce(server, policies)
      await deleteNamespace(server, NAMESPACE)
      server.close()
    })

    test('migrate: what a policy admits breaks its level in nothing that the plan does not tell', async ({
      task,
    }) => {
      const run = await haetae(['psp', 'migrate', policiesFile, '--format', 'json'])
      expect([run.status, run.stderr]).toEqual([0, ''])
      const { policies: plans }: { policies: Plan[] } = JSON.parse(run.stdout)
      expect(plans.map(({ policy }) => policy).sort()).toEqual([...names].sort())

      const levels = new Tally()
      for (const { level, modes } of plans) levels.add(`${level} (enforced: ${modes.enforce})`)
      const untold: object[] = []
      const outcomes = new Tally()
      await eachOf(pods.entries(), async ([index, pod]) => {
        for (let turn = 0; turn < POLICIES_EACH; turn++) {
          const plan = plans[(index * 7 + turn * 17) % plans.length]
          if (plan === undefined) continue
          const { status, body } = await create(pod, [plan.policy])
          outcomes.add(status === 201 ? 'admitted' : 'not admitted')
          if (status !== 201) continue
          const told = plan.stricter.map(({ control }) => control)
          const broken = [plan.level, plan.modes.enforce].flatMap((level) =>
            brokenControls(body as KubernetesObject, level),
          )
          const missing = broken.filter((control) => !told.includes(control))
          if (missing.length > 0) untold.push({ plan: plan.policy, missing, pod })
        }
      })
      task.meta.results = [`${plans.length} plans: ${levels}`, `pods tried under them: ${outcomes}`]
      expect({ count: untold.length, first: untold.slice(0, 3) }).toEqual({ count: 0, first: [] })
    })

    test('check: manifests are allowed by the policy by which the server allows them', async ({ task }) => {
      const manifests = pods.filter(({ spec }) => spec?.serviceAccountName === TOKENLESS)
      const file = join(folder, 'pods.json')
      writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }))
      const some = policies.filter((_, index) => index % 12 === 5)
      const policiesTried = join(folder, 'tried.json')
      writeFileSync(policiesTried, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: some }))
      const run = await haetae(['psp', 'check', file, '--policies', policiesTried, '--format', 'json'])
      expect(run.status).toBe(1)
      const report: { pods: { resource: { name: string }; policy: string | null }[] } = JSON.parse(run.stdout)
      const chosen = new Map(report.pods.map(({ resource, policy }) => [resource.name, policy]))
      const different: object[] = []
      const outcomes = new Tally()
      await eachOf(manifests, async (pod) => {
        const { status, body } = await create(
          pod,
          some.map(({ metadata }) => metadata?.name ?? ''),
        )
        const annotations = body.metadata?.['annotations'] as Readonly<Record<string, string>> | undefined
        const isDenied = status === 403 && body.message?.includes('PodSecurityPolicy: ')
        if (status !== 201 && !isDenied) return
        const policy = annotations?.['kubernetes.io/psp'] ?? null
        outcomes.add(policy === null ? 'denied' : 'allowed')
        const haetaes = chosen.get(pod.metadata?.name ?? '')
        if (haetaes !== policy) different.push({ server: policy, haetae: haetaes, pod })
      })
      task.meta.results = [`${some.length} policies at once: ${outcomes}`]
      expect(different.slice(0, 3)).toEqual([])
    })

    function create(pod: Pod, authorized: readonly string[]) {
      const path = `/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`
      return server.send({ method: 'POST', path, body: pod, as: userOf(authorized) })
    }
  },
)

/** Ids of the controls of a level that a pod breaks. */
function brokenControls(pod: KubernetesObject, level: Level): string[] {
  const template = podTemplateOf(decodeObject(pod).object)
  if (template === undefined) throw new Error('a pod is its own template')
  return evaluatePod(level, 'latest', template).map(({ check }) => check)
}
