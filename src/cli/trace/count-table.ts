import { neverReturns } from '../../runtime/sensors/index.ts'
import type { TracedEvent } from './tracer.ts'

/** What is told of one system call. */
export interface CallCount {
  readonly name: string
  readonly calls: number
  readonly errors: number
  /** On the clock, in all calls together. */
  readonly seconds: number
}

/** Counts calls by name. */
export class CallCounts {
  private readonly byName = new Map<string, { calls: number; errors: number; nanoseconds: number }>()

  /** As strace, without those that never return: there is no time that they took. */
  add({ name, hasFailed, duration }: Extract<TracedEvent, { kind: 'call' }>): void {
    if (neverReturns(name)) return
    const sum = this.byName.get(name) ?? { calls: 0, errors: 0, nanoseconds: 0 }
    this.byName.set(name, sum)
    sum.calls++
    if (hasFailed) sum.errors++
    sum.nanoseconds += duration
  }

  /** Those that took longest first. */
  list(): CallCount[] {
    return [...this.byName]
      .sort(([, a], [, b]) => b.nanoseconds - a.nanoseconds || b.calls - a.calls)
      .map(([name, { calls, errors, nanoseconds }]) => ({ name, calls, errors, seconds: nanoseconds / 1e9 }))
  }
}

export function totalOf(counts: readonly CallCount[]): Omit<CallCount, 'name'> {
  return counts.reduce(
    (sum, { calls, errors, seconds }) => ({
      calls: sum.calls + calls,
      errors: sum.errors + errors,
      seconds: sum.seconds + seconds,
    }),
    { calls: 0, errors: 0, seconds: 0 },
  )
}

const RULE = '------ ----------- ----------- --------- --------- ----------------'

/** The table of `strace -cw`. */
export function countTable(counts: readonly CallCount[]): string {
  const total = totalOf(counts)
  const line = ({ name, calls, errors, seconds }: CallCount) => {
    const share = total.seconds === 0 ? 0 : (seconds / total.seconds) * 100
    const each = calls === 0 ? 0 : Math.trunc((seconds * 1e6) / calls)
    return [
      share.toFixed(2).padStart(6),
      seconds.toFixed(6).padStart(11),
      String(each).padStart(11),
      String(calls).padStart(9),
      (errors === 0 ? '' : String(errors)).padStart(9),
      name,
    ].join(' ')
  }
  return [
    '% time     seconds  usecs/call     calls    errors syscall',
    RULE,
    ...counts.map(line),
    RULE,
    line({ name: 'total', ...total }),
    '',
  ].join('\n')
}
