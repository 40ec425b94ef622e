import type { StraceCall } from './parse.ts'

/** What `strace -c` tells of one system call. */
export interface CallSummary {
  readonly name: string
  readonly calls: number
  readonly errors: number
  /** Seconds in it, of all calls together; null where strace was not asked for them (`-T`). */
  readonly seconds: number | null
}

/** Sums up calls by name: those that took longest first, then those that were made most often. */
export function summarizeCalls(calls: readonly StraceCall[]): CallSummary[] {
  const byName = new Map<string, { calls: number; errors: number; nanoseconds: number; isTimed: boolean }>()
  for (const { name, errno, seconds } of calls) {
    const sum = byName.get(name) ?? { calls: 0, errors: 0, nanoseconds: 0, isTimed: false }
    byName.set(name, sum)
    sum.calls++
    if (errno !== null) sum.errors++
    if (seconds === null) continue
    sum.isTimed = true
    sum.nanoseconds += Math.round(seconds * 1e9)
  }
  return [...byName]
    .sort(
      ([a, left], [b, right]) =>
        right.nanoseconds - left.nanoseconds || right.calls - left.calls || (a < b ? -1 : 1),
    )
    .map(([name, { calls, errors, nanoseconds, isTimed }]) => ({
      name,
      calls,
      errors,
      seconds: isTimed ? nanoseconds / 1e9 : null,
    }))
}
