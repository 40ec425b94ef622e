import { describe, expect, test } from 'vitest'
import type { AuditEvent } from '../event/index.ts'
import { loadPolicy, type Policy } from '../policy/index.ts'
import { requestOfEvent } from './request-of-event.ts'
import { createSimulation } from './simulate.ts'

const CREATED: AuditEvent = {
  ...{ kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'RequestResponse', auditID: 'a' },
  ...{ stage: 'ResponseComplete', requestURI: '/api/v1/namespaces/shop/pods?dryRun=All', verb: 'create' },
  user: { username: 'jane', groups: ['dev'] },
  objectRef: { resource: 'pods', namespace: 'shop', name: 'web', apiVersion: 'v1' },
  responseStatus: { code: 201 },
  requestObject: { kind: 'Pod', metadata: { name: 'web', managedFields: [{ manager: 'kubectl' }] } },
  responseObject: { kind: 'Pod', metadata: { name: 'web', uid: 'u' }, status: { phase: 'Pending' } },
}
const LISTED: AuditEvent = {
  ...{ kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'Metadata', auditID: 'b' },
  ...{ stage: 'ResponseComplete', requestURI: '/apis/apps/v1/deployments', verb: 'list' },
  user: { username: 'jane', groups: ['dev'] },
  objectRef: { resource: 'deployments', apiGroup: 'apps', apiVersion: 'v1' },
  responseStatus: { code: 403 },
}
const HEALTH: AuditEvent = {
  ...{ kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'Metadata', auditID: 'c' },
  ...{ stage: 'ResponseComplete', requestURI: '/healthz?verbose', verb: 'get', user: {} },
}

/** A line of the log: compact JSON and its line break. */
const size = (value: unknown) => JSON.stringify(value).length + 1

describe('the request behind an event', () => {
  test('what was created had no name yet, and the path no query', () => {
    expect(requestOfEvent(CREATED)).toEqual({
      user: { name: 'jane', groups: ['dev'] },
      verb: 'create',
      apiGroup: '',
      apiVersion: 'v1',
      resource: 'pods',
      subresource: '',
      namespace: 'shop',
      name: '',
      path: '/api/v1/namespaces/shop/pods',
      resourceRequest: true,
    })
  })

  test('a path, and nobody', () => {
    expect(requestOfEvent(HEALTH)).toMatchObject({ resourceRequest: false, path: '/healthz' })
    expect(requestOfEvent(HEALTH)).not.toHaveProperty('user')
  })
})

describe('a log under a policy', () => {
  test('keeps what the level keeps, to the byte', () => {
    const { requestObject: _, responseObject: __, ...metadata } = CREATED
    const { responseObject: ___, ...request } = CREATED
    expect(simulate('- level: Metadata', [CREATED]).kept).toEqual({ events: 1, bytes: size(metadata) })
    expect(simulate('- level: Request', [CREATED]).kept).toEqual({ events: 1, bytes: size(request) })
    const whole = simulate('- level: RequestResponse', [CREATED])
    expect(whole.kept).toEqual({ events: 1, bytes: size(CREATED) })
    expect(whole.log).toEqual(whole.kept)
    expect(whole.bodiesDropped).toEqual({ events: 0, bytes: 0 })
  })

  test('managed fields are taken from the bodies that are kept', () => {
    const { kept } = simulate('- {level: Request, omitManagedFields: true}', [CREATED])
    const { responseObject: _, ...event } = CREATED
    const bare = { ...event, requestObject: { kind: 'Pod', metadata: { name: 'web' } } }
    expect(kept.bytes).toBe(size(bare))
  })

  test('tells each rule’s part, and the part of none', () => {
    const rules = '- {level: None, verbs: [list]}\n- {level: Metadata, users: [jane]}'
    const result = simulate(rules, [CREATED, LISTED, HEALTH])
    expect(
      result.rules.map(({ rule, level, kept, dropped }) => [rule, level, kept.events, dropped.events]),
    ).toEqual([
      [0, 'None', 0, 1],
      [1, 'Metadata', 1, 0],
      [null, 'None', 0, 1],
    ])
    expect(result.levels).toMatchObject({ None: { events: 0 }, Metadata: { events: 1 } })
    expect(result.lost).toEqual({
      events: 2,
      bytes: size(LISTED) + size(HEALTH),
      refused: 1,
      top: [
        { what: 'list deployments.apps', events: 1, bytes: size(LISTED) },
        { what: 'get /healthz', events: 1, bytes: size(HEALTH) },
      ],
    })
  })

  test('an omitted outcome is lost, an omitted earlier stage is only a stage', () => {
    const received: AuditEvent = { ...LISTED, stage: 'RequestReceived' }
    const outcome = simulate('- {level: Metadata, omitStages: [ResponseComplete]}', [received, LISTED])
    expect([outcome.lost.events, outcome.stagesDropped.events, outcome.kept.events]).toEqual([1, 0, 1])
    const early = simulate('- {level: Metadata, omitStages: [RequestReceived]}', [received, LISTED])
    expect([early.lost.events, early.stagesDropped.events, early.kept.events]).toEqual([0, 1, 1])
    const none = simulate('- {level: None, omitStages: [RequestReceived]}', [received, LISTED])
    expect([none.lost.events, none.stagesDropped.events]).toEqual([2, 0])
  })
})

