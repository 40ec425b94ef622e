import { describe, expect, test } from 'vitest'
import { requestInfoOf } from '../../request/index.ts'
import { createMetrics } from './metrics.ts'

function info(method: string, target: string) {
  const parsed = requestInfoOf(method, target)
  if ('fault' in parsed) throw new Error(target)
  return parsed
}

async function series(metrics: ReturnType<typeof createMetrics>, name: string): Promise<string[]> {
  return (await metrics.text()).split('\n').filter((line) => line.startsWith(name))
}

const POD =
  'verb="GET",group="",version="v1",resource="pods",subresource="",scope="resource",component="haetae"'

describe('createMetrics', () => {
  test('requests by what they ask for and their code, at every scrape from the beginning', async () => {
    const metrics = createMetrics()
    const get = info('GET', '/api/v1/namespaces/a/pods/b')
    metrics.request(get, 200, 0.01)
    metrics.request(get, 404, 0.01)
    metrics.request(get, 200, 0.01)
    await metrics.text()
    metrics.request(get, 200, 0.01)
    expect(await series(metrics, 'apiserver_request_total')).toEqual([
      `apiserver_request_total{${POD},dry_run="",code="200"} 3`,
      `apiserver_request_total{${POD},dry_run="",code="404"} 1`,
    ])
  })

  test('dry runs apart', async () => {
    const metrics = createMetrics()
    const path = '/api/v1/namespaces/a/pods/b'
    for (const query of ['?dryRun=All', '?dryRun=All&fieldManager=x', '?dryRun=Some', '?fieldManager=dryRun'])
      metrics.request(info('PUT', `${path}${query}`), 200, 0)
    expect(
      (await series(metrics, 'apiserver_request_total')).map((line) => line.replace(/^.*dry_run=/, '')),
    ).toEqual(['"All",code="200"} 2', '"invalid",code="200"} 1', '"",code="200"} 1'])
  })

  test('durations in cumulative buckets, a bound belonging to its bucket; none of what is long-running', async () => {
    const metrics = createMetrics()
    const get = info('GET', '/api/v1/namespaces/a/pods/b')
    for (const seconds of [0.005, 0.006, 59, 61, -1]) metrics.request(get, 200, seconds)
    const lines = await series(metrics, 'apiserver_request_duration_seconds')
    const bucket = (le: string) =>
      lines
        .find((line) => line.includes(`_bucket{le="${le}",${POD},dry_run=""}`))
        ?.split(' ')
        .at(-1)
    expect(['0.005', '0.025', '45', '60', '+Inf'].map(bucket)).toEqual(['1', '2', '2', '3', '4'])
    expect(lines.slice(-2)).toEqual([
      `apiserver_request_duration_seconds_sum{${POD},dry_run=""} ${0.005 + 0.006 + 59 + 61}`,
      `apiserver_request_duration_seconds_count{${POD},dry_run=""} 4`,
    ])
  })

  test('decisions of authorizers by type and name, as the API server calls them', async () => {
    const metrics = createMetrics()
    const reason = { id: 'test.reason', data: {} }
    const decided = [
      { verdict: 'allow', reason, by: 'RBAC' },
      { verdict: 'allow', reason, by: 'RBAC' },
      { verdict: 'deny', reason, by: 'opa' },
      { verdict: 'allow', reason, by: 'system:masters' },
      { verdict: 'no-opinion', reason },
    ] as const
    for (const each of decided) metrics.authorization(each, 0.003)
    expect(await series(metrics, 'apiserver_authorization_decisions_total')).toEqual([
      'apiserver_authorization_decisions_total{type="RBAC",name="rbac",decision="allowed"} 2',
      'apiserver_authorization_decisions_total{type="Webhook",name="opa",decision="denied"} 1',
    ])
  })

  test('stages of admission, and requests that are sent away, by kind', async () => {
    const metrics = createMetrics()
    const request = { operation: 'CREATE' } as Parameters<typeof metrics.admission.stage>[2]
    metrics.admission.stage('PodSecurity', 'validate', request)({ isRefused: true })
    metrics.admission.phase?.('validate', request)(true)
    metrics.rejected('mutating')
    expect(await series(metrics, 'apiserver_admission_controller_admission_duration_seconds_count')).toEqual([
      'apiserver_admission_controller_admission_duration_seconds_count{name="PodSecurity",operation="CREATE",rejected="true",type="validate"} 1',
    ])
    expect(await series(metrics, 'apiserver_admission_step_admission_duration_seconds_count')).toEqual([
      'apiserver_admission_step_admission_duration_seconds_count{operation="CREATE",rejected="true",type="validate"} 1',
    ])
    expect(await series(metrics, 'apiserver_dropped_requests_total')).toEqual([
      'apiserver_dropped_requests_total{request_kind="mutating"} 1',
    ])
  })

  test('what has the same labels is one series', async () => {
    const metrics = createMetrics()
    metrics.request(info('GET', '/api/v1/namespaces/a/pods/b/exec'), 101, -1)
    metrics.request(info('POST', '/api/v1/namespaces/a/pods/b/exec'), 101, -1)
    expect(await series(metrics, 'apiserver_request_total')).toHaveLength(1)
    expect(await series(metrics, 'apiserver_request_duration_seconds_count')).toHaveLength(1)
  })

  test('names of resources that clients make up do not fill the memory', async () => {
    const metrics = createMetrics()
    for (let index = 0; index < 3000; index++) metrics.request(info('GET', `/api/v1/x${index}`), 404, 0)
    for (let index = 0; index < 100; index++) metrics.request(info('GET', `/apis/g${index}/v1/other`), 404, 0)
    const lines = await series(metrics, 'apiserver_request_total')
    expect(lines).toHaveLength(2001)
    expect(lines.at(-1)).toMatch(/resource="other".* 1100$/)
  })

  test('nor do watches of them', async () => {
    const metrics = createMetrics()
    const user = { name: 'jane', groups: [] }
    for (let index = 0; index < 2500; index++)
      metrics.longRunning({ ...info('GET', `/api/v1/x${index}?watch=true`), user })
    const lines = await series(metrics, 'apiserver_longrunning_requests')
    expect(lines).toHaveLength(2001)
    expect(lines.at(-1)).toMatch(/resource="other".* 500$/)
  })

  test('attempts to authenticate, people not told apart', async () => {
    const metrics = createMetrics()
    const as = (name: string) =>
      metrics.authentication(
        { kind: 'authenticated', by: { user: { name, groups: [] }, authenticator: 'a' }, problems: [] },
        0.003,
      )
    const names = ['jane', 'joe', 'jane@example.com', 'system:node:n', 'admin', 'kubelet']
    for (const name of names) as(name)
    const problem = { authenticator: 'jwt', code: 'ERR', detail: { id: 'test.none', data: {} } }
    metrics.authentication({ kind: 'unauthenticated', problems: [] }, 0.001)
    metrics.authentication({ kind: 'unauthenticated', problems: [problem] }, 0.001)
    expect(await series(metrics, 'authentication_attempts')).toEqual([
      'authentication_attempts{result="success"} 6',
      'authentication_attempts{result="failure"} 1',
      'authentication_attempts{result="error"} 1',
    ])
    expect(await series(metrics, 'authenticated_user_requests')).toEqual([
      'authenticated_user_requests{username="other"} 3',
      'authenticated_user_requests{username="email_id"} 1',
      'authenticated_user_requests{username="admin"} 1',
      'authenticated_user_requests{username="kubelet"} 1',
    ])
    const durations = await series(metrics, 'authentication_duration_seconds')
    expect(durations).toContain('authentication_duration_seconds_bucket{le="0.002",result="success"} 0')
    expect(durations).toContain('authentication_duration_seconds_bucket{le="0.004",result="success"} 6')
    expect(durations).toContain('authentication_duration_seconds_count{result="error"} 1')
  })

  test('decisions about requests by result, one of them because an authorizer could not tell', async () => {
    const metrics = createMetrics()
    const reason = { id: 'test.reason', data: {} }
    metrics.authorization({ verdict: 'allow', reason, by: 'RBAC', hasErred: true }, 0.001)
    metrics.authorization({ verdict: 'deny', reason, by: 'opa' }, 0.001)
    metrics.authorization({ verdict: 'no-opinion', reason }, 0.001)
    metrics.authorization({ verdict: 'no-opinion', reason, hasErred: true }, 0.001)
    expect(await series(metrics, 'authorization_attempts_total')).toEqual([
      'authorization_attempts_total{result="allowed"} 1',
      'authorization_attempts_total{result="denied"} 1',
      'authorization_attempts_total{result="no-opinion"} 1',
      'authorization_attempts_total{result="error"} 1',
    ])
    expect(await series(metrics, 'authorization_duration_seconds_count')).toHaveLength(4)
  })

  test('authorization webhooks by name', async () => {
    const metrics = createMetrics()
    const webhooks = metrics.authorizationWebhooks
    webhooks.conditions('opa', { seconds: 0.002, hasErred: true, isExcluded: false })
    webhooks.conditions('opa', { seconds: 0.002, hasErred: false, isExcluded: true })
    webhooks.called('opa', 'timeout', 3)
    webhooks.failedOpen('opa', 'timeout')
    const lines = await series(metrics, 'apiserver_authorization_')
    expect(lines).toEqual(
      expect.arrayContaining([
        'apiserver_authorization_match_condition_evaluation_errors_total{type="Webhook",name="opa"} 1',
        'apiserver_authorization_match_condition_exclusions_total{type="Webhook",name="opa"} 1',
        'apiserver_authorization_match_condition_evaluation_seconds_count{type="Webhook",name="opa"} 2',
        'apiserver_authorization_webhook_evaluations_total{name="opa",result="timeout"} 1',
        'apiserver_authorization_webhook_duration_seconds_count{name="opa",result="timeout"} 1',
        'apiserver_authorization_webhook_evaluations_fail_open_total{name="opa",result="timeout"} 1',
      ]),
    )
  })

  test('JWTs by their issuer, whose address is not told', async () => {
    const metrics = createMetrics()
    metrics.jwt.judged('https://issuer.example.com', 'failure', 0.002)
    metrics.jwt.keysFetched('https://issuer.example.com', '{"keys":[]}')
    const hash = 'sha256:605ec2f11533f3f2274ec7d304db418b49f991bba3c7d27b1d2a1e4e1575c678'
    expect(await series(metrics, 'apiserver_authentication_jwt_authenticator_latency_seconds_count')).toEqual(
      [
        `apiserver_authentication_jwt_authenticator_latency_seconds_count{result="failure",jwt_issuer_hash="${hash}"} 1`,
      ],
    )
    const [fetched = ''] = await series(
      metrics,
      'apiserver_authentication_jwt_authenticator_jwks_fetch_last_timestamp_seconds',
    )
    expect(fetched).toContain(`{result="success",jwt_issuer_hash="${hash}",apiserver_id_hash=""} `)

    const keySets = 'apiserver_authentication_jwt_authenticator_jwks_fetch_last_key_set_info'
    const info = (keySet: string) =>
      `${keySets}{jwt_issuer_hash="${hash}",apiserver_id_hash="",hash="sha256:${keySet}"} 1`
    const empty = '9638d11914735d0072002dd4d67c734a94ee7a0cd845e6dcbc984ee7581860a7'
    const other = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
    expect(await series(metrics, keySets)).toEqual([info(empty)])
    metrics.jwt.keysFetched('https://issuer.example.com', undefined)
    expect(await series(metrics, keySets)).toEqual([info(empty)])
    metrics.jwt.keysFetched('https://issuer.example.com', '{}')
    expect(await series(metrics, keySets)).toEqual([info(other)])
    metrics.jwt.removed('https://issuer.example.com')
    expect(await series(metrics, 'apiserver_authentication_jwt_authenticator_jwks_')).toEqual([])
  })
})
