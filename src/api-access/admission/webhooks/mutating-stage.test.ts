import { describe, expect, test } from 'vitest'
import { createAdmissionChain } from '../chain/admit.ts'
import { podOf, requestFor } from '../request.fixture.ts'
import type { AdmissionStage } from '../stage.ts'
import { createMutatingWebhooks } from './mutating-stage.ts'
import {
  answering,
  around,
  calls,
  counted,
  hook,
  label,
  mutating,
  patch,
  useWebhookServer,
} from './webhooks.fixture.ts'

useWebhookServer()

describe('mutating webhooks', () => {
  test('see what those before made, and leave their marks in the audit log', async () => {
    await answering(({ path }) => (path.startsWith('/a') ? patch(label('a')) : { allowed: true }))
    const { object, auditAnnotations } = await mutating.admit(
      requestFor(podOf()),
      around('Mutating', [hook('a.io'), hook('b.io')]),
    )
    expect(object?.metadata?.labels).toEqual({ a: 'x' })
    expect(calls[1]?.review.request.object?.metadata?.labels).toEqual({ a: 'x' })
    const of = (webhook: string, more: object) =>
      JSON.stringify({ configuration: 'config', webhook, ...more })
    expect(auditAnnotations).toEqual({
      'patch.webhook.admission.k8s.io/round_0_index_0': of('a.io', {
        patch: [label('a')],
        patchType: 'JSONPatch',
      }),
      'mutation.webhook.admission.k8s.io/round_0_index_0': of('a.io', { mutated: true }),
      'mutation.webhook.admission.k8s.io/round_0_index_1': of('b.io', { mutated: false }),
    })
  })

  test('are called again where the object was changed after them, if they ask for it', async () => {
    await answering(({ path }) => (path.startsWith('/c') ? patch(label('c')) : { allowed: true }))
    const hooks = [hook('a.io', { reinvocationPolicy: 'IfNeeded' }), hook('b.io'), hook('c.io')]
    await mutating.admit(requestFor(podOf()), around('Mutating', hooks))
    expect(calls.map(({ path }) => path.slice(1, 5))).toEqual(['a.io', 'b.io', 'c.io', 'a.io'])
  })

  test('are called again where another stage changed the object in the second pass', async () => {
    await answering(() => patch(label('webhook')))
    const late: AdmissionStage = {
      name: 'late',
      mutate: ({ object }, _, { isReinvocation }) =>
        isReinvocation && object ? { object: { ...object, spec: { changed: true } } } : {},
    }
    const chain = createAdmissionChain([late, createMutatingWebhooks(counted)])
    await chain.admit(
      requestFor(podOf()),
      around('Mutating', [hook('a.io', { reinvocationPolicy: 'IfNeeded' })]),
    )
    expect(calls).toHaveLength(2)
  })

  test.each([
    [
      'a patch that does not fit',
      () => patch({ op: 'remove', path: '/spec/none' }),
      /there is no field none/,
    ],
    [
      'a patch without a type',
      () => ({ allowed: true, patch: 'W10=' }),
      /webhook returned response\.patch but not response\.patchType/,
    ],
    [
      'another type of patch',
      () => ({ ...patch(), patchType: 'MergePatch' }),
      /unsupported patch type "MergePatch"/,
    ],
    ['a patch that leaves no object', () => patch({ op: 'replace', path: '', value: 1 }), /left no object/],
  ])('are refused %s', async (_, answers, message) => {
    await answering(answers)
    const { refusal } = await mutating.admit(requestFor(podOf()), around('Mutating', [hook('a.io')]))
    expect(refusal?.code).toBe(500)
    expect(refusal?.message).toMatch(message)
  })

  test('change nothing where there is nothing to change', async () => {
    await answering(() => patch(label('a')))
    const { object: _, ...request } = requestFor(podOf(), { operation: 'DELETE', oldObject: podOf() })
    const { refusal } = await mutating.admit(request, around('Mutating', [hook('a.io')]))
    expect(refusal?.message).toBe(
      'Internal error occurred: admission webhook "a.io" attempted to modify the object, which is not supported for this operation',
    )
  })
})
