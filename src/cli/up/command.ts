import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import { minimalPolicy } from '../../api-access/audit/coverage/index.ts'
import {
  auditEventMessages,
  auditReaderMessages,
  type PolicyRule,
  RECORD_NOTHING,
} from '../../api-access/audit/index.ts'
import { visible } from '../../findings/index.ts'
import { ClusterError, clusterClient, loadKubeconfig } from '../../kubernetes/index.ts'
import { createRenderer, type Language } from '../../messages/index.ts'
import { auditDetection, outputMessages } from '../../runtime/detection/index.ts'
import type { Rule } from '../../runtime/rules/index.ts'
import { senseAuditEvents, sensorMessages } from '../../runtime/sensors/index.ts'
import { makeFolder } from '../../storage/index.ts'
import { policyFields } from '../audit/coverage/policy-text.ts'
import { asUsageError } from '../authentication/setup-error.ts'
import { CLUSTER_FAULTS } from '../cluster-fault.ts'
import { createDetection } from '../detect/detection.ts'
import { detectMessages } from '../detect/messages.ts'
import { openOutputs } from '../detect/outputs.ts'
import { defaultRules, loadRunningRules } from '../detect/rules.ts'
import { run } from '../detect/run.ts'
import { createTally } from '../detect/tally.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { openGateway } from '../gateway/open-gateway.ts'
import type { GatewayOptions } from '../gateway/options.ts'
import { gatewayTeller } from '../gateway/teller.ts'
import { cliMessages } from '../messages.ts'
import { choiceOf } from '../options.ts'
import { stopOnSignals } from '../signals.ts'
import { terminalOf } from '../terminal.ts'
import { writing } from '../writing.ts'
import { adminKubeconfig } from './admin-kubeconfig.ts'
import { createDetectionSink } from './detection-sink.ts'
import { upMessages } from './messages.ts'

const { make } = upMessages

export interface UpOptions {
  readonly listen: string
  readonly state?: string
  readonly format: string
  readonly kubeconfig?: string
  readonly context?: string
  readonly quiet?: boolean
  readonly color: boolean
}

const MESSAGES = [
  upMessages,
  cliMessages,
  ...CLUSTER_FAULTS,
  detectMessages,
  outputMessages,
  sensorMessages,
  auditReaderMessages,
  auditEventMessages,
]

/** Between two looks whether the administrator's kubeconfig still lasts and knows the authorities. */
const KUBECONFIG_MILLISECONDS = 24 * 3_600_000

/** How long outputs may take in the end. */
const GRACE_MILLISECONDS = 10_000

/**
 * `haetae up`: the gate before the cluster of the current kubeconfig, its events in an embedded database, and the shipped
 * rules on them, until it is told to stop. Alerts go to standard output, all else to standard error.
 *
 * @throws UsageError, also where there is no cluster
 */
