import { describe, expect, test } from 'vitest'
import { loadRules, type Rule } from '../rules/index.ts'
import {
  auditDetection,
  createAlerts,
  createDetector,
  type DetectorOptions,
  syscallDetection,
} from './index.ts'

function rules(text: string): readonly Rule[] {
  const { files, rules } = loadRules([{ name: 'rules.yaml', text }])
  expect(files.flatMap(({ errors }) => errors)).toEqual([])
  return rules.rules
}

function rule(name: string, condition: string, more = ''): string {
  return `
- rule: ${name}
  desc: a rule
  condition: ${condition}
  output: user=%ka.user.name code=%ka.response.code
  priority: WARNING
  source: k8s_audit
${more}`
}

interface Given {
  readonly verb?: string
  readonly user?: string
  /** Seconds. */
  readonly at?: number
  readonly received?: number
}

const START = Date.UTC(2026, 0, 1)

function audit({ verb = 'get', user = 'jane', at, received }: Given) {
  const event = {
    auditID: 'a',
    stage: 'ResponseComplete',
    verb,
    user: { username: user },
    ...(at !== undefined && { stageTimestamp: new Date(START + at * 1000).toISOString() }),
  }
  return { event, ...(received !== undefined && { received: BigInt(START + received * 1000) * 1_000_000n }) }
}

function names(text: string, events: readonly Given[], options?: DetectorOptions): string[][] {
  const detector = createDetector(rules(text), auditDetection, options)
  return events.map((event) => detector.detect(audit(event)).map(({ rule }) => rule.name))
}

describe('which rules alert', () => {
  const text =
    rule('First', 'ka.verb = get') +
    rule('Second', 'ka.verb in (get, list)') +
    rule('Never', 'jevt.rawtime = 0')
  const events = [{ verb: 'get' }, { verb: 'list' }, { verb: 'watch' }]

  test('the first that matches, in the order of the files', () =>
    expect(names(text, events)).toEqual([['First'], ['Second'], []]))
  test('all that match', () =>
    expect(names(text, events, { matching: 'all' })).toEqual([['First', 'Second'], ['Second'], []]))

  test('rules about several events see each of them, and alert beside the first', () => {
    const counting = rule('Often', 'ka.verb = get', '  threshold: {count: 2, within: 1m, by: ka.user.name}\n')
    const twice = [{ at: 0 }, { at: 1 }]
    expect(names(rule('First', 'ka.verb = get') + counting, twice)).toEqual([['First'], ['First', 'Often']])
    expect(names(counting + rule('First', 'ka.verb = get'), twice)).toEqual([['First'], ['Often', 'First']])
  })

  test('an alert that is held back still is the first', () => {
    const quiet = rule('Quiet', 'ka.verb = get', '  suppress: {within: 1h, by: ka.user.name}\n')
    const detector = createDetector(rules(quiet + rule('Second', 'ka.verb = get')), auditDetection)
    const found = [0, 1, 2].map((at) => detector.detect(audit({ at })).map(({ rule }) => rule.name))
    expect(found).toEqual([['Quiet'], [], []])
    expect(detector.counts).toEqual({ suppressed: 2, evicted: 0, late: 0 })
  })

  test('a sequence, its last step told apart from the ones before', () => {
    const text = rule(
      'Then',
      'ka.verb = delete',
      '  sequence: {steps: [ka.verb = get, ka.verb = list], within: 1m, by: ka.user.name}\n',
    )
    const all = ['get', 'list', 'delete'].map((verb, at) => ({ verb, at }))
    expect(names(text, all)).toEqual([[], [], ['Then']])
    expect(
      names(
        text,
        all.toReversed().map(({ verb }, at) => ({ verb, at })),
      ),
    ).toEqual([[], [], []])
    expect(
      names(
        text,
        all.map((event) => ({ ...event, user: event.verb })),
      ),
    ).toEqual([[], [], []])
    expect(
      names(
        text,
        all.map(({ verb, at }) => ({ verb, at: at * 40 })),
      ),
    ).toEqual([[], [], []])
  })
})

