import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { KubernetesObject, ObjectView } from '../../../kubernetes/index.ts'
import type { Decision, RequestAttributes } from '../../request/index.ts'
import { createAdmissionChain } from '../chain/admit.ts'
import { podOf, requestFor, surroundingsOf } from '../request.fixture.ts'
import type { AdmissionSurroundings } from '../stage.ts'
import { createPodSecurityPolicy } from './pod-security-policy.ts'

const ALLOW: Decision = { verdict: 'allow', reason: { id: 'test.allow', data: {} } }
const NONE: Decision = { verdict: 'no-opinion', reason: { id: 'test.none', data: {} } }

const policy = (name: string, spec: object = {}): KubernetesObject => ({
  apiVersion: 'policy/v1beta1',
  kind: 'PodSecurityPolicy',
  metadata: { name },
  spec: {
    ...Object.fromEntries(
      ['runAsUser', 'seLinux', 'supplementalGroups', 'fsGroup'].map((rule) => [rule, { rule: 'RunAsAny' }]),
    ),
    volumes: ['*'],
    ...spec,
  },
})

function surroundingsWith(
  policies: readonly KubernetesObject[],
  mayUse: (attributes: RequestAttributes) => boolean,
): AdmissionSurroundings {
  const objects: ObjectView = {
    get: () => undefined,
    list: ({ resource }) => (resource === 'podsecuritypolicies' ? policies : []),
    isComplete: () => true,
    subscribe: () => () => undefined,
  }
  const authorize = async (attributes: RequestAttributes) => (mayUse(attributes) ? ALLOW : NONE)
  return surroundingsOf([], { objects, authorize })
}

const chain = createAdmissionChain([createPodSecurityPolicy()])

describe('PodSecurityPolicy', () => {
  test.each([
    ['the requester in policy', (a: RequestAttributes) => a.user.name === 'jane' && a.apiGroup === 'policy'],
    [
      'the requester in extensions',
      (a: RequestAttributes) => a.user.name === 'jane' && a.apiGroup === 'extensions',
    ],
    ['the account', (a: RequestAttributes) => a.user.name === 'system:serviceaccount:shop:robot'],
  ])('is usable by %s', async (_, mayUse) => {
    const asked: RequestAttributes[] = []
    const surroundings = surroundingsWith([policy('p')], (attributes) => {
      asked.push(attributes)
      return mayUse(attributes)
    })
    const result = await chain.admit(requestFor(podOf({ serviceAccountName: 'robot' })), surroundings)
    expect(result.refusal).toBeUndefined()
    expect(result.object?.metadata?.annotations).toEqual({ 'kubernetes.io/psp': 'p' })
    expect(result.auditAnnotations).toEqual({
      'podsecuritypolicy.policy.k8s.io/admit-policy': 'p',
      'podsecuritypolicy.policy.k8s.io/validate-policy': 'p',
    })
    expect(asked[0]).toMatchObject({
      verb: 'use',
      resource: 'podsecuritypolicies',
      name: 'p',
      namespace: 'shop',
    })
  })

  test('refuses who may use none', async () => {
    const { refusal } = await chain.admit(
      requestFor(podOf()),
      surroundingsWith([policy('p')], () => false),
    )
    expect(refusal?.message).toBe('pods "web" is forbidden: PodSecurityPolicy: unable to admit pod: []')
  })

  test('refuses what another stage made of the pod after it', async () => {
    const privileged = podOf({
      containers: [{ name: 'c', image: 'i', securityContext: { privileged: true } }],
    })
    const late = createAdmissionChain([
      createPodSecurityPolicy(),
      { name: 'late', mutate: () => ({ object: privileged }) },
    ])
    const { refusal } = await late.admit(
      requestFor(podOf()),
      surroundingsWith([policy('p')], () => true),
    )
    expect(refusal?.message).toContain(
      'unable to validate pod: [spec.containers[0].securityContext.privileged',
    )
  })

  test('refuses every pod where there is no policy', async () => {
    const { refusal } = await chain.admit(
      requestFor(podOf()),
      surroundingsWith([], () => true),
    )
    expect(refusal?.message).toContain('no providers available to validate pod request')
  })
})

/** Cases of Kubernetes' own plugin, through the stage as the gate runs it; all of them. */
const file = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'psp', 'admission.jsonl')
const available = existsSync(file)
if (!available) console.info(`skipped: no PodSecurityPolicy conformance cases in ${file}`)

describe.skipIf(!available)('Kubernetes’ own cases', () => {
  interface Case {
    readonly name: string
    readonly psps: readonly KubernetesObject[]
    readonly operation: 'CREATE' | 'UPDATE'
    readonly pod: KubernetesObject
    readonly oldPod: KubernetesObject | null
    readonly user?: { readonly name: string } | null
    readonly authorization?: {
      readonly allowed: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, boolean>>>>>>
    }
    readonly expectedAdmit: boolean
    readonly expectedValidate: boolean
    readonly admitError?: string
    readonly validateError?: string
    readonly auditAnnotations: Readonly<Record<string, string>>
  }
  const cases = available
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Case)
    : []

  test.each(cases)('$name', async (given) => {
    const mayUse = ({ user, namespace, name }: RequestAttributes) =>
      given.authorization === undefined ||
      given.authorization.allowed[user.name]?.[namespace]?.[name] === true
    const request = requestFor(given.pod, {
      operation: given.operation,
      user: { name: given.user?.name ?? '', groups: [] },
      ...(given.oldPod !== null && { oldObject: given.oldPod }),
    })
    const result = await chain.admit(request, surroundingsWith(given.psps, mayUse))
    expect(result.refusal === undefined).toBe(given.expectedAdmit && given.expectedValidate)
    if (result.refusal === undefined) expect(result.auditAnnotations).toEqual(given.auditAnnotations)
    // Kubernetes goes through the failed policies in random order, so the sentence is compared word by word.
    else
      expect(wordsOf(result.refusal.message)).toEqual(wordsOf(given.admitError ?? given.validateError ?? ''))
  })
})

function wordsOf(sentence: string): string[] {
  return sentence.split(/[ [\]]+/).sort()
}
