import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Pod } from '../../src/kubernetes/index.ts'
import {
  decodePolicy,
  type PodSecurityPolicy,
  validatePodSecurityPolicy,
} from '../../src/pod-security/index.ts'
import { type ApiRequest, type ApiServer, connect, remove, succeed } from '../setup/api-server.ts'
import { deleteNamespace, makeNamespace, TOKENLESS } from '../setup/namespace.ts'
import { needs, policyCluster } from '../setup/needs.ts'
import { eachOf, scattered, Tally, until } from '../setup/work.ts'
import { compareAuditAnnotations } from './audit-annotations.ts'
import { beforeAdmission } from './before-admission.ts'
import { ask, compare, type PolicyAnswer, type Question } from './disagreements.ts'
import { permissiveUser, putInForce, putOutOfForce, type RefusedPolicy, userOf } from './in-force.ts'
import { complete, type PodToTry, readPods } from './pods.ts'
import { readPolicies, readUntrustedPolicies } from './policies.ts'
import { policiesFor, upstreamCombinations } from './questions.ts'
import { updates } from './updates.ts'

const { kubeconfig, auditLog = '', otherwise } = policyCluster
const NAMESPACE = 'haetae-verdicts'
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`
const RUNTIME_CLASSES = '/apis/node.k8s.io/v1/runtimeclasses'
/** The API server refuses pods of classes that it does not know, whatever policies say. */
const CLASSES_OF_PODS = ['foo', 'good', 'bad', 'tim']
/** Milliseconds for each comparison: an idle machine tries all cases in it, a busy one fewer. */
const BUDGET = 100_000
/** As many cases must be tried on any machine. */
const AT_LEAST = 500
/** One pod in so many is really created, to be updated. */
const UPDATED = 25

describe('PodSecurityPolicy: Haetae decides as a real API server', needs(kubeconfig, otherwise), () => {
  let server: ApiServer
  let policies: readonly PodSecurityPolicy[] = []
  let names: readonly string[] = []
  let refusedPolicies: readonly RefusedPolicy[] = []
  let pods: readonly PodToTry[] = []
  /** The pods as the plugin meets them, by their index; absent where the server refuses them in any case. */
  const met = new Map<number, Pod>()
  const refusedPods = new Tally()

  beforeAll(async () => {
    server = await connect(kubeconfig ?? '')
    await makeNamespace(server, NAMESPACE)
    for (const name of CLASSES_OF_PODS)
      await succeed(server, {
        method: 'POST',
        path: RUNTIME_CLASSES,
        body: { metadata: { name }, handler: name },
      })
    ;({ taken: policies, refused: refusedPolicies } = await putInForce(server, readPolicies()))
    names = policies.map(({ metadata }) => metadata?.name ?? '')
    pods = await readPods(NAMESPACE)
    await eachOf(pods.entries(), async ([index, { pod }]) => {
      const { status, body } = await underNoPolicy(pod)
      if (status === 201) met.set(index, beforeAdmission(body as Pod, pod))
      else refusedPods.add(fieldsOf(body.message))
    })
  })

  afterAll(async () => {
    await putOutOfForce(server, policies)
    for (const name of CLASSES_OF_PODS) await remove(server, `${RUNTIME_CLASSES}/${name}`)
    await deleteNamespace(server, NAMESPACE)
    server.close()
  })

  test('on policies: which are valid, and what is wrong with the others', async ({ task }) => {
    const different: object[] = []
    const all = [...policies, ...refusedPolicies.map(({ policy }) => policy), ...readUntrustedPolicies()]
    await eachOf(all.entries(), async ([index, given]) => {
      const { name, annotations } = given.metadata ?? {}
      const metadata = { ...(annotations && { annotations }), ...(name && { name: `v${index}-${name}` }) }
      const policy = {
        apiVersion: 'policy/v1beta1',
        kind: 'PodSecurityPolicy',
        metadata,
        spec: given.spec ?? {},
      }
      const path = '/apis/policy/v1beta1/podsecuritypolicies?dryRun=All'
      const { status, body } = await server.send({ method: 'POST', path, body: policy })
      const errors = new Set(
        validatePodSecurityPolicy(decodePolicy(policy).policy).map(({ message }) => message),
      )
      const haetae = errors.size === 1 ? [...errors][0] : `[${[...errors].join(', ')}]`
      const said = status === 201 ? '[]' : body.message?.replace(/^\S+ ".*?" is invalid: /, '')
      if (said !== haetae) different.push({ policy, server: said, haetae })
    })
    task.meta.results = [`${all.length} policies validated`]
    expect(different).toEqual([])
  })

  test('on creations: verdict, policy chosen, pod made, errors, audit annotations', async ({ task }) => {
    const cases: Case[] = []
    const add = (index: number, authorized: readonly string[]) => {
      const pod = met.get(index)
      const sent = pods[index]?.pod
      if (pod && sent)
        cases.push({
          request: { method: 'POST', path: `${PODS}?dryRun=All`, body: sent, as: userOf(authorized) },
          question: { operation: 'CREATE', pod, policies, authorized },
        })
    }
    for (const index of met.keys()) for (const some of policiesFor(names, index)) add(index, some)
    const given = pods.map(({ pod }) => pod)
    for (const { pod, names: some } of upstreamCombinations(given, policies, complete)) add(pod, some)
    expect(differentAsManifests(cases)).toEqual([])
    task.meta.results = [
      `${met.size} of ${pods.length} pods, ${policies.length} policies in force`,
      `left out, since the API refuses them in any case, for: ${refusedPods}`,
      ...(await tryAll('creations', cases)),
    ]
  })

  test('on updates: verdict, errors, audit annotations', async ({ task }) => {
    const cases: Case[] = []
    const refused = new Tally()
    const chosen = [...met.keys()].filter((index) => index % UPDATED === 0)
    await eachOf(chosen, async (index) => {
      const created = await server.send({
        method: 'POST',
        path: PODS,
        body: pods[index]?.pod ?? {},
        as: permissiveUser,
      })
      expect(created.status).toBe(201)
      const name = created.body.metadata?.name ?? ''
      const path = `${PODS}/${name}`
      // Ephemeral containers come by a subresource that the plugin does not look at; it sees them at the next update.
      if (index % 2 === 0) {
        const ephemeralContainers = [{ name: 'debug', image: 'example.com/debug' }]
        const body = {
          apiVersion: 'v1',
          kind: 'EphemeralContainers',
          metadata: { name },
          ephemeralContainers,
        }
        await succeed(server, { method: 'PUT', path: `${path}/ephemeralcontainers`, body })
      }
      const current = await succeed(server, { method: 'GET', path })
      const { resourceVersion: _, ...metadata } = current.metadata ?? {}
      const oldPod = { ...current, metadata } as Pod
      for (const update of updates) {
        const pod = update.of(oldPod)
        const put: ApiRequest = { method: 'PUT', path: `${path}?dryRun=All`, body: pod, as: permissiveUser }
        const { status } = await server.send(put)
        if (status !== 200) {
          refused.add(update.name)
          continue
        }
        for (const authorized of policiesFor(names, index))
          cases.push({
            request: { ...put, as: userOf(authorized) },
            question: { operation: 'UPDATE', pod, oldPod, policies, authorized },
          })
      }
    })
    task.meta.results = [
      `${chosen.length} pods updated; updates that the API's own validation refuses: ${refused}`,
      ...(await tryAll('updates', cases)),
    ]
  })

  /** @returns what to tell in the summary */
  async function tryAll(what: string, cases: readonly Case[]): Promise<string[]> {
    const tally = new Tally()
    const different: object[] = []
    const answers = new Map<string, PolicyAnswer>()
    const compareOne = async ([number, { request, question }]: readonly [number, Case]) => {
      const auditId = `haetae-${what}-${process.pid}-${number}`
      const answered = await server.send({ ...request, auditId })
      const answer = ask(question)
      const outcome = await compare(answered, answer, question.operation, underNoPolicy)
      answers.set(auditId, outcome.kind === 'refused-after-admission' ? beforeValidation(answer) : answer)
      tally.add(`${outcome.kind} under ${howMany(question.authorized)}`)
      if (outcome.kind !== 'different') return
      different.push({ ...outcome, authorized: question.authorized, sent: request.body })
    }
    await eachOf(scattered(cases).entries(), compareOne, { milliseconds: BUDGET, least: AT_LEAST })
    // The API server answers, and then writes that it has.
    const audited = await until(
      async () => {
        const found = compareAuditAnnotations(auditLog, answers)
        return found.compared >= answers.size ? found : undefined
      },
      () => `the events of ${answers.size} requests in the audit log`,
    )
    expect({ count: different.length, first: different.slice(0, 5) }).toEqual({ count: 0, first: [] })
    expect(audited.different.slice(0, 5)).toEqual([])
    expect(audited.compared).toBe(answers.size)
    expect(answers.size).toBeGreaterThanOrEqual(Math.min(cases.length, AT_LEAST))
    return [
      `${answers.size} of ${cases.length} ${what} in the time: ${tally}`,
      `${audited.compared} audit events of ${what}, ${audited.annotated} with the plugin's annotations`,
    ]
  }

  function underNoPolicy(pod: Pod) {
    return server.send({ method: 'POST', path: `${PODS}?dryRun=All`, body: pod, as: permissiveUser })
  }
})

