import type { Message } from '../../../messages/index.ts'
import { formatPolicyVersion, type Level, type PolicyVersion } from '../../standards/version.ts'
import type { PodSecurityPolicy } from '../types.ts'
import { type Coverage, UNCOVERED_CONTROLS } from './coverage.ts'
import { migrationMessages, stricterMessage, unstatedMessage } from './messages.ts'
import { type CoveredControl, includes, nearestLevel } from './nearest-level.ts'
import { mutationsOf, restrictionsBeyond } from './restrictions.ts'

/** What takes a policy's place, and what the change brings. */
export interface Migration {
  readonly policy: string
  /** The level that is nearest to the policy. */
  readonly level: Level
  /** `enforce` where the level refuses nothing that the policy admits; else `warn` (and audit) until pods are mended. */
  readonly mode: 'enforce' | 'warn'
  /** The level of each mode. */
  readonly modes: { readonly enforce: Level; readonly audit: Level; readonly warn: Level }
  /** The labels for the namespaces in which the policy is used. */
  readonly labels: Readonly<Record<string, string>>
  /** What the policy restricts and the level does not. */
  readonly lost: readonly MigrationNote[]
  /** What the policy sets on pods that leave it out. */
  readonly mutations: readonly MigrationNote[]
  /** What the policy admits and the level refuses. */
  readonly stricter: readonly MigrationNote[]
}

export interface MigrationNote {
  /** Path of the policy's field; absent for a control that the policy has no field for. */
  readonly field?: string
  readonly value?: unknown
  /** Kubernetes' id of the control of the standards. */
  readonly control?: string
  readonly message: Message
}

const LABEL = 'pod-security.kubernetes.io'

/**
 * Plans the move from a PodSecurityPolicy to Pod Security Admission ("Migrate from PodSecurityPolicy to the Built-In
 * PodSecurity Admission Controller"). The standards are compared in their newest version.
 *
 * @param policy - decoded, with the API's defaults (`decodePolicy`)
 * @param version - for the labels: "pin the version to the cluster's minor version", or `latest`
 */
export function planMigration(policy: PodSecurityPolicy, version: PolicyVersion = 'latest'): Migration {
  const { level, enforceable, controls } = nearestLevel(policy)
  const mode = includesLevel(enforceable, level) ? 'enforce' : 'warn'
  const modes = { enforce: mode === 'enforce' ? level : enforceable, audit: level, warn: level }
  return {
    policy: policy.metadata?.name ?? '',
    level,
    mode,
    modes,
    labels: labelsOf(modes, formatPolicyVersion(version)),
    lost: lost(policy, level, controls),
    mutations: mutationsOf(policy).map(({ field, value }) => ({
      field,
      value,
      message: migrationMessages.make.mutation({ field, value: JSON.stringify(value) }),
    })),
    stricter: stricter(level, controls),
  }
}

function labelsOf(modes: Migration['modes'], version: string): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const mode of ['enforce', 'audit', 'warn'] as const) {
    labels[`${LABEL}/${mode}`] = modes[mode]
    labels[`${LABEL}/${mode}-version`] = version
  }
  return labels
}

function lost(policy: PodSecurityPolicy, level: Level, controls: readonly CoveredControl[]): MigrationNote[] {
  const whole = controls
    .filter(({ control, coverage }) => isRuled(coverage) && !includes(level, control))
    .map(({ control: { id, field } }) => ({
      field,
      control: id,
      message: migrationMessages.make.lostControl({ field, control: id, level }),
    }))
  const byValue = restrictionsBeyond(level, policy).map(({ field, value }) => ({
    field,
    value,
    message: migrationMessages.make.lostRestriction({ field, value: JSON.stringify(value) }),
  }))
  return [...whole, ...byValue]
}

function stricter(level: Level, controls: readonly CoveredControl[]): MigrationNote[] {
  const known = controls
    .filter(({ control, coverage }) => coverage !== 'guaranteed' && includes(level, control))
    .map(({ control: { id, field }, coverage }) => ({
      field,
      control: id,
      message: coverage === 'unstated' ? unstatedMessage(id) : stricterMessage(id, coverage),
    }))
  if (level === 'privileged') return known
  return [
    ...known,
    ...UNCOVERED_CONTROLS.map((control) => ({ control, message: stricterMessage(control, 'open') })),
  ]
}

function isRuled(coverage: Coverage): boolean {
  return coverage === 'guaranteed' || coverage === 'unstated'
}

function includesLevel(level: Level, other: Level): boolean {
  return other === 'privileged' || level === other || level === 'restricted'
}
