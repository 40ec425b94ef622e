/** The levels, from the most permissive to the strictest (Pod Security Standards, "Profile Details"). */
export const LEVELS = ['privileged', 'baseline', 'restricted'] as const
export type Level = (typeof LEVELS)[number]

/** A version of the standards: a minor version of Kubernetes 1.x, or the newest one whatever it is. */
export type PolicyVersion = 'latest' | number

/** The newest minor version in which the standards are known to be defined. */
export const NEWEST_MINOR = 37

/** A level as of a version, as the labels of a namespace name it. */
export interface LevelVersion {
  readonly level: Level
  readonly version: PolicyVersion
}

/** What Kubernetes answers to a text that is no level (pod-security-admission, `ParseLevel`). */
export const LEVEL_EXPECTED = `must be one of ${LEVELS.join(', ')}`

/** What Kubernetes answers to a text that is no version (pod-security-admission, `ParseVersion`). */
export const VERSION_EXPECTED = 'must be "latest" or "v1.x"'

/** The largest minor version that fits Kubernetes' own type for it, a 64-bit integer. */
const LARGEST_MINOR = 9_223_372_036_854_775_807n

/** Whether the text is a level's name; anything else, `LEVEL_EXPECTED` says. */
export function isLevel(text: string): text is Level {
  return (LEVELS as readonly string[]).includes(text)
}

/**
 * Reads a version as the label `pod-security.kubernetes.io/enforce-version` gives it.
 *
 * @param text - `latest` or `v1.` and a minor version without leading zeros; a version newer than
 *   `NEWEST_MINOR` is fine and judged as the newest ("Pod Security Admission", "Pod Security Standards versions")
 * @returns undefined for any other text, of which `VERSION_EXPECTED` says what is wrong
 */
export function parsePolicyVersion(text: string): PolicyVersion | undefined {
  if (text === 'latest') return 'latest'
  const minor = /^v1\.(0|[1-9][0-9]*)$/.exec(text)?.[1]
  if (minor === undefined || BigInt(minor) > LARGEST_MINOR) return undefined
  return Number(minor)
}

/** The version as Kubernetes writes it: `latest`, `v1.25`. */
export function formatPolicyVersion(version: PolicyVersion): string {
  return version === 'latest' ? 'latest' : `v1.${version}`
}

/**
 * Reads what `formatLevelVersion` writes.
 *
 * @param text - e.g. `restricted:latest`, `baseline:v1.22`
 * @returns undefined where the level, the colon or the version is missing or wrong
 */
export function parseLevelVersion(text: string): LevelVersion | undefined {
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  const level = text.slice(0, colon)
  const version = parsePolicyVersion(text.slice(colon + 1))
  return isLevel(level) && version !== undefined ? { level, version } : undefined
}

/** Level and version as Kubernetes' messages write them: `restricted:latest`, `baseline:v1.22`. */
export function formatLevelVersion({ level, version }: LevelVersion): string {
  return `${level}:${formatPolicyVersion(version)}`
}
