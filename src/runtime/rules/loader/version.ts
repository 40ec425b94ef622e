/** A version `x.y.z`. */
export interface Version {
  readonly major: number
  readonly minor: number
  readonly patch: number
}

/** The version of Falco's rule engine that this loader stands for: `required_engine_version` is held against it. */
export const ENGINE_VERSION: Version = { major: 0, minor: 62, patch: 0 }

/** @returns undefined for a text that does not begin with three numbers; what follows them is not looked at */
export function parseVersion(text: string): Version | undefined {
  const found = /^\s*(\d+)\.(\d+)\.(\d+)/.exec(text)
  if (found === null) return undefined
  const [, major, minor, patch] = found.map(Number) as [number, number, number, number]
  return { major, minor, patch }
}

export function formatVersion({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`
}

/** Whether rules that ask for `requested` can be loaded: the same major version, not older. */
export function isCompatible(version: Version, requested: Version): boolean {
  return version.major === requested.major && !isOlder(version, requested)
}

export function isOlder(version: Version, other: Version): boolean {
  if (version.major !== other.major) return version.major < other.major
  if (version.minor !== other.minor) return version.minor < other.minor
  return version.patch < other.patch
}
