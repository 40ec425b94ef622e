import { type FieldError, type FieldPath, invalid } from '../../kubernetes/index.ts'
import {
  isLevel,
  LEVEL_EXPECTED,
  LEVELS,
  type Level,
  type LevelVersion,
  parsePolicyVersion,
  VERSION_EXPECTED,
} from '../standards/version.ts'

/** What a mode does with a violation: reject the pod, note it in the audit log, tell the user. */
export const MODES = ['enforce', 'audit', 'warn'] as const
export type Mode = (typeof MODES)[number]

/** The policy in force in one namespace. */
export type Policy = { readonly [M in Mode]: LevelVersion }

export type Labels = Readonly<Record<string, string>>

/** Labels of a namespace, and keys of audit annotations, stand under this prefix. */
export const POD_SECURITY_PREFIX = 'pod-security.kubernetes.io/'

/** The label that sets a mode's level, e.g. `pod-security.kubernetes.io/enforce`. */
export function levelLabel(mode: Mode): string {
  return `${POD_SECURITY_PREFIX}${mode}`
}

/** The label that pins a mode's version, e.g. `pod-security.kubernetes.io/enforce-version`. */
export function versionLabel(mode: Mode): string {
  return `${POD_SECURITY_PREFIX}${mode}-version`
}

/**
 * The policy that a namespace's labels ask for. A policy always results, also where Kubernetes would reject the
 * labels: "enforcement is best effort, and invalid labels that pre-existed the admission controller enablement are
 * ignored" (KEP-2579, Validation). What then counts fails closed for enforce, which becomes restricted, and open
 * for audit and warn, which become privileged; an unknown version counts as latest.
 *
 * @param labels - all labels of the namespace; others are ignored
 * @param defaults - for modes that have no label: the cluster's PodSecurityConfiguration
 * @returns the policy, and an error for each label whose value Kubernetes does not know
 */
export function resolvePolicy(
  labels: Labels,
  defaults: Policy,
): { readonly policy: Policy; readonly errors: readonly FieldError[] } {
  const errors: FieldError[] = []
  const enforce = resolveMode('enforce', labels, defaults.enforce, errors)
  const audit = resolveMode('audit', labels, defaults.audit, errors)
  const warn = resolveMode('warn', labels, defaults.warn, errors)
  return { policy: { enforce, audit, warn: warnLikeEnforce(labels, enforce, warn) }, errors }
}

/** Whether no mode of a policy can be violated. */
export function isFullyPrivileged(policy: Policy): boolean {
  return MODES.every((mode) => policy[mode].level === 'privileged')
}

/** Whether two policies judge every pod alike: privileged is the same in every version. */
export function arePoliciesEquivalent(a: Policy, b: Policy): boolean {
  return MODES.every(
    (mode) =>
      a[mode].level === b[mode].level &&
      (a[mode].level === 'privileged' || a[mode].version === b[mode].version),
  )
}

/** Negative when a is looser than b, positive when it is stricter, 0 when they are the same. */
export function compareLevels(a: Level, b: Level): number {
  return LEVELS.indexOf(a) - LEVELS.indexOf(b)
}

function resolveMode(
  mode: Mode,
  labels: Labels,
  byDefault: LevelVersion,
  errors: FieldError[],
): LevelVersion {
  const levelText = labelValue(labels, levelLabel(mode))
  const versionText = labelValue(labels, versionLabel(mode))
  const level = levelText === undefined ? byDefault.level : isLevel(levelText) ? levelText : undefined
  if (levelText !== undefined && level === undefined)
    errors.push(invalid(labelPath(levelLabel(mode)), levelText, LEVEL_EXPECTED))
  const version = versionText === undefined ? byDefault.version : parsePolicyVersion(versionText)
  if (versionText !== undefined && version === undefined)
    errors.push(invalid(labelPath(versionLabel(mode)), versionText, VERSION_EXPECTED))
  return {
    level: level ?? (mode === 'enforce' ? 'restricted' : 'privileged'),
    version: version ?? 'latest',
  }
}

/**
 * Who creates a workload should hear that its pods will be rejected: without a warn level of its own, a namespace
 * warns by its enforce level where that is stricter (Kubernetes 1.25 and later). A label with an unknown enforce
 * level does not count.
 */
function warnLikeEnforce(labels: Labels, enforce: LevelVersion, warn: LevelVersion): LevelVersion {
  const enforceText = labelValue(labels, levelLabel('enforce'))
  if (enforceText === undefined || !isLevel(enforceText)) return warn
  if (labelValue(labels, levelLabel('warn')) !== undefined) return warn
  if (compareLevels(enforce.level, warn.level) <= 0) return warn
  const pinned = labelValue(labels, versionLabel('warn')) !== undefined
  return { level: enforce.level, version: pinned ? warn.version : enforce.version }
}

function labelValue(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}

function labelPath(label: string): FieldPath {
  return ['metadata', 'labels', label]
}
