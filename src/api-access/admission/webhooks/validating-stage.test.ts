import { describe, expect, test } from 'vitest'
import { podOf, requestFor } from '../request.fixture.ts'
import { makeCertificates } from '../review/certificates.fixture.ts'
import {
  answering,
  around,
  calls,
  hook,
  label,
  patch,
  useWebhookServer,
  validating,
} from './webhooks.fixture.ts'

useWebhookServer()

describe('a validating webhook', () => {
  test('is sent the review, and its warnings and annotations are kept', async () => {
    await answering(() => ({ allowed: true, warnings: ['careful'], auditAnnotations: { why: 'because' } }))
    const result = await validating.admit(requestFor(podOf()), around('Validating', [hook('a.io')]))
    expect(result).toMatchObject({ warnings: ['careful'], auditAnnotations: { 'a.io/why': 'because' } })
    expect(result.refusal).toBeUndefined()
    expect(calls[0]?.path).toBe('/a.io?timeout=30s')
    const { uid, ...request } = calls[0]?.review.request ?? { uid: '' }
    expect(uid).toMatch(/^[0-9a-f-]{36}$/)
    expect(request).toEqual({
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      requestKind: { group: '', version: 'v1', kind: 'Pod' },
      requestResource: { group: '', version: 'v1', resource: 'pods' },
      name: 'web',
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: { username: 'jane', groups: ['system:authenticated'] },
      object: podOf(),
      oldObject: null,
      dryRun: false,
      options: null,
    })
  })

  test.each([
    [{ allowed: false }, 400, '', 'admission webhook "a.io" denied the request without explanation'],
    [
      { allowed: false, status: { message: 'no' } },
      400,
      '',
      'admission webhook "a.io" denied the request: no',
    ],
    [
      { allowed: false, status: { reason: 'Odd', code: 200 } },
      400,
      'Odd',
      'admission webhook "a.io" denied the request: Odd',
    ],
    [
      { allowed: false, status: { code: 402, reason: 'R', message: 'pay' } },
      402,
      'R',
      'admission webhook "a.io" denied the request: pay',
    ],
  ])('denies with %j', async (answer, code, reason, message) => {
    await answering(() => answer)
    const { refusal } = await validating.admit(requestFor(podOf()), around('Validating', [hook('a.io')]))
    expect(refusal).toMatchObject({ code, reason, message })
  })

  test('may not change the object', async () => {
    await answering(() => patch(label('a')))
    const { refusal } = await validating.admit(requestFor(podOf()), around('Validating', [hook('a.io')]))
    expect(refusal?.message).toBe(
      'Internal error occurred: failed calling webhook "a.io": validating webhook may not return response.patch',
    )
  })

  test('is called at once with the others, and the first refusal counts', async () => {
    await answering(({ path }) => ({ allowed: !path.startsWith('/b'), warnings: [path.slice(1, 5)] }))
    const hooks = ['a.io', 'b.io', 'c.io'].map((name) => hook(name))
    const result = await validating.admit(requestFor(podOf()), around('Validating', hooks))
    expect(result.refusal?.message).toContain('"b.io" denied')
    expect(result.warnings).toEqual(['a.io', 'b.io', 'c.io'])
  })
})

describe('a webhook that fails', () => {
  test.each([
    ['an HTTP error', () => 500, /the server answered with HTTP 500$/],
    ['no response', () => ({ uid: 'other' }), /expected response\.uid="[^"]+", got "other"$/],
    ['no answer in time', () => undefined, /context deadline exceeded$/],
  ])('%s: refuses under Fail, lets pass under Ignore', async (_, answers, reason) => {
    await answering(answers)
    const more = answers() === undefined ? { timeoutSeconds: 1 } : {}
    const fail = await validating.admit(requestFor(podOf()), around('Validating', [hook('a.io', more)]))
    expect(fail.refusal).toMatchObject({ code: 500, reason: 'InternalError' })
    expect(fail.refusal?.message).toMatch(/^Internal error occurred: failed calling webhook "a\.io": /)
    expect(fail.refusal?.message).toMatch(reason)
    const ignored = hook('a.io', { ...more, failurePolicy: 'Ignore' })
    const open = await validating.admit(requestFor(podOf()), around('Validating', [ignored]))
    expect(open.refusal).toBeUndefined()
    expect(open.auditAnnotations).toEqual({
      'failed-open.validating.webhook.admission.k8s.io/round_0_index_0': 'a.io',
    })
  })

  test('shows a certificate of another authority', async () => {
    const origin = await answering(() => ({ allowed: true }))
    const other = Buffer.from(makeCertificates().ca).toString('base64')
    const strange = hook('a.io', { clientConfig: { url: `${origin}/x`, caBundle: other } })
    const { refusal } = await validating.admit(requestFor(podOf()), around('Validating', [strange]))
    expect(refusal?.code).toBe(500)
    expect(calls).toEqual([])
  })

  test('has side effects in a dry run', async () => {
    await answering(() => ({ allowed: true }))
    const request = requestFor(podOf(), { dryRun: true })
    const hooks = [hook('a.io', { sideEffects: 'Some' })]
    const { refusal } = await validating.admit(request, around('Validating', hooks))
    expect(refusal).toMatchObject({ code: 400, message: 'admission webhook "a.io" does not support dry run' })
    expect(calls).toEqual([])
  })
})
