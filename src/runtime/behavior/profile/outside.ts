import type { Use } from './recording.ts'

/** A call that a profile would have refused. */
export interface OutsideCall {
  readonly call: string
  /** Who told of it: the sensor, a capture, or the kernel's audit log. */
  readonly source: 'observed' | 'audit'
  /** Programs that made it, where they are known. */
  readonly programs: readonly string[]
  /** How often it was told of; what is observed is told once a slice of time. */
  readonly count: number
}

/** The allowed calls of a profile, as runtimes read it. */
export function allowedBy(profile: unknown): ReadonlySet<string> | undefined {
  if (typeof profile !== 'object' || profile === null) return undefined
  const { syscalls, defaultAction } = profile as Record<string, unknown>
  if (typeof defaultAction !== 'string' || (syscalls !== undefined && !Array.isArray(syscalls)))
    return undefined
  const allowed = new Set<string>()
  for (const rule of (syscalls ?? []) as readonly unknown[]) {
    if (typeof rule !== 'object' || rule === null) return undefined
    const { names, name, action } = rule as Record<string, unknown>
    if (action !== 'SCMP_ACT_ALLOW') continue
    // Older profiles have one name a rule.
    for (const each of Array.isArray(names) ? names : [name]) if (typeof each === 'string') allowed.add(each)
  }
  return allowed
}

/** Calls that were observed and are not allowed. */
export function outsideOf(
  calls: Readonly<Record<string, Use>>,
  allowed: ReadonlySet<string>,
): readonly OutsideCall[] {
  return Object.entries(calls)
    .filter(([name]) => !allowed.has(name))
    .map(([call, { slices }]) => ({ call, source: 'observed', programs: [], count: slices }))
}
