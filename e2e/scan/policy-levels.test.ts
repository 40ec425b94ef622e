import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Pod } from '../../src/kubernetes/index.ts'
import { permissiveUser, putInForce, putOutOfForce, userOf } from '../policy/in-force.ts'
import { readPods } from '../policy/pods.ts'
import { type ApiServer, connect } from '../setup/api-server.ts'
import { distinct } from '../setup/corpora.ts'
import { findingsByObject, scan } from '../setup/haetae.ts'
import { deleteNamespace, makeNamespace } from '../setup/namespace.ts'
import { needs, policyCluster } from '../setup/needs.ts'
import { eachOf, Tally } from '../setup/work.ts'
import { DIFFERENCES_BY_DEFINITION } from './differences-by-definition.ts'
import { type ExpressedLevel, expressedLevels, STANDARD_VERSION } from './expressed-levels.ts'
import { readWorkloads } from './workloads.ts'

const { kubeconfig = '', otherwise } = policyCluster
/** Where pods are made under a policy that changes nothing; beside it one namespace a level. */
const AS_GIVEN = 'haetae-as-given'
const namespaceOf = (level: string) => `haetae-under-${level}`

describe('PodSecurityPolicies that express a level', needs(policyCluster.kubeconfig, otherwise), () => {
  const policies = expressedLevels.map(({ policy }) => policy)
  const namespaces = [AS_GIVEN, ...expressedLevels.map(({ level }) => namespaceOf(level))]
  let server: ApiServer
  const pods: Pod[] = []

  beforeAll(async () => {
    server = await connect(kubeconfig)
    for (const namespace of namespaces) await makeNamespace(server, namespace)
    await putInForce(server, policies)
    const written = (await readPods(AS_GIVEN)).map(({ pod }) => pod)
    const others = (await readWorkloads(AS_GIVEN)).filter(({ object }) => object.kind === 'Pod')
    const all = distinct([...written, ...others.map(({ object }) => object as Pod)], ({ metadata, spec }) => [
      metadata?.annotations,
      { ...spec, serviceAccountName: '' },
    ])
    await eachOf(all, async (pod) => {
      if ((await create(AS_GIVEN, pod, permissiveUser)).status === 201) pods.push(pod)
    })
  })

  afterAll(async () => {
    await putOutOfForce(server, policies)
    for (const namespace of namespaces) await deleteNamespace(server, namespace)
    server.close()
  })

  test.for(expressedLevels)(
    'refuse the pods that break $level, and no others',
    async ({ level, policy, controls }, { task }) => {
      const user = userOf([policy.metadata?.name ?? ''])
      const outcomes = new Map<Pod, 'admitted' | 'refused'>()
      const left = new Tally()
      await eachOf(pods, async (pod) => {
        const { status, body } = await create(namespaceOf(level), pod, user)
        if (status === 201) outcomes.set(pod, 'admitted')
        else if (body.message?.includes('PodSecurityPolicy: ')) outcomes.set(pod, 'refused')
        else left.add('the API refuses what the policy makes of it')
      })
      const offencesAsGiven = await findOffences(AS_GIVEN, level, controls)
      // "If the pod must be defaulted or mutated …": what the policy lets pass is as the policy made it.
      const offencesAsMade = await findOffences(namespaceOf(level), level, controls)
      const different: object[] = []
      const compared = new Tally()
      for (const [pod, outcome] of outcomes) {
        const byName = outcome === 'refused' ? offencesAsGiven : offencesAsMade
        const offences = byName.get(pod.metadata?.name ?? '') ?? []
        const difference = DIFFERENCES_BY_DEFINITION.find(({ explains }) => explains(pod, offences))
        if ((outcome === 'refused') === offences.length > 0) compared.add(outcome)
        else if (difference !== undefined) left.add(difference.reason)
        else different.push({ outcome, offences, pod })
      }
      task.meta.results = [`${level}: ${compared} by policy and standard alike; left out: ${left}`]
      expect(different.slice(0, 3)).toEqual([])
    },
  )

  function create(namespace: string, pod: Pod, as: ReturnType<typeof userOf>) {
    const body = { ...pod, metadata: { ...pod.metadata, namespace } }
    return server.send({ method: 'POST', path: `/api/v1/namespaces/${namespace}/pods`, body, as })
  }
})

/** By name of the pod, the offences that a scan of the namespace finds against those controls. */
async function findOffences(
  namespace: string,
  level: ExpressedLevel['level'],
  controls: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const options = ['--level', level, '--version', STANDARD_VERSION, '--fail-on', 'none']
  const { report } = await scan(['--cluster', '--kubeconfig', kubeconfig, '-n', namespace, ...options])
  const only = report.findings.filter(({ check }) => controls.includes(check))
  const byObject = findingsByObject({ ...report, findings: only })
  return new Map([...byObject].map(([object, found]) => [object.slice(object.indexOf('/') + 1), found]))
}
