import { describe, expect, test } from 'vitest'
import { loadRules, type Rule } from '../../../runtime/rules/index.ts'
import { loadPolicy, type Policy } from '../policy/index.ts'
import { coverRules, minimalPolicy } from './index.ts'

const SECRETS = 'ka.stage = ResponseComplete and ka.verb = get and ka.target.resource = secrets'
const PRIVILEGED =
  'ka.stage = ResponseComplete and ka.verb = create and ka.target.resource = pods and not ka.target.subresource exists and ka.req.pod.containers.privileged intersects (true)'

function ruleOf(condition: string, extra: { readonly output?: string; readonly more?: string } = {}): Rule {
  const text = `- rule: R
  desc: d
  condition: ${JSON.stringify(condition)}
  output: ${JSON.stringify(extra.output ?? '%ka.verb')}
  priority: INFO
  source: k8s_audit
${extra.more ?? ''}`
  const { rules, files } = loadRules([{ name: 'r.yaml', text }])
  const [rule] = rules.rules
  if (rule === undefined) throw new Error(JSON.stringify(files))
  return rule
}

function policyOf(rules: string, more = ''): Policy {
  const loaded = loadPolicy(`apiVersion: audit.k8s.io/v1\nkind: Policy\n${more}rules:\n${rules}`)
  if ('errors' in loaded) throw new Error(loaded.errors[0].message)
  return loaded.policy
}

function coverageOf(policy: Policy, rule: Rule) {
  const [coverage] = coverRules(policy, [rule])
  if (coverage === undefined) throw new Error('one rule has one coverage')
  return coverage
}

describe('what a policy means for a detection', () => {
  test('fed', () => {
    expect(coverageOf(policyOf('- level: Metadata'), ruleOf(SECRETS))).toMatchObject({
      verdict: 'fed',
      gaps: [],
    })
  })

  test('blind: an earlier rule drops the requests', () => {
    const policy = policyOf('- {level: None, verbs: [get]}\n- level: Metadata')
    expect(coverageOf(policy, ruleOf(SECRETS))).toMatchObject({
      verdict: 'blind',
      gaps: [{ effect: 'lost', cause: 'none', rule: 0, level: 'None', example: 'get secrets' }],
    })
  })

  test('blind: no rule matches', () => {
    const policy = policyOf('- {level: Metadata, verbs: [list]}')
    expect(coverageOf(policy, ruleOf(SECRETS))).toMatchObject({
      verdict: 'blind',
      gaps: [{ cause: 'none', rule: null }],
    })
  })

  test.each([
    ['of the policy', policyOf('- level: Metadata', 'omitStages: [ResponseComplete]\n')],
    ['of the rule', policyOf('- {level: Metadata, omitStages: [ResponseComplete]}')],
  ])('blind: the stage is left out, by omitStages %s', (_, policy) => {
    expect(coverageOf(policy, ruleOf(SECRETS))).toMatchObject({
      verdict: 'blind',
      gaps: [{ effect: 'lost', cause: 'stage', rule: 0, stages: ['ResponseComplete'] }],
    })
  })

  test('blind: the level leaves out a body that the condition reads', () => {
    expect(coverageOf(policyOf('- level: Metadata'), ruleOf(PRIVILEGED))).toMatchObject({
      verdict: 'blind',
      gaps: [
        {
          cause: 'level',
          level: 'Metadata',
          needed: 'Request',
          fields: ['ka.req.pod.containers.privileged'],
          example: 'create pods',
        },
      ],
    })
  })

  test('partly blind: for one user, in one namespace', () => {
    const policy = policyOf('- {level: None, users: [jane], namespaces: [shop]}\n- level: Metadata')
    expect(coverageOf(policy, ruleOf(SECRETS))).toMatchObject({
      verdict: 'partial',
      gaps: [{ rule: 0, example: 'get secrets -n "shop", jane' }],
    })
  })

  test('fires too often: what an exception looks at is not recorded', () => {
    const condition = `${SECRETS.replace('secrets', 'ingresses').replace('get', 'create')} and not jevt.value[/requestObject/spec/tls] exists`
    expect(coverageOf(policyOf('- level: Metadata'), ruleOf(condition))).toMatchObject({
      verdict: 'unselective',
      gaps: [{ effect: 'unselective', needed: 'Request' }],
    })
  })

  test('alert incomplete: only the output reads a body', () => {
    const rule = ruleOf(SECRETS.replace('get', 'create'), { output: '%ka.verb %ka.resp.name' })
    expect(coverageOf(policyOf('- level: Request'), rule)).toMatchObject({
      verdict: 'output',
      gaps: [{ effect: 'output', needed: 'RequestResponse', fields: ['ka.resp.name'] }],
    })
    expect(coverageOf(policyOf('- level: RequestResponse'), rule).verdict).toBe('fed')
  })

  test('never fires', () => {
    for (const condition of ['jevt.rawtime=0', 'not (jevt.rawtime exists)', 'ka.verb=get and ka.verb=list'])
      expect(coverageOf(policyOf('- level: None'), ruleOf(condition)).verdict).toBe('never')
  })

  test('blind where a step of a sequence is', () => {
    const more = `  sequence:\n    steps: ["${PRIVILEGED}"]\n    within: 5m\n    by: [ka.user.name]\n`
    const rule = ruleOf(SECRETS, { more })
    expect(coverageOf(policyOf('- level: Metadata'), rule).verdict).toBe('blind')
    expect(coverageOf(policyOf('- level: Request'), rule).verdict).toBe('fed')
  })

  test('managed fields count where a condition reads them', () => {
    const rule = ruleOf(
      'ka.verb = create and jevt.value[/requestObject/metadata/managedFields/0/manager] = helm',
    )
    expect(coverageOf(policyOf('- level: Request', 'omitManagedFields: true\n'), rule)).toMatchObject({
      verdict: 'blind',
      gaps: [{ cause: 'managed-fields' }],
    })
    expect(coverageOf(policyOf('- level: Request'), rule).verdict).toBe('fed')
  })

  test('the groups of known users are taken into account', () => {
    const anonymous = ruleOf('ka.stage = ResponseComplete and ka.user.name = system:anonymous')
    const nodes = policyOf('- {level: None, userGroups: ["system:nodes"]}\n- level: Metadata')
    expect(coverageOf(nodes, anonymous).verdict).toBe('fed')
    const known = policyOf('- {level: Metadata, userGroups: ["system:authenticated"]}')
    expect(coverageOf(known, anonymous).verdict).toBe('blind')
    expect(coverageOf(known, ruleOf('ka.stage = ResponseComplete and ka.user.name = jane')).verdict).toBe(
      'fed',
    )
  })

  test('health checks are paths of their own', () => {
    const rule = ruleOf('ka.stage = ResponseComplete and ka.uri = /metrics')
    const healthz = policyOf('- {level: None, nonResourceURLs: ["/healthz*"]}\n- level: Metadata')
    expect(coverageOf(healthz, rule).verdict).toBe('fed')
    expect(
      coverageOf(policyOf('- {level: None, nonResourceURLs: ["/m*"]}\n- level: Metadata'), rule).verdict,
    ).toBe('blind')
  })
})

