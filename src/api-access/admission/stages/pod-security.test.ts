import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../kubernetes/index.ts'
import { loadConfigurationObject } from '../../../pod-security/index.ts'
import { createAdmissionChain } from '../chain/admit.ts'
import { namespaceOf, podOf, requestFor, surroundingsOf } from '../request.fixture.ts'
import type { AdmissionRequest } from '../stage.ts'
import { createPodSecurity } from './pod-security.ts'

const restricted = namespaceOf('shop', { 'pod-security.kubernetes.io/enforce': 'restricted' })
const chain = createAdmissionChain([createPodSecurity()])

describe('PodSecurity', () => {
  test('refuses a privileged pod in a restricted namespace in Kubernetes’ words', async () => {
    const pod = podOf({
      containers: [{ name: 'web', image: 'web:1', securityContext: { privileged: true } }],
    })
    const { refusal, auditAnnotations } = await chain.admit(requestFor(pod), surroundingsOf([restricted]))
    expect(refusal).toMatchObject({ code: 403, reason: 'Forbidden', details: { name: 'web', kind: 'pods' } })
    expect(refusal?.message).toBe(
      'pods "web" is forbidden: violates PodSecurity "restricted:latest": privileged (container "web" must not set securityContext.privileged=true), allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "web" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "web" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    )
    expect(auditAnnotations['pod-security.kubernetes.io/enforce-policy']).toBe('restricted:latest')
  })

  test('warns of a Deployment whose pods would be refused', async () => {
    const spec = { template: { spec: { hostNetwork: true, containers: [{ name: 'web', image: 'web:1' }] } } }
    const metadata = { name: 'web', namespace: 'shop' }
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }
    const { refusal, warnings } = await chain.admit(requestFor(deployment), surroundingsOf([restricted]))
    expect(refusal).toBeUndefined()
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/^would violate PodSecurity "restricted:latest": host namespaces/)
  })

  test('refuses with 500 in a namespace that is not known', async () => {
    const { refusal } = await chain.admit(requestFor(podOf()), surroundingsOf([]))
    expect(refusal).toMatchObject({
      code: 500,
      message: 'Internal error occurred: failed to lookup namespace "shop"',
    })
  })

  test('looks up a namespace that the view has not seen yet', async () => {
    const lookUp = async (_: unknown, __: string, name: string) => (name === 'shop' ? restricted : undefined)
    const { refusal } = await chain.admit(requestFor(podOf()), surroundingsOf([], { lookUp }))
    expect(refusal?.code).toBe(403)
  })

  test('tries the pods of a namespace whose level is raised', async () => {
    const before = namespaceOf('shop')
    const request = requestFor(restricted, { operation: 'UPDATE', oldObject: before })
    const { warnings } = await chain.admit(request, surroundingsOf([before, podOf({ hostPID: true })]))
    expect(warnings[0]).toBe(
      'existing pods in namespace "shop" violate the new PodSecurity enforce level "restricted:latest"',
    )
  })
})

/** Kubernetes' own cases, through the stage as the gate runs it. */
const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'pss')
const available = existsSync(folder)
if (!available) console.info(`skipped: no Pod Security Admission conformance cases in ${folder}`)

describe.skipIf(!available)('Kubernetes’ own cases', () => {
  interface Case {
    readonly name: string
    readonly config: unknown
    readonly namespace: string
    readonly namespaceExists: boolean
    readonly namespaceLabels: Readonly<Record<string, string>> | null
    readonly objectDecodeError?: string
    readonly oldObjectDecodeError?: string
    readonly request: Omit<AdmissionRequest, 'object' | 'oldObject' | 'user' | 'namespace'> & {
      readonly object: KubernetesObject | null
      readonly oldObject: KubernetesObject | null
      readonly user: string
    }
    readonly expected: {
      readonly allowed: boolean
      readonly code?: number
      readonly reason?: string
      readonly message?: string
      readonly warnings: readonly string[]
      readonly auditAnnotations: Readonly<Record<string, string>>
    }
  }
  const cases = available
    ? readFileSync(join(folder, 'admission_pods.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Case)
        // Requests whose object a decoder refused never reach a stage of the gate.
        .filter((item) => item.objectDecodeError === undefined && item.oldObjectDecodeError === undefined)
    : []

  test.each(cases)(
    '$name',
    async ({ config, namespace, namespaceExists, namespaceLabels, request, expected }) => {
      const loaded = loadConfigurationObject(config)
      if (!('settings' in loaded)) throw new Error('the configuration is valid')
      const { object, oldObject, user, ...fields } = request
      const result = await createAdmissionChain([createPodSecurity(loaded.settings)]).admit(
        {
          ...fields,
          uid: 'u',
          dryRun: false,
          namespace,
          user: { name: user, groups: [] },
          ...(object !== null && { object }),
          ...(oldObject !== null && { oldObject }),
        },
        surroundingsOf(namespaceExists ? [namespaceOf(namespace, namespaceLabels ?? {})] : []),
      )
      const annotations = Object.fromEntries(
        Object.entries(expected.auditAnnotations).map(([key, value]) => [
          `pod-security.kubernetes.io/${key}`,
          value,
        ]),
      )
      expect(result.refusal === undefined).toBe(expected.allowed)
      expect(result.refusal?.code).toBe(expected.code)
      expect(result.refusal?.reason).toBe(expected.reason)
      expect(result.refusal?.message).toBe(expected.message)
      expect(result.warnings).toEqual(expected.warnings)
      expect(result.auditAnnotations).toEqual(annotations)
    },
  )
})