export async function up(options: UpOptions, language: Language): Promise<ExitStatus> {
  const format = choiceOf('--format', options.format, ['text', 'jsonl'])
  const render = createRenderer(MESSAGES, language)
  const tell = (line: string) => process.stderr.write(`${visible(line)}\n`)
  const say = (text: string) => {
    if (options.quiet !== true) for (const line of text.split('\n')) tell(line)
  }
  const config = await clusterOf(options, language)
  const rules = shippedRules(language, terminalOf(process.stderr, process.env, options.color).colour)
  const state =
    options.state ?? join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'haetae', 'up')
  writing(state, () => makeFolder(state))
  const store = join(state, 'audit.db')
  const policy = join(state, 'audit-policy.json')
  writing(policy, () => writeFileSync(policy, policyFor(rules)))
  const { sink, batches } = createDetectionSink()
  const teller = gatewayTeller(language, options.quiet === true)
  const gate = await opened(() =>
    openGateway(gatewayOptions(options, state, store, policy), config, language, teller, [sink]),
  )
  const kubeconfig = await adminKubeconfig(state, gate)
  const renewing = setInterval(
    () => void adminKubeconfig(state, gate).catch(teller.trouble),
    KUBECONFIG_MILLISECONDS,
  ).unref()
  say(render(make.open({ address: gate.address, server: gate.server, rules: rules.length, state })))
  const commands = [
    `kubectl --kubeconfig ${kubeconfig} get pods --all-namespaces`,
    `kubectl --kubeconfig ${kubeconfig} create configmap try-haetae --from-literal=password=hunter2`,
    `haetae audit show --store ${store} --user haetae-admin`,
  ]
  say(render(make.next({ commands })))

  const outputs = await openOutputs({}, format, tell, render)
  const origin = { hostname: hostname(), uuid: randomUUID, now }
  const detection = createDetection(rules, auditDetection, 'first', origin)
  const detecting = run(senseAuditEvents(batches, now), detection, {
    outputs,
    tally: createTally(),
    tell,
    render,
  })
  await new Promise<void>((stop) => {
    stopOnSignals({ stop, reload: () => {} })
  })
  clearInterval(renewing)
  await gate.close()
  await detecting
  await Promise.all(outputs.map((output) => output.close(GRACE_MILLISECONDS)))
  return EXIT.done
}

/** @throws UsageError ERR_NO_CLUSTER, which says how to get one */
async function clusterOf({ kubeconfig, context }: UpOptions, language: Language): Promise<KubeConfig> {
  const render = createRenderer(MESSAGES, language)
  const none = (reason: string) =>
    new UsageError('ERR_NO_CLUSTER', make['no-cluster']({ reason }), upMessages)
  try {
    const config = await loadKubeconfig({
      environment: process.env,
      ...(kubeconfig !== undefined && { kubeconfig }),
      ...(context !== undefined && { context }),
    })
    const client = clusterClient(config)
    const { status } = await client.request({ path: '/version', timeoutSeconds: 10 })
    client.close()
    if (status !== 200) throw none(render(make['no-answer']({ status })))
    return config
  } catch (error) {
    if (error instanceof ClusterError) throw none(render(error.said))
    throw error
  }
}

async function opened<Result>(open: () => Promise<Result>): Promise<Result> {
  try {
    return await open()
  } catch (error) {
    throw asUsageError(error)
  }
}

function shippedRules(language: Language, colour: boolean): readonly Rule[] {
  const running = loadRunningRules(
    { paths: [defaultRules('k8s_audit')], source: 'k8s_audit', selection: {}, matching: 'first' },
    language,
    colour,
  )
  if (running.ok) return running.rules
  process.stderr.write(running.report)
  throw new UsageError(
    'ERR_RULES',
    detectMessages.make['bad-rules']({ errors: running.errors }),
    detectMessages,
  )
}

/** What the rules look into, and of every other request that it was made. */
function policyFor(rules: readonly Rule[]): string {
  const health: PolicyRule = {
    ...RECORD_NOTHING,
    level: 'None',
    nonResourceURLs: ['/livez*', '/readyz*', '/healthz*'],
  }
  const { policy } = minimalPolicy(rules)
  const fed = policy.rules.map((rule) => (rule.level === 'None' ? { ...rule, level: 'Metadata' } : rule))
  const all = [health, ...fed, { ...RECORD_NOTHING, level: 'Metadata', omitStages: ['RequestReceived'] }]
  return `${JSON.stringify(policyFields({ ...policy, rules: all }), null, 2)}\n`
}

function gatewayOptions(
  { listen }: UpOptions,
  state: string,
  auditStore: string,
  auditPolicyFile: string,
): GatewayOptions {
  return {
    listen,
    state,
    auditStore,
    auditPolicyFile,
    clusterTokens: true,
    maxRequestsInflight: '400',
    maxMutatingRequestsInflight: '200',
    maxLongRunning: '10000',
    maxConnections: '20000',
    requestTimeout: '65',
    shutdownDelay: '0',
    shutdownTimeout: '10',
    quiet: true,
  }
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n
}
