import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AuditEvent } from '../event/index.ts'
import { type Anchor, isSignedBy, makeAnchor, readAnchor, readAnchorKey } from './anchor.ts'
import { canonicalJson } from './canonical.ts'
import { chainEvent, GENESIS, type Link, linkOf } from './link.ts'
import { type ChainReport, createChainVerifier } from './verify.ts'

const EVENTS: readonly AuditEvent[] = Array.from({ length: 10 }, (_, index) => ({
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  auditID: `id-${index + 1}`,
  stage: 'ResponseComplete',
  verb: 'get',
  ...(index % 2 === 0 && { annotations: { 'authorization.k8s.io/decision': 'allow' } }),
}))

const CHAIN = chained(EVENTS)
const TIME = '2026-01-02T03:04:05Z'

function chained(events: readonly AuditEvent[], from: Link = GENESIS): AuditEvent[] {
  let head = from
  return events.map((event) => {
    const { event: linked, link } = chainEvent(event, head)
    head = link
    return linked
  })
}

function linkAt(events: readonly AuditEvent[], index: number): Link {
  const link = linkOf(events[index] as AuditEvent)
  if (link === undefined) throw new Error('not chained')
  return link
}

function verify(
  events: readonly AuditEvent[],
  anchors: readonly Anchor[] = [],
  key?: Buffer,
): ChainReport<number> {
  const verifier = createChainVerifier<number>(anchors, key && readAnchorKey(key))
  for (const [index, event] of events.entries()) verifier.take(event, index)
  return verifier.report()
}

function brief({ breaks, validTo }: ChainReport<number>): string {
  const said = breaks.map(
    ({ kind, sequence, missing }) => `${kind} ${sequence}${missing > 0 ? ` (${missing})` : ''}`,
  )
  return [`valid to ${validTo}`, ...said].join(', ')
}

const NAMED = EVENTS.map((_, index) => CHAIN[index] as AuditEvent)
const [E1, E2, E3, E4, E5, E6, E7, E8, E9, E10] = NAMED as [
  AuditEvent,
  AuditEvent,
  AuditEvent,
  AuditEvent,
  AuditEvent,
  AuditEvent,
  AuditEvent,
  AuditEvent,
  AuditEvent,
  AuditEvent,
]
const FOREIGN: AuditEvent = { kind: 'Event', apiVersion: 'audit.k8s.io/v1', auditID: 'foreign' }
const ANCHORS = [makeAnchor(linkAt(CHAIN, 3), TIME), makeAnchor(linkAt(CHAIN, 9), TIME)]

describe('a chain', () => {
  test.each<[string, readonly AuditEvent[], readonly Anchor[], string]>([
    ['untouched', CHAIN, [], 'valid to 10'],
    ['untouched, with anchors', CHAIN, ANCHORS, 'valid to 10'],
    ['empty', [], [], 'valid to 0'],
    ['begun in the middle of a log', [FOREIGN, FOREIGN, ...CHAIN], [], 'valid to 10'],
    ['whose older files were rotated away', CHAIN.slice(4), ANCHORS, 'valid to 10'],
    [
      'whose older files were rotated away, changed where an anchor tells',
      [{ ...E5, verb: 'x' }, E6],
      [ANCHORS[0] as Anchor],
      'valid to 0, changed 5',
    ],
    ['an event changed', CHAIN.with(4, { ...E5, verb: 'delete' }), [], 'valid to 4, changed 5'],
    ['the first changed', CHAIN.with(0, { ...E1, verb: 'delete' }), [], 'valid to 0, changed 1'],
    ['the last changed', CHAIN.with(9, { ...E10, verb: 'delete' }), [], 'valid to 9, changed 10'],
    [
      'two changed',
      CHAIN.with(4, { ...E5, verb: 'x' }).with(7, { ...E8, verb: 'x' }),
      [],
      'valid to 4, changed 5, changed 8',
    ],
    [
      'an annotation taken away',
      CHAIN.with(2, { ...E3, annotations: { 'haetae.io/chain': E3.annotations?.['haetae.io/chain'] ?? '' } }),
      [],
      'valid to 2, changed 3',
    ],
    ['one removed', CHAIN.toSpliced(4, 1), [], 'valid to 4, removed 5 (1)'],
    ['several removed', CHAIN.toSpliced(2, 5), [], 'valid to 2, removed 3 (5)'],
    ['a foreign one inserted', CHAIN.toSpliced(4, 0, FOREIGN), [], 'valid to 4, inserted 5'],
    ['one twice', CHAIN.toSpliced(5, 0, E5), [], 'valid to 5, inserted 5'],
    ['an old one again', [...CHAIN, E2], [], 'valid to 10, inserted 2'],
    ['two swapped', [E1, E2, E4, E3, E5, E6], [], 'valid to 2, reordered 3'],
    ['one moved far back', [E1, E3, E4, E5, E6, E7, E2, E8], [], 'valid to 1, reordered 2'],
    [
      'the link taken away',
      CHAIN.with(4, { ...E5, annotations: {} }),
      [],
      'valid to 4, inserted 5, removed 5 (1)',
    ],
    ['the end cut off', CHAIN.slice(0, 7), [], 'valid to 7'],
    ['the end cut off, where an anchor tells', CHAIN.slice(0, 7), ANCHORS, 'valid to 7, truncated 8 (3)'],
    ['all removed, where an anchor tells', [], ANCHORS, 'valid to 0, truncated 1 (10)'],
    ['made anew over a change, without anchors', chained(EVENTS.with(2, FOREIGN)), [], 'valid to 10'],
    [
      'made anew over a change, where anchors tell',
      chained(EVENTS.with(2, FOREIGN)),
      ANCHORS,
      'valid to 3, rewritten 4, rewritten 10',
    ],
  ])('%s', (_, events, anchors, expected) => expect(brief(verify(events, anchors))).toBe(expected))

  test('says where', () => {
    expect(verify(CHAIN.toSpliced(4, 1)).breaks).toEqual([
      { kind: 'removed', sequence: 5, missing: 1, place: 4 },
    ])
    expect(verify([FOREIGN, ...CHAIN, E9])).toMatchObject({
      events: 12,
      unchained: 1,
      first: { sequence: 1 },
      last: { sequence: 10 },
      anchors: 0,
    })
    expect(E9).not.toBe(E10)
  })

  test('survives another order of keys and another layout', () => {
    const other = CHAIN.map((event) =>
      JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(event).toReversed()), null, 3)),
    )
    expect(brief(verify(other))).toBe('valid to 10')
  })

  test('goes on after a restart', () => {
    const first = chained(EVENTS.slice(0, 5))
    const second = chained(EVENTS.slice(5), linkAt(first, 4))
    expect(brief(verify([...first, ...second]))).toBe('valid to 10')
  })

  test('any change to any event is found', () => {
    const changes: readonly ((event: AuditEvent) => AuditEvent)[] = [
      (event) => ({ ...event, verb: 'list' }),
      (event) => ({ ...event, user: { username: 'eve' } }),
      (event) => ({ ...event, annotations: { ...event.annotations, more: '' } }),
      ({ auditID: _, ...event }) => event,
    ]
    fc.assert(
      fc.property(fc.nat(9), fc.nat(changes.length - 1), (index, change) => {
        const changed = changes[change]?.(CHAIN[index] as AuditEvent) as AuditEvent
        expect(brief(verify(CHAIN.with(index, changed)))).toBe(`valid to ${index}, changed ${index + 1}`)
      }),
    )
  })
})

