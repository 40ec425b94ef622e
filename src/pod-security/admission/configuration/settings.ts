import { duplicate, type FieldError, type FieldPath, invalid } from '../../../kubernetes/index.ts'
import {
  isLevel,
  LEVEL_EXPECTED,
  type LevelVersion,
  parsePolicyVersion,
  VERSION_EXPECTED,
} from '../../standards/version.ts'
import type { Mode, Policy } from '../policy.ts'
import {
  DEFAULT_CONFIGURATION,
  type PodSecurityConfiguration,
  type PodSecurityExemptions,
} from './configuration.ts'
import { namespaceNameProblems, runtimeClassNameProblems, usernameProblems } from './names.ts'

/** A configuration that has been found valid: what admission works with. */
export interface PodSecuritySettings {
  /** For namespaces without labels of their own. */
  readonly defaults: Policy
  readonly exemptions: PodSecurityExemptions
}

const PRIVILEGED: LevelVersion = { level: 'privileged', version: 'latest' }

/** Those of a cluster without a PodSecurityConfiguration: nothing is enforced by default, nothing exempt. */
export const DEFAULT_SETTINGS: PodSecuritySettings = {
  defaults: { enforce: PRIVILEGED, audit: PRIVILEGED, warn: PRIVILEGED },
  exemptions: DEFAULT_CONFIGURATION.exemptions,
}

/**
 * Validates a configuration as the API server does when it starts: levels and versions must exist, exempt
 * names must be possible names and stand only once.
 *
 * @returns the settings, or all errors in Kubernetes' order
 * Source: Kubernetes documentation, "Enforce Pod Security Standards by Configuring the Built-in Admission Controller".
 */
export function settingsOf(
  configuration: PodSecurityConfiguration,
): { readonly settings: PodSecuritySettings } | { readonly errors: readonly FieldError[] } {
  const errors: FieldError[] = []
  const enforce = modeOf('enforce', configuration, errors)
  const warn = modeOf('warn', configuration, errors)
  const audit = modeOf('audit', configuration, errors)
  const { namespaces, runtimeClasses, usernames } = configuration.exemptions
  checkNames('namespaces', namespaces, namespaceNameProblems, errors)
  checkNames('runtimeClasses', runtimeClasses, runtimeClassNameProblems, errors)
  checkNames('usernames', usernames, usernameProblems, errors)

  if (errors.length > 0 || enforce === undefined || audit === undefined || warn === undefined)
    return { errors }
  return { settings: { defaults: { enforce, audit, warn }, exemptions: configuration.exemptions } }
}

function modeOf(
  mode: Mode,
  { defaults }: PodSecurityConfiguration,
  errors: FieldError[],
): LevelVersion | undefined {
  const level = defaults[mode]
  const versionText = defaults[`${mode}-version`]
  const version = parsePolicyVersion(versionText)
  if (!isLevel(level)) errors.push(invalid(['defaults', mode], level, LEVEL_EXPECTED))
  if (version === undefined)
    errors.push(invalid(['defaults', `${mode}-version`], versionText, VERSION_EXPECTED))
  return isLevel(level) && version !== undefined ? { level, version } : undefined
}

function checkNames(
  list: keyof PodSecurityExemptions,
  names: readonly string[],
  problemsOf: (name: string) => readonly string[],
  errors: FieldError[],
): void {
  const valid = new Set<string>()
  names.forEach((name, index) => {
    const path: FieldPath = ['exemptions', list, index]
    const problems = problemsOf(name)
    if (problems.length > 0) errors.push(invalid(path, name, problems.join(', ')))
    else if (valid.has(name)) errors.push(duplicate(path, name))
    else valid.add(name)
  })
}
