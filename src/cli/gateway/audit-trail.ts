import { join } from 'node:path'
import {
  type AuditSink,
  compilePolicy,
  createRedactor,
  decodePolicy,
  openFileSink,
  openStoreSink,
  openWebhookSink,
  type Policy,
  readWebhookKubeconfig,
} from '../../api-access/audit/index.ts'
import { type GateMetrics, openJournal, openTrail, type Trail } from '../../api-access/gateway/index.ts'
import { errorText } from '../../messages/index.ts'
import { loadPolicyFile } from '../audit/policy-file.ts'
import { inState } from '../authentication/state-folder.ts'
import { UsageError } from '../exit.ts'
import { needs } from '../options.ts'
import type { Teller } from '../teller.ts'
import { gatewayMessages } from './messages.ts'
import { countOf, type GatewayOptions } from './options.ts'

const { make } = gatewayMessages

/** Every request once, when it is over; of those for the health of something nothing. */
const DEFAULT_POLICY = {
  omitStages: ['RequestReceived'],
  rules: [{ level: 'None', nonResourceURLs: ['/livez*', '/readyz*', '/healthz*'] }, { level: 'Metadata' }],
}

/**
 * Opens the audit trail that the options ask for.
 *
 * @param further - sinks besides those of the options
 * @throws UsageError
 */
export async function openAuditTrail(
  options: GatewayOptions,
  state: string,
  metrics: GateMetrics,
  teller: Teller,
  further: readonly AuditSink[] = [],
): Promise<Trail> {
  const policy = policyOf(options)
  const sinks = [...(await openSinks(options, state, teller)), ...further]
  if (sinks.length === 0) teller.problem(make['no-audit']({}))
  const journal = await inState(async () => openOwnJournal(join(state, 'journal')))
  const { size } = journal.unfinished
  if (size > 0) teller.problem(make.recovered({ count: size }))
  return openTrail({
    policy: compilePolicy(policy),
    redact: createRedactor(),
    sinks,
    journal,
    onEvent: ({ level }) => metrics.auditEvent(level ?? ''),
    onFailure(error) {
      metrics.auditFailure()
      teller.problem(make['audit-trouble']({ reason: errorText(error) }))
    },
  })
}

function policyOf({ auditPolicyFile }: GatewayOptions): Policy {
  if (auditPolicyFile !== undefined) return loadPolicyFile(auditPolicyFile).policy
  const decoded = decodePolicy(DEFAULT_POLICY)
  if ('error' in decoded) throw new Error(decoded.error)
  return decoded.policy
}

async function openSinks(options: GatewayOptions, state: string, teller: Teller): Promise<AuditSink[]> {
  const { auditLogPath: path, auditWebhookConfigFile: webhook, auditStore: store } = options
  const sinks: AuditSink[] = []
  if (path !== undefined) sinks.push(await openFileSink({ path, ...rotation(options) }))
  else if (options.auditLogMaxsize !== undefined) throw needs('--audit-log-maxsize', '--audit-log-path')
  if (store !== undefined) sinks.push(await openStoreSink({ path: store }))
  if (webhook !== undefined)
    sinks.push(
      await openWebhookSink({
        target: await readWebhookKubeconfig(webhook),
        spillFolder: join(state, 'webhook'),
        onTrouble: ({ reason }) => teller.problem(make['audit-trouble']({ reason })),
      }),
    )
  return sinks
}

function rotation(options: GatewayOptions) {
  const { auditLogMaxsize: size, auditLogMaxage: age, auditLogMaxbackup: backups } = options
  return {
    ...(size !== undefined && { maxSizeMegabytes: countOf('--audit-log-maxsize', size) }),
    ...(age !== undefined && { maxAgeDays: countOf('--audit-log-maxage', age) }),
    ...(backups !== undefined && { maxBackups: countOf('--audit-log-maxbackup', backups) }),
    ...(options.auditLogCompress === true && { compress: true }),
  }
}

function openOwnJournal(folder: string) {
  try {
    return openJournal({ folder })
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_FOLDER_LOCKED') throw error
    throw new UsageError('ERR_STATE', make['state-in-use']({ folder }), gatewayMessages)
  }
}