describe('the smallest policy', () => {
  const none = { users: [], userGroups: [], verbs: [], resources: [], namespaces: [], nonResourceURLs: [] }

  test('records what conditions look at and drops the rest, at as few stages as will do', () => {
    const { policy, feeds } = minimalPolicy([ruleOf(SECRETS), ruleOf(PRIVILEGED)])
    const resources = (name: string) => [{ group: '', resources: [name], resourceNames: [] }]
    expect(policy).toEqual({
      omitStages: ['RequestReceived', 'ResponseStarted', 'Panic'],
      omitManagedFields: true,
      rules: [
        { ...none, level: 'Request', verbs: ['create'], resources: resources('pods'), omitStages: [] },
        { ...none, level: 'Metadata', verbs: ['get'], resources: resources('secrets'), omitStages: [] },
        { ...none, level: 'None', omitStages: [] },
      ],
    })
    expect(feeds.map(({ length }) => length)).toEqual([1, 1, 0])
  })

  test('raises the level for what alerts show, unless only conditions count', () => {
    const rule = ruleOf(SECRETS.replace('get', 'create'), { output: '%ka.resp.name' })
    expect(minimalPolicy([rule]).policy.rules[0]?.level).toBe('RequestResponse')
    expect(minimalPolicy([rule], { conditionsOnly: true }).policy.rules[0]?.level).toBe('Metadata')
  })

  test('drops users whom a broad condition excludes, but not those whom another detection watches', () => {
    const broad = ruleOf('ka.stage = ResponseComplete and not ka.user.name in (kubelet, jane)')
    const jane = ruleOf('ka.stage = ResponseComplete and ka.user.name = jane and ka.verb = delete')
    const { policy } = minimalPolicy([broad, jane])
    expect(policy.rules.map(({ level, users, verbs }) => [level, users, verbs])).toEqual([
      ['Metadata', ['jane'], ['delete']],
      ['None', ['jane', 'kubelet'], []],
      ['Metadata', [], []],
    ])
  })

  test('records streams when they start', () => {
    const { policy } = minimalPolicy([ruleOf('ka.target.subresource in (exec, portforward)')])
    expect(policy.omitStages).toEqual(['RequestReceived', 'ResponseComplete', 'Panic'])
    expect(policy.rules[0]?.resources).toEqual([
      { group: '', resources: ['pods/exec', 'pods/portforward'], resourceNames: [] },
    ])
  })

  test('names groups, namespaces and objects where conditions do', () => {
    const { policy } = minimalPolicy([
      ruleOf(
        'ka.stage = ResponseComplete and ka.user.groups intersects (system:masters) and ka.verb = update and ka.target.resource = configmaps and ka.target.namespace = kube-system and ka.target.name = aws-auth',
      ),
    ])
    expect(policy.rules[0]).toMatchObject({
      userGroups: ['system:masters'],
      namespaces: ['kube-system'],
      resources: [{ resources: ['configmaps'], resourceNames: ['aws-auth'] }],
    })
  })

  test('keeps the managed fields where a condition reads them', () => {
    const condition = 'ka.verb = create and jevt.value[/requestObject/metadata/managedFields] exists'
    expect(minimalPolicy([ruleOf(condition)]).policy.omitManagedFields).toBe(false)
  })

  test('records nothing for nobody', () => {
    const { policy, never } = minimalPolicy([ruleOf('jevt.rawtime=0')])
    expect(policy.rules).toEqual([{ ...none, level: 'None', omitStages: [] }])
    expect(never).toHaveLength(1)
  })
})
