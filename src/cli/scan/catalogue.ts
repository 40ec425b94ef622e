import { type Check, createExceptionChecks } from '../../findings/index.ts'
import { nearestName } from '../../kubernetes/index.ts'
import type { MessageSet } from '../../messages/index.ts'
import {
  admissionChecks,
  DEFAULT_SETTINGS,
  type Level,
  type ManifestCluster,
  type PolicyVersion,
  podSecurityChecks,
} from '../../pod-security/index.ts'
import { composeChecks, postureChecks } from '../../posture/index.ts'
import { UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'

/** What a run holds its objects to. */
export interface RunOptions {
  readonly level: Level
  readonly version: PolicyVersion
  /** `YYYY-MM-DD` in UTC: exceptions end. */
  readonly today: string
  /** The namespaces met, a map that may still grow, and the cluster's Pod Security Admission. */
  readonly cluster: ManifestCluster
  readonly only: readonly string[]
  readonly skip: readonly string[]
}

/**
 * Every check there is, whatever the level: for listing them, and to tell a check's name from a misspelt one.
 */
export function everyCheck(): readonly Check[] {
  const restricted = podSecurityChecks('restricted', 'latest')
  const ids = new Set(restricted.map(({ id }) => id))
  // A stricter control may override one of a lower level.
  const overridden = podSecurityChecks('baseline', 'latest').filter(({ id }) => !ids.has(id))
  const cluster = { namespaces: new Map(), settings: DEFAULT_SETTINGS }
  const others = [...admissionChecks(cluster), ...postureChecks]
  const exceptions = createExceptionChecks({ known: new Set(), today: '' })
  return composeChecks(overridden, restricted, others, exceptions)
}

/**
 * The checks of one run, in the order in which their findings are reported.
 *
 * @throws UsageError where `only` or `skip` names what no check is called, with the nearest that one is
 */
export function checksOfRun({ level, version, today, cluster, only, skip }: RunOptions): readonly Check[] {
  const known = new Set(everyCheck().map(({ id }) => id))
  for (const check of [...only, ...skip]) {
    if (known.has(check)) continue
    const nearest = nearestName(check, known) ?? ''
    const detail = cliMessages.make['unknown-check']({ check, nearest })
    throw new UsageError('ERR_UNKNOWN_CHECK', detail, cliMessages)
  }
  const exceptions = createExceptionChecks({ known, today })
  const checks = composeChecks(
    podSecurityChecks(level, version),
    admissionChecks(cluster),
    postureChecks,
    exceptions,
  )
  return checks.filter(({ id }) => (only.length === 0 || only.includes(id)) && !skip.includes(id))
}

/** The message sets of checks, each once. */
export function messagesOf(checks: readonly Check[]): readonly MessageSet[] {
  return [...new Set(checks.map(({ messages }) => messages))]
}