describe('what a log cannot tell', () => {
  test('bodies that were not recorded', () => {
    const { requestObject: _, responseObject: __, ...bare } = CREATED
    const withoutBodies: AuditEvent = { ...bare, level: 'Metadata' }
    expect(simulate('- level: Request', [withoutBodies, LISTED, HEALTH]).bodiesUnknown).toBe(1)
    expect(simulate('- level: RequestResponse', [withoutBodies, LISTED, HEALTH]).bodiesUnknown).toBe(2)
    expect(simulate('- level: RequestResponse', [CREATED]).bodiesUnknown).toBe(0)
    expect(simulate('- level: Metadata', [withoutBodies]).bodiesUnknown).toBe(0)
  })

  test('stages that were omitted', () => {
    const received: AuditEvent = { ...LISTED, stage: 'RequestReceived' }
    expect(simulate('- level: Metadata', [LISTED, CREATED]).stagesUnknown).toBe(2)
    expect(simulate('- level: Metadata', [received, LISTED]).stagesUnknown).toBe(0)
    expect(simulate('- {level: Metadata, omitStages: [RequestReceived]}', [LISTED]).stagesUnknown).toBe(0)
  })
})

describe('one policy against another', () => {
  test('only what one of them records differs', () => {
    const before = '- {level: None, verbs: [list]}\n- level: Metadata'
    const after = '- {level: None, verbs: [create]}\n- level: Metadata'
    const { lost, gained } = simulate(after, [CREATED, LISTED, HEALTH], before)
    expect(lost.top.map(({ what }) => what)).toEqual(['create pods'])
    expect(gained.top.map(({ what }) => what)).toEqual(['list deployments.apps'])
  })

  test('an event that neither records is in the log alone', () => {
    const { log, kept, lost, gained } = simulate('- {level: None}', [HEALTH], '- {level: None}')
    expect([log.events, kept.events, lost.events, gained.events]).toEqual([1, 0, 0, 0])
  })
})

test('memory is bounded: ever new kinds of request are counted together', () => {
  const simulation = createSimulation(policyOf('- level: None'))
  for (let index = 0; index < 6000; index++) simulation.add({ ...HEALTH, requestURI: `/${index}` })
  const { lost } = simulation.result()
  expect(lost.events).toBe(6000)
  expect(lost.top).toHaveLength(10)
})

function simulate(rules: string, events: readonly AuditEvent[], against?: string) {
  const simulation = createSimulation(policyOf(rules), against === undefined ? undefined : policyOf(against))
  for (const event of events) simulation.add(event)
  return simulation.result()
}

function policyOf(rules: string): Policy {
  const loaded = loadPolicy(`apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n${rules}\n`)
  if ('errors' in loaded) throw new Error(loaded.errors[0].message)
  return loaded.policy
}
