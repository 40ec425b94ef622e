import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AuditEvent } from '../event/index.ts'
import { APPLIED, COUNT, event, redact, SECRETS } from './redaction.fixture.ts'

describe('no secret survives', () => {
  const secret = fc.stringMatching(/^[a-z0-9]{14}$/).map((text) => `zq${text}`)
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
  const kindless = { objectRef: { resource: 'secrets' } }

  /** Objects with a secret somewhere that it has to be found. */
  const places: readonly ((secret: string, name: string) => Partial<AuditEvent>)[] = [
    (s, n) => ({ requestObject: { kind: 'Secret', data: { [n]: Buffer.from(s).toString('base64') } } }),
    (s, n) => ({ requestObject: { kind: 'Secret', stringData: { [n]: s } } }),
    (s, n) => ({ ...kindless, requestObject: { stringData: { [n]: s } } }),
    (s, n) => ({ ...kindless, requestObject: [{ op: 'add', path: `/stringData/${n}`, value: s }] }),
    (s, n) => ({
      ...kindless,
      responseObject: { kind: 'SecretList', items: [{ data: { [n]: s } }, { data: { [n]: s } }] },
    }),
    (s, n) => ({ requestObject: { kind: 'Pod', spec: { containers: [{ env: [{ name: n, value: s }] }] } } }),
    (s, n) => ({
      requestObject: {
        kind: 'CronJob',
        spec: {
          jobTemplate: {
            spec: { template: { spec: { ephemeralContainers: [{ env: [{ name: n, value: s }] }] } } },
          },
        },
      },
    }),
    (s) => ({ requestURI: `/api/v1/namespaces/a/pods/b/exec?command=sh&command=-c&command=echo+${s}` }),
    (s) => ({ requestURI: `/api/v1/pods?token=${s}` }),
    (s) => ({ responseObject: { kind: 'TokenRequest', status: { token: s } } }),
    (s) => ({ requestObject: { kind: 'TokenReview', spec: { token: s } } }),
    (s) => ({ requestObject: { kind: 'ConfigMap', data: { 'app.ini': `[db]\npassword = ${s}\n` } } }),
    (s) => ({ requestObject: { kind: 'ConfigMap', data: { 'db-password': s } } }),
    (s) => ({ requestObject: { metadata: { annotations: { 'example.com/authorization': s } } } }),
    (s, n) => ({
      requestObject: {
        kind: 'Secret',
        metadata: { annotations: { [APPLIED]: JSON.stringify({ kind: 'Secret', stringData: { [n]: s } }) } },
      },
    }),
    (s, n) => ({
      requestObject: {
        kind: 'Pod',
        metadata: {
          annotations: {
            [APPLIED]: JSON.stringify({
              kind: 'Pod',
              spec: { containers: [{ env: [{ name: n, value: s }] }] },
            }),
          },
        },
      },
    }),
    (s) => ({ requestObject: { spec: { url: `postgres://user:${s}@db:5432/x` } } }),
    (s) => ({ requestObject: { spec: { containers: [{ args: [`--password=${s}`, '--token', s] }] } } }),
    (s) => ({ user: { username: 'a', extra: { token: [s] } } }),
  ]

  /** What may stand around it. */
  const wrappers: readonly ((body: unknown) => unknown)[] = [
    (body) => body,
    (body) => ({ kind: 'List', items: [{ kind: 'Namespace' }, body] }),
    (body) => ({ kind: 'Table', rows: [{ cells: ['x'], object: body }] }),
    (body) => ({ spec: { template: body, more: [{ nested: body }] } }),
  ]

  test('wherever it stands and whatever stands around it', () => {
    fc.assert(
      fc.property(
        secret,
        name,
        fc.nat(places.length - 1),
        fc.nat(wrappers.length - 1),
        (text, key, place, wrapper) => {
          const fields = places[place]?.(text, key) ?? {}
          const wrap = fields.objectRef === undefined ? wrappers[wrapper] : wrappers[0]
          const given = event({
            ...fields,
            ...('requestObject' in fields && { requestObject: wrap?.(fields.requestObject) }),
          })
          const before = JSON.stringify(given)
          const after = JSON.stringify(redact(given))
          expect(before.includes(text) || before.includes(Buffer.from(text).toString('base64'))).toBe(true)
          expect(after).not.toContain(text)
          expect(after).not.toContain(Buffer.from(text).toString('base64'))
          expect(JSON.stringify(given)).toBe(before)
          expect(Number(redact(given).annotations?.[COUNT])).toBeGreaterThan(0)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('any event is taken, and what is left has the same form', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.jsonValue({ maxDepth: 6 }), (request, response) => {
        const given = event({ ...SECRETS, requestObject: request, responseObject: response })
        const after = redact(given)
        expect(shapeOf(after.responseObject)).toEqual(shapeOf(response))
      }),
      { numRuns: 500 },
    )
  })

  function shapeOf(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(shapeOf)
    if (typeof value !== 'object' || value === null) return 'value'
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]))
  }
})