/** A request with what Haetae is asked instead. */
interface Case {
  readonly request: ApiRequest
  readonly question: Question
}

/**
 * Pods of which Haetae says something else when it is given the manifest, not what the API's defaults make of it. The
 * only thing that policies look at and no manifest has is the volume of the service account's token.
 */
function differentAsManifests(cases: readonly Case[]): object[] {
  return cases.flatMap(({ request, question }) => {
    const sent: Pod = request.body ?? {}
    if (sent.spec?.serviceAccountName !== TOKENLESS) return []
    const manifest = ask({ ...question, pod: sent })
    const stored = ask(question)
    const isSame = manifest.allowed === stored.allowed && manifest.policy === stored.policy
    return isSame ? [] : [{ sent, manifest, stored }]
  })
}

/** The API's own validation comes between the plugin's two phases: what it refuses never reaches the second. */
function beforeValidation(answer: PolicyAnswer): PolicyAnswer {
  const audited = Object.entries(answer.auditAnnotations).filter(([name]) => name.endsWith('/admit-policy'))
  return { ...answer, auditAnnotations: Object.fromEntries(audited) }
}

function howMany({ length }: readonly string[]): string {
  if (length === 0) return 'no policy'
  return length === 1 ? 'one policy' : 'several policies'
}

/** The fields that a sentence of the API's validation is about. */
function fieldsOf(message = ''): string {
  const fields = message.match(/\b(?:spec|metadata)\.[\w.[\]-]+/g) ?? [message]
  return [...new Set(fields.map((field) => field.replaceAll(/\[\d+\]/g, '[]')))].join(' and ')
}