describe('the time that stateful rules go by', () => {
  const text = rule('Twice', 'ka.verb = get', '  threshold: {count: 2, within: 1m}\n')

  test("is the events' own, not that of the day", () => {
    expect(names(text, [{ at: 0 }, { at: 59 }]).at(-1)).toEqual(['Twice'])
    expect(names(text, [{ at: 0 }, { at: 61 }]).at(-1)).toEqual([])
  })
  test('is that of arrival, or of the event before, where an event does not say', () => {
    expect(names(text, [{ received: 0 }, { received: 59 }]).at(-1)).toEqual(['Twice'])
    expect(names(text, [{ received: 0 }, { received: 61 }]).at(-1)).toEqual([])
    expect(names(text, [{ at: 100 }, {}]).at(-1)).toEqual(['Twice'])
  })
  test('is never far in the future: one wrong clock does not make all others late', () => {
    const future = { at: 10 ** 6, received: 0 }
    expect(names(text, [future, { at: 30, received: 30 }]).at(-1)).toEqual(['Twice'])
  })
})

describe('alerts', () => {
  const origin = { hostname: 'here', uuid: () => 'uuid', now: () => 5_000_000_000n }

  test('have the shape of Falco’s JSON output', () => {
    const event = audit({ at: 1.5 })
    const [found] = createDetector(
      rules(rule('Read', 'ka.verb = get', '  tags: [b, a]\n')),
      auditDetection,
    ).detect(event)
    if (found === undefined) throw new Error('the rule matches')
    expect(createAlerts(auditDetection, origin)(found, event)).toEqual({
      uuid: 'uuid',
      rule: 'Read',
      priority: 'Warning',
      source: 'k8s_audit',
      time: '2026-01-01T00:00:01.500000000Z',
      output: '00:00:01.500000000: Warning user=jane code=<NA>',
      output_fields: { 'evt.time': 1767225601500000000n, 'ka.user.name': 'jane', 'ka.response.code': null },
      tags: ['a', 'b'],
      hostname: 'here',
      actor: { name: 'jane' },
    })
  })

  test('of an event without a time have that of arrival, or of now', () => {
    const text = rule('Read', 'ka.verb = get')
    const [found] = createDetector(rules(text), auditDetection).detect(audit({}))
    if (found === undefined) throw new Error('the rule matches')
    const alertOf = createAlerts(auditDetection, origin)
    expect(alertOf(found, audit({ received: 1 })).time).toBe('2026-01-01T00:00:01.000000000Z')
    expect(alertOf(found, audit({})).time).toBe('1970-01-01T00:00:05.000000000Z')
  })

  test.each([
    ['jane', 'jane'],
    ['system:serviceaccount:shop:api', undefined],
    ['system:anonymous', undefined],
    ['', undefined],
  ])('the actor of %s', (user, expected) => {
    expect(auditDetection.actor(audit({ user }))?.name).toBe(expected)
  })

  test('the actor is who asked, not whom they acted as', () => {
    const { event } = audit({})
    const given = {
      ...event,
      user: { username: 'jane', groups: ['dev'] },
      impersonatedUser: { username: 'root' },
      sourceIPs: ['192.0.2.1'],
    }
    expect(auditDetection.actor({ event: given })).toEqual({
      name: 'jane',
      groups: ['dev'],
      impersonated: 'root',
      sourceIPs: ['192.0.2.1'],
    })
  })

  test('of system calls: nanoseconds as number or text', () => {
    const call = (ts: number | string | bigint) => ({ type: 'open', ts, fields: {} })
    expect(syscallDetection.time(call('1470327477881785348'))).toBe(1470327477881785348n)
    expect(syscallDetection.time(call(1470327477881785348n))).toBe(1470327477881785348n)
    expect(syscallDetection.time(call('9999999999999999999'))).toBe(9999999999999999999n)
    expect(syscallDetection.time(call('nonsense'))).toBeUndefined()
    expect(syscallDetection.time({ fields: {} })).toBeUndefined()
  })

  test('fields that are added to the output', () => {
    const extraOutputs = [
      {
        fields: [
          { name: 'who', format: 'by %ka.user.name' },
          { name: 'ka.verb', format: '%ka.verb', isRaw: true },
        ],
        format: 'verb=%ka.verb',
      },
    ]
    const loaded = loadRules([{ name: 'r', text: rule('Read', 'ka.verb = get') }], { extraOutputs })
    const event = audit({})
    const [found] = createDetector(loaded.rules.rules, auditDetection).detect(event)
    expect(found?.message(event)).toBe('user=jane code=<NA> verb=get')
    expect(found?.json(event)).toMatchObject({ who: 'by jane', 'ka.verb': 'get' })
    expect(found?.fields(event)).toMatchObject({ who: 'by jane', 'ka.verb': 'get' })
  })
})
