import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PLUGIN_ORDER } from '../chain/plugins.ts'
import { ObjectsByPath } from './api.fixture.ts'
import { leaseHolder } from './lease.ts'
import { ensureNamespace, register, unregister } from './register.ts'
import { rulesOf, WEBHOOK_PLUGINS } from './stage-rules.ts'
import { type Registration, webhookConfigurations } from './webhook-configurations.ts'

const registration: Registration = {
  names: ['PodSecurity'],
  address: { service: { namespace: 'haetae-system', name: 'haetae-admission', port: 443 } },
  caBundle: 'PEM',
  failurePolicy: 'Fail',
  timeoutSeconds: 5,
  excludedNamespaces: ['kube-system', 'haetae-system'],
}
const VALIDATING = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'
const MUTATING = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'

describe('webhookConfigurations', () => {
  test('are made only for phases in which a stage does something', () => {
    expect(webhookConfigurations(registration)).toMatchObject([
      {
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: 'haetae-admission' },
        webhooks: [
          {
            name: 'validating.admission.haetae.io',
            clientConfig: {
              service: { namespace: 'haetae-system', name: 'haetae-admission', port: 443, path: '/validate' },
              caBundle: 'UEVN',
            },
            failurePolicy: 'Fail',
            sideEffects: 'None',
            timeoutSeconds: 5,
          },
        ],
      },
    ])
  })

  test('reach a server outside of the cluster by its URL', () => {
    const address = { url: 'https://192.0.2.1:8443/' }
    const [mutating, validating] = webhookConfigurations({
      ...registration,
      names: ['LimitRanger'],
      address,
      caBundle: '',
    })
    expect(mutating).toMatchObject({
      kind: 'MutatingWebhookConfiguration',
      webhooks: [{ clientConfig: { url: 'https://192.0.2.1:8443/mutate' }, reinvocationPolicy: 'IfNeeded' }],
    })
    expect(validating?.['webhooks']).toMatchObject([
      { clientConfig: { url: 'https://192.0.2.1:8443/validate' } },
    ])
    expect(JSON.stringify(mutating)).not.toContain('caBundle')
  })

  test('never match kube-system, Haetae’s own namespace, or what a cluster needs to recover', () => {
    fc.assert(
      fc.property(fc.subarray([...WEBHOOK_PLUGINS]), (names) => {
        for (const configuration of webhookConfigurations({ ...registration, names }))
          for (const webhook of configuration['webhooks'] as Record<string, unknown>[]) {
            expect(webhook['namespaceSelector']).toEqual({
              matchExpressions: [
                {
                  key: 'kubernetes.io/metadata.name',
                  operator: 'NotIn',
                  values: ['haetae-system', 'kube-system'],
                },
              ],
            })
            const resources = (webhook['rules'] as { resources: string[] }[]).flatMap(
              (rule) => rule.resources,
            )
            for (const resource of resources)
              expect(resource).not.toMatch(
                /\*|node|lease|event|webhook|role|binding|customresource|certificate/,
              )
          }
      }),
    )
  })

  test('have a rule for every stage that works as a webhook', () => {
    expect(WEBHOOK_PLUGINS.filter((name) => name.endsWith('Policy'))).toHaveLength(3)
    for (const name of WEBHOOK_PLUGINS) {
      // What policies look at, they say themselves.
      if (name.endsWith('AdmissionPolicy')) continue
      expect(PLUGIN_ORDER).toContain(name)
      expect([...rulesOf([name], 'mutating'), ...rulesOf([name], 'validating')]).not.toEqual([])
    }
  })
})

describe('register', () => {
  const excluded = ['kube-system', 'haetae-system']
  const wanted = webhookConfigurations(registration)

  test('writes what is missing or changed, and nothing else', async () => {
    const api = new ObjectsByPath()
    await register(api, wanted, excluded)
    expect(api.writes).toEqual([`DELETE ${MUTATING}/haetae-admission`, `POST ${VALIDATING}`])
    api.writes.length = 0
    await register(api, wanted, excluded)
    expect(api.writes).toEqual([`DELETE ${MUTATING}/haetae-admission`])
    await register(api, webhookConfigurations({ ...registration, caBundle: 'NEW' }), excluded)
    expect(api.writes.at(-1)).toBe(`PUT ${VALIDATING}/haetae-admission`)
  })

  test('labels the excluded namespaces where they lack it', async () => {
    const api = new ObjectsByPath()
    const path = '/api/v1/namespaces/kube-system'
    api.objects.set(path, { metadata: { name: 'kube-system' } })
    await register(api, wanted, excluded)
    await register(api, wanted, excluded)
    expect(api.writes.filter((write) => write.startsWith('PATCH'))).toEqual([`PATCH ${path}`])
    expect(api.objects.get(path)).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    })
  })

  test('is undone by unregister, as often as it is called', async () => {
    const api = new ObjectsByPath()
    await register(api, wanted, excluded)
    await unregister(api)
    await unregister(api)
    expect(api.objects.size).toBe(0)
  })

  test('tells what the API server said', async () => {
    const request = async () => ({ status: 403, headers: {}, body: { message: 'you may not' } })
    await expect(unregister({ request })).rejects.toMatchObject({
      code: 'ERR_ADMISSION_REGISTRATION',
      message: `DELETE ${MUTATING}/haetae-admission: you may not`,
    })
  })

  test('makes a namespace once', async () => {
    const api = new ObjectsByPath()
    await ensureNamespace(api, 'own')
    await ensureNamespace(api, 'own')
    expect(api.writes).toEqual(['POST /api/v1/namespaces'])
  })
})

describe('a Lease', () => {
  const open = (api: ObjectsByPath, identity: string, now: () => number) =>
    leaseHolder(api, { namespace: 'own', name: 'lease', identity, now })

  test('is held by one, renewed by it, and taken by another when it is let go', async () => {
    const api = new ObjectsByPath()
    const [a, b] = ['a', 'b'].map((identity) => open(api, identity, () => 0))
    expect([await a?.tryHold(), await b?.tryHold(), await a?.tryHold()]).toEqual([true, false, true])
    await a?.release()
    expect([await b?.tryHold(), await a?.tryHold()]).toEqual([true, false])
    await a?.release()
    expect(await b?.tryHold()).toBe(true)
  })

  test('is taken when it has not changed for its duration by the own clock, whatever times stand in it', async () => {
    const api = new ObjectsByPath()
    let time = 0
    const a = open(api, 'a', () => time + 3_600_000)
    const b = open(api, 'b', () => time)
    await a.tryHold()
    expect(await b.tryHold()).toBe(false)
    time = 15_000
    expect(await b.tryHold()).toBe(false)
    time = 15_001
    expect(await b.tryHold()).toBe(true)
    expect(await a.tryHold()).toBe(false)
  })

  test('is never held by two', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.nat(9000)), { maxLength: 30 }),
        async (steps) => {
          const api = new ObjectsByPath()
          let time = 0
          const holders = ['a', 'b', 'c'].map((identity) => open(api, identity, () => time))
          let last: { readonly holder: number; readonly at: number } | undefined
          for (const [holder, wait] of steps) {
            time += wait
            if (!(await holders[holder]?.tryHold())) continue
            // Another may hold it only when the one before has not renewed it for the whole duration.
            if (last !== undefined && last.holder !== holder) expect(time - last.at).toBeGreaterThan(15_000)
            last = { holder, at: time }
          }
        },
      ),
    )
  })
})
