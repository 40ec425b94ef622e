import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import { createAdmissionChain } from '../../chain/admit.ts'
import { requestFor, surroundingsOf } from '../../request.fixture.ts'
import type { AdmissionRequest } from '../../stage.ts'
import { createEventRateLimit } from './event-rate-limit.ts'
import { type EventLimit, eventLimitsOf } from './limits.ts'
import { TokenBucket } from './token-bucket.ts'

const event = (name = 'a', namespace = 'shop'): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'e', namespace },
  source: { component: 'kubelet', host: 'n1' },
  involvedObject: { kind: 'Pod', namespace, name, uid: 'u', apiVersion: 'v1' },
})

const limit = (type: EventLimit['type'], more: Partial<EventLimit> = {}): EventLimit => ({
  type,
  qps: 1,
  burst: 1,
  cacheSize: 0,
  ...more,
})

function opened(...limits: EventLimit[]) {
  const chain = createAdmissionChain([createEventRateLimit(limits)])
  return async (object: KubernetesObject, now = 0, more: Partial<AdmissionRequest> = {}) =>
    (await chain.admit(requestFor(object, more), surroundingsOf([], { now: () => now }))).refusal?.message
}

describe('EventRateLimit', () => {
  test.each([
    ['Server', event('b', 'other'), 'Too many requests: limit reached on type Server for key '],
    ['Namespace', event('b'), 'Too many requests: limit reached on type Namespace for key shop'],
    ['User', event('b', 'other'), 'Too many requests: limit reached on type User for key jane'],
    [
      'SourceAndObject',
      event('a'),
      'Too many requests: limit reached on type SourceAndObject for key kubeletn1PodshopauV1',
    ],
  ] as const)('by %s refuses the second', async (type, second, message) => {
    const send = opened(limit(type))
    expect(await send(event())).toBeUndefined()
    expect((await send(second))?.toLowerCase()).toBe(message.toLowerCase())
  })

  test('keeps keys apart', async () => {
    const send = opened(limit('Namespace'), limit('SourceAndObject'))
    expect([await send(event()), await send(event('a', 'other'))]).toEqual([undefined, undefined])
  })

  test('says all limits that are reached, with 429', async () => {
    const chain = createAdmissionChain([createEventRateLimit([limit('Server'), limit('User')])])
    await chain.admit(requestFor(event()), surroundingsOf([]))
    const { refusal } = await chain.admit(requestFor(event()), surroundingsOf([]))
    expect(refusal).toMatchObject({ code: 429, reason: 'TooManyRequests' })
    expect(refusal?.message).toBe(
      'Too many requests: [limit reached on type Server for key , limit reached on type User for key jane]',
    )
  })

  test('fills up with time', async () => {
    const send = opened(limit('Server', { qps: 2 }))
    expect([await send(event(), 0), await send(event(), 499), await send(event(), 500)]).toEqual([
      undefined,
      'Too many requests: limit reached on type Server for key ',
      undefined,
    ])
  })

  test('counts neither dry runs nor other kinds', async () => {
    const send = opened(limit('Server'))
    await send(event(), 0, { dryRun: true })
    await send({ ...event(), kind: 'ConfigMap' })
    expect(await send(event())).toBeUndefined()
  })

  test('forgets what was not used for longest', async () => {
    const send = opened(limit('Namespace', { cacheSize: 2 }))
    for (const namespace of ['a', 'b', 'c']) await send(event('x', namespace))
    expect([await send(event('x', 'a')), await send(event('x', 'c'))]).toEqual([
      undefined,
      'Too many requests: limit reached on type Namespace for key c',
    ])
  })
})

test('a bucket lets no more pass than its burst and its rate', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 50 })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 10 }),
      gaps,
      (qps, burst, waits) => {
        const bucket = new TokenBucket(qps, burst, 0)
        let now = 0
        let passed = 0
        for (const wait of waits) {
          now += wait
          if (bucket.take(now)) passed++
        }
        expect(passed).toBeLessThanOrEqual(burst + (now * qps) / 1000 + 1e-6)
      },
    ),
  )
})

describe('eventLimitsOf', () => {
  test('reads a configuration', () => {
    const limits = [
      { type: 'Namespace', qps: 50, burst: 100, cacheSize: 2000 },
      { type: 'Server', qps: 5, burst: 6 },
    ]
    expect(eventLimitsOf({ limits })).toEqual({
      limits: [
        { type: 'Namespace', qps: 50, burst: 100, cacheSize: 2000 },
        { type: 'Server', qps: 5, burst: 6, cacheSize: 0 },
      ],
    })
  })

  test.each([
    [{}, ['limits: Invalid value: []eventratelimit.Limit{}: must not be empty']],
    [
      { limits: [{ type: 'Pod', qps: 0, burst: -1, cacheSize: -2 }] },
      [
        'limits[0].type: Unsupported value: "Pod": supported values: "Server", "Namespace", "User", "SourceAndObject"',
        'limits[0].burst: Invalid value: -1: must be positive',
        'limits[0].qps: Invalid value: 0: must be positive',
        'limits[0].cacheSize: Invalid value: -2: must not be negative',
      ],
    ],
  ])('says what is wrong with %j', (configuration, messages) => {
    const loaded = eventLimitsOf(configuration)
    expect('errors' in loaded && loaded.errors.map(({ message }) => message)).toEqual(messages)
  })
})