describe('anchors', () => {
  const ed25519 = generateKeyPairSync('ed25519')
  const privatePem = Buffer.from(ed25519.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const publicPem = Buffer.from(ed25519.publicKey.export({ type: 'spki', format: 'pem' }))
  const other = Buffer.from(generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }))
  const secret = Buffer.from('a secret of more than sixteen bytes\n')

  test.each<[string, Buffer, Buffer, Buffer]>([
    ['Ed25519', privatePem, publicPem, other],
    ['HMAC-SHA256', secret, secret, Buffer.from('another secret of some length')],
  ])('%s: a signature holds, for its key alone', (algorithm, signing, checking, wrong) => {
    const key = readAnchorKey(signing)
    const anchor = makeAnchor(linkAt(CHAIN, 9), TIME, key)
    expect(anchor).toMatchObject({ sequence: 10, algorithm, keyId: readAnchorKey(checking)?.keyId })
    expect(brief(verify(CHAIN, [anchor], checking))).toBe('valid to 10')
    expect(brief(verify(CHAIN, [anchor], wrong))).toBe('valid to 10, forged-anchor 10')
    expect(brief(verify(CHAIN, [{ ...anchor, time: '2027-01-01T00:00:00Z' }], checking))).toBe(
      'valid to 10, forged-anchor 10',
    )
    expect(brief(verify(CHAIN, [makeAnchor(linkAt(CHAIN, 9), TIME)], checking))).toBe(
      'valid to 10, forged-anchor 10',
    )
    const swapped = algorithm === 'Ed25519' ? 'HMAC-SHA256' : 'Ed25519'
    const checker = readAnchorKey(checking)
    expect(checker && isSignedBy({ ...anchor, algorithm: swapped }, checker)).toBe(false)
  })

  test('a public key signs nothing', () => expect(readAnchorKey(publicPem)?.sign).toBeUndefined())

  test.each<[string, Buffer]>([
    ['a short secret', Buffer.from('short')],
    [
      'an RSA key',
      Buffer.from(
        generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' }),
      ),
    ],
    ['a broken PEM', Buffer.from('-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n')],
  ])('%s is no key', (_, content) => expect(readAnchorKey(content)).toBeUndefined())

  test('are read back, and nothing else is', () => {
    const anchor = makeAnchor(linkAt(CHAIN, 9), TIME, readAnchorKey(secret))
    expect(readAnchor(JSON.stringify(anchor))).toEqual(anchor)
    for (const text of [
      '',
      '{',
      '1',
      'null',
      '{}',
      '{"sequence":1,"hash":"x"}',
      JSON.stringify({ ...anchor, algorithm: 'none' }),
    ])
      expect(readAnchor(text)).toBeUndefined()
  })
})

describe('canonical JSON', () => {
  test.each<[unknown, string]>([
    [{ b: 1, a: { d: [1, 'x', null], c: true } }, '{"a":{"c":true,"d":[1,"x",null]},"b":1}'],
    [{ a: undefined, b: 1 }, '{"b":1}'],
    [
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 },
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    ],
    [[333333333.3333333, 1e30, 4.5, 2e-3, 1e-27], '[333333333.3333333,1e+30,4.5,0.002,1e-27]'],
    [[], '[]'],
    [{}, '{}'],
  ])('of %j (RFC 8785)', (value, expected) => expect(canonicalJson(value)).toBe(expected))

  test('says the same of any order, and JSON reads it back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      }),
    )
  })
})
