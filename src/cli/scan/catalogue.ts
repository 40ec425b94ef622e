import { type Check, createExceptionChecks } from '../../findings/index.ts'
import { nearestName } from '../../kubernetes/index.ts'
import type { MessageSet } from '../../messages/index.ts'
import { type Level, type PolicyVersion, podSecurityChecks } from '../../pod-security/index.ts'
import { composeChecks, postureChecks } from '../../posture/index.ts'
import { UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'

/** The Pod Security controls of every level; a stricter one may override one of a lower level. */
function everyControl(version: PolicyVersion): readonly Check[] {
  const restricted = podSecurityChecks('restricted', version)
  const ids = new Set(restricted.map(({ id }) => id))
  return [...podSecurityChecks('baseline', version).filter(({ id }) => !ids.has(id)), ...restricted]
}

/**
 * Every check there is, whatever the level.
 *
 * @param today - `YYYY-MM-DD` in UTC: exceptions end
 */
export function everyCheck(today: string): readonly Check[] {
  return withExceptionChecks([...everyControl('latest'), ...postureChecks], today)
}

/** What a run holds its objects to. */
export interface RunOptions {
  readonly level: Level
  readonly version: PolicyVersion
  readonly today: string
  readonly only: readonly string[]
  readonly skip: readonly string[]
}

/**
 * The checks of one run, in the order in which their findings are reported.
 *
 * @throws UsageError where `only` or `skip` names what no check is called, with the nearest that one is
 */
export function checksOfRun({ level, version, today, only, skip }: RunOptions): readonly Check[] {
  const known = new Set(everyCheck(today).map(({ id }) => id))
  for (const check of [...only, ...skip]) {
    if (known.has(check)) continue
    const nearest = nearestName(check, known) ?? ''
    throw new UsageError(
      'ERR_UNKNOWN_CHECK',
      cliMessages.make['unknown-check']({ check, nearest }),
      cliMessages,
    )
  }
  const checks = withExceptionChecks([...podSecurityChecks(level, version), ...postureChecks], today)
  return checks.filter(({ id }) => (only.length === 0 || only.includes(id)) && !skip.includes(id))
}

function withExceptionChecks(checks: readonly Check[], today: string): readonly Check[] {
  const known = new Set([...everyControl('latest'), ...checks].map(({ id }) => id))
  return composeChecks(checks, createExceptionChecks({ known, today }))
}

/** The message sets of checks, each once. */
export function messagesOf(checks: readonly Check[]): readonly MessageSet[] {
  return [...new Set(checks.map(({ messages }) => messages))]
}
