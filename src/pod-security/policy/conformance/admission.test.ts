import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../kubernetes/index.ts'
import { admitPod } from '../admission.ts'
import { evalPodSecurityPolicy, type PolicyRequest } from '../answer.ts'
import { decodePolicy } from '../decode-policy.ts'
import { createProvider } from '../provider.ts'
import type { PodSecurityPolicy } from '../types.ts'
import { normalized, readCases } from './cases.ts'

interface AdmissionCase {
  readonly name: string
  readonly psps: readonly PodSecurityPolicy[]
  readonly operation: 'CREATE' | 'UPDATE'
  readonly pod: Pod
  readonly oldPod: Pod | null
  readonly user?: { readonly name: string } | null
  readonly authorization?: {
    readonly allowed: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, boolean>>>>>>
  }
  readonly canMutate: boolean
  readonly expectedAdmit: boolean
  readonly expectedValidate: boolean
  readonly expectedPSP: string
  readonly admittedPod?: Pod
  readonly admitError?: string
  readonly validateError?: string
  readonly auditAnnotations: Readonly<Record<string, string>>
}

const cases = readCases<AdmissionCase>('admission.jsonl')
describe.skipIf(cases === undefined)("admission.jsonl: upstream's admission plugin", () => {
  test.each(cases ?? [])('$name', (given) => {
    const authorized = authorizedNames(given)
    const request: PolicyRequest = {
      policies: given.psps,
      operation: given.operation,
      pod: given.pod,
      oldPod: given.oldPod,
      ...(authorized && { authorized }),
    }
    const answer = evalPodSecurityPolicy(request)
    if ('error' in answer) throw new Error(answer.error.code)
    expect(answer.allowed).toBe(given.expectedAdmit && given.expectedValidate)
    expect(answer.auditAnnotations).toEqual(given.auditAnnotations)
    if (answer.allowed) {
      expect(answer.policy ?? '').toBe(given.expectedPSP)
      expect(normalized(answer.pod)).toEqual(normalized(given.admittedPod))
    } else {
      expect(answer.policy).toBe(null)
      expect(wordsOf(denialOf(given))).toEqual(wordsOf(given.admitError ?? given.validateError ?? ''))
    }
  })
})

/** Upstream goes through the failed policies in random order, so the sentence is compared word by word. */
function wordsOf(sentence: string): string[] {
  return sentence.split(/[ [\]]+/).sort()
}

function denialOf(given: AdmissionCase): string {
  const authorized = authorizedNames(given)
  const { denial } = admitPod({
    operation: given.operation,
    pod: given.pod,
    oldPod: given.oldPod ?? undefined,
    providers: given.psps.flatMap((policy) => {
      const provider = createProvider(decodePolicy(policy).policy)
      return 'reasons' in provider ? [] : [provider]
    }),
    isAuthorized: (policy) => authorized === undefined || authorized.includes(policy),
  })
  const name = given.pod.metadata?.name || given.pod.metadata?.generateName || 'Unknown'
  return `pods "${name}" is forbidden: ${denial}`
}

/** The policies that the user or the pod's service account may use in the pod's namespace. */
function authorizedNames({ authorization, user, pod }: AdmissionCase): string[] | undefined {
  if (authorization === undefined) return undefined
  const namespace = pod.metadata?.namespace ?? ''
  const { serviceAccountName } = pod.spec ?? {}
  const account = serviceAccountName && `system:serviceaccount:${namespace}:${serviceAccountName}`
  return [user?.name, account].flatMap((name) =>
    Object.entries((name && authorization.allowed[name]?.[namespace]) || {}).flatMap(([policy, allowed]) =>
      allowed ? [policy] : [],
    ),
  )
}
