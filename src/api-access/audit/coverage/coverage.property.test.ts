import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  auditEvents,
  compileFilter,
  createFormat,
  loadRules,
  type Rule,
} from '../../../runtime/rules/index.ts'
import { compilePolicy, type Policy } from '../policy/index.ts'
import { coverRules, minimalPolicy } from './index.ts'
import { type EventJson, type FullRequest, fullRequests, policies, recorded } from './requests.fixture.ts'

const CORPUS = join(
  process.env['HAETAE_CORPUS'] ?? '../shared/corpus',
  'falco-rules/rules/k8s_audit_rules.yaml',
)
if (!existsSync(CORPUS)) console.warn(`skipped: no rules of Falco at ${CORPUS} (set HAETAE_CORPUS)`)

/** Conditions of forms that the other files do not have. */
const UNUSUAL = [
  'ka.verb = delete and ka.target.resource = secrets',
  'ka.target.subresource in (exec, attach) and not ka.response.code = 403',
  'ka.verb in (create, get) and (ka.target.resource = pods or ka.target.namespace = kube-system)',
  'not (ka.target.resource = pods or ka.verb startswith "g") and ka.user.name != jane',
  'ka.user.groups intersects (system:masters) and ka.verb in (update, delete)',
  'ka.target.resource in (configmaps, secrets) and ka.target.name = aws-auth',
  'ka.uri = /metrics or (ka.uri startswith /healthz and not ka.uri startswith /healthz/)',
  'jevt.value[/objectRef/apiGroup] = apps and jevt.value[/verb] != get',
  'ka.target.resource endswith "bindings" and jevt.value[/requestObject/roleRef/name] = cluster-admin',
  'jevt.value[/responseObject/spec/type] = NodePort or ka.req.pod.host_network intersects (true)',
  'ka.stage = RequestReceived and ka.target.resource = nodes',
  'not ka.user.name exists and ka.verb exists',
  'ka.response.code >= 400 and not (ka.user.name = kubelet and ka.target.namespace = shop)',
  'tolower(ka.verb) = patch and ka.target.subresource != status',
].map(
  (condition, index) => `- rule: R${index}
  desc: d
  condition: ${JSON.stringify(condition)}
  output: "%ka.verb %ka.target.name %ka.req.pod.containers.image %ka.resp.name"
  priority: INFO
  source: k8s_audit
`,
)

const FILES: readonly (readonly [name: string, text: () => string])[] = [
  ['unusual conditions', () => UNUSUAL.join('')],
  ['rules/k8s_audit.yaml', () => readFileSync('rules/k8s_audit.yaml', 'utf8')],
  ...(existsSync(CORPUS) ? [["Falco's rules", () => readFileSync(CORPUS, 'utf8')] as const] : []),
]

/** A rule with what its conditions say of an event, one by one, and its alert. */
interface Compiled {
  readonly rule: Rule
  readonly tests: readonly ((event: EventJson) => boolean)[]
  readonly alert: (event: EventJson) => string
}

function compiled(rule: Rule): Compiled {
  const format = createFormat(rule.output, auditEvents)
  if (!format.ok) throw new Error(format.error.message)
  const tests = [rule.condition, ...(rule.sequence?.steps ?? [])].map((condition) => {
    const result = compileFilter(condition, auditEvents)
    if (!result.ok) throw new Error(result.error.message)
    return (event: EventJson) => result.filter.test({ event })
  })
  return { rule, tests, alert: (event) => format.format.text({ event }).text }
}

function rulesOf(text: string): readonly Rule[] {
  const { rules } = loadRules([{ name: 'rules.yaml', text }], { sources: ['k8s_audit'] }).rules
  expect(rules.length).toBeGreaterThan(0)
  return rules.filter(({ enabled }) => enabled)
}

/** What a policy leaves of a request's events. */
function keptOf({ request, events }: FullRequest, policy: Policy): readonly EventJson[] {
  return recorded(events, compilePolicy(policy).decide(request))
}

describe.each(FILES)('%s', (_, text) => {
  const rules = rulesOf(text()).map(compiled)
  const plain = rules.map(({ rule }) => rule)

  test('whatever fires when all is recorded fires under the minimal policy, with the same alert', () => {
    const { policy, never } = minimalPolicy(plain)
    const fired = new Set<string>()
    fc.assert(
      fc.property(fullRequests, (request) => {
        const kept = keptOf(request, policy)
        for (const { rule, tests, alert } of rules)
          for (const holds of tests) {
            const before = request.events.filter(holds)
            if (before.length === 0) continue
            fired.add(rule.name)
            expect(never.includes(rule), rule.name).toBe(false)
            const after = kept.filter(holds)
            expect(after.length, rule.name).toBeGreaterThan(0)
            expect(before.map(alert)).toEqual(expect.arrayContaining(after.map(alert)))
          }
      }),
      { numRuns: 1000 },
    )
    expect(fired.size).toBeGreaterThan((plain.length - never.length) / 2)
  })

  test('with conditions only, the same fires', () => {
    const { policy } = minimalPolicy(plain, { conditionsOnly: true })
    fc.assert(
      fc.property(fullRequests, (request) => {
        const kept = keptOf(request, policy)
        for (const { rule, tests } of rules)
          for (const holds of tests)
            if (request.events.some(holds)) expect(kept.some(holds), rule.name).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('the minimal policy is said to feed all', () => {
    const verdicts = new Set(coverRules(minimalPolicy(plain).policy, plain).map(({ verdict }) => verdict))
    expect([...verdicts].filter((verdict) => verdict !== 'never')).toEqual(['fed'])
  })

  test('no policy lets a blind detection fire, or a fed one miss', () => {
    const counts = { blind: 0, fed: 0 }
    fc.assert(
      fc.property(policies, fc.array(fullRequests, { minLength: 20, maxLength: 20 }), (policy, requests) => {
        const verdicts = coverRules(policy, plain).map(({ verdict }) => verdict)
        for (const request of requests) {
          const kept = keptOf(request, policy)
          for (const [index, { rule, tests }] of rules.entries()) {
            const verdict = verdicts[index] ?? 'fed'
            if (verdict === 'partial') continue
            if (!tests.some((holds) => request.events.some(holds))) continue
            const missed = tests.some((holds) => request.events.some(holds) && !kept.some(holds))
            if (verdict === 'blind') {
              counts.blind++
              expect(
                tests.every((holds) => kept.some(holds)),
                rule.name,
              ).toBe(false)
            } else {
              counts.fed++
              expect(missed, `${rule.name} ${verdict}`).toBe(false)
            }
          }
        }
      }),
      // A fixed seed, since the counts below show that these very examples say something.
      { numRuns: 30, endOnFailure: true, seed: 20 },
    )
    expect(counts.blind).toBeGreaterThan(0)
    expect(counts.fed).toBeGreaterThan(0)
  })
})
