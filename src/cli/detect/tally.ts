import type { AlertOutput, DetectorCounts } from '../../runtime/detection/index.ts'
import type { Priority } from '../../runtime/rules/index.ts'

/** What `--stats` tells. */
export interface Tally {
  events: number
  alerts: number
  /** Problems of the input; some lose an event, some do not. */
  problems: number
  lost: number
  readonly byRule: Map<string, number>
  readonly byPriority: Map<Priority, number>
}

export function createTally(): Tally {
  return { events: 0, alerts: 0, problems: 0, lost: 0, byRule: new Map(), byPriority: new Map() }
}

export function countAlert(tally: Tally, rule: string, priority: Priority): void {
  tally.alerts++
  tally.byRule.set(rule, (tally.byRule.get(rule) ?? 0) + 1)
  tally.byPriority.set(priority, (tally.byPriority.get(priority) ?? 0) + 1)
}

/** Sums up what detectors have counted, those before a change of rules among them. */
export function addCounts(
  sum: DetectorCounts,
  { suppressed, evicted, late }: Readonly<DetectorCounts>,
): void {
  sum.suppressed += suppressed
  sum.evicted += evicted
  sum.late += late
}

/** Counters of two inputs: what both count is added up. */
export function mergedCounts(first: object, second: object): object {
  const merged: Record<string, unknown> = { ...first }
  for (const [name, value] of Object.entries(second)) {
    const before = merged[name]
    merged[name] = typeof before === 'number' && typeof value === 'number' ? before + value : value
  }
  return merged
}

/** The statistics as one JSON object. */
export function statsOf(
  tally: Tally,
  counts: Readonly<DetectorCounts>,
  outputs: readonly AlertOutput[],
  seconds: number,
  receiver: object | undefined,
) {
  const { events, alerts, problems, lost, byRule, byPriority } = tally
  return {
    events,
    alerts,
    ...counts,
    problems,
    lost,
    seconds: Math.round(seconds * 1000) / 1000,
    rules: Object.fromEntries([...byRule].sort(([, a], [, b]) => b - a)),
    priorities: Object.fromEntries(byPriority),
    outputs: outputs.map(({ name, counts }) => ({ output: name, ...counts })),
    ...(receiver && { receiver }),
  }
}
