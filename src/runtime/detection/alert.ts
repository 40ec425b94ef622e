import type { OutputValue, Priority } from '../rules/index.ts'
import type { Actor } from './actor.ts'
import type { RuleOutput } from './rule-output.ts'
import type { DetectionSource } from './source.ts'

/** An alert in the shape that Falco's JSON output has (falco.org, "Formatting Alerts"), with `uuid` and `actor` added. */
export interface Alert {
  readonly uuid: string
  readonly rule: string
  readonly priority: Priority
  readonly source: string
  /** RFC 3339 with nanoseconds, in UTC. */
  readonly time: string
  /** Time of day, priority and the rule's output: `13:53:31.726060287: Warning …`. */
  readonly output: string
  /** Sorted by name; `evt.time` is nanoseconds since 1970. */
  readonly output_fields: Readonly<Record<string, OutputValue>>
  readonly tags: readonly string[]
  readonly hostname: string
  /** The person behind the event, where it is known. */
  readonly actor?: Actor
}

/** What an alert has that no event tells. */
export interface AlertOrigin {
  readonly hostname: string
  readonly uuid: () => string
  /** Nanoseconds since 1970; for events without a time of their own. */
  readonly now: () => bigint
}

/** Makes the alert of a rule for an event. */
export function createAlert<E>(
  output: RuleOutput<E>,
  event: E,
  source: DetectionSource<E>,
  { hostname, uuid, now }: AlertOrigin,
): Alert {
  const { name, priority, tags } = output.rule
  const nanoseconds = source.time(event) ?? source.received(event) ?? now()
  const time = rfc3339(nanoseconds)
  const actor = source.actor(event)
  return {
    uuid: uuid(),
    rule: name,
    priority,
    source: source.name,
    time,
    output: `${time.slice(11, -1)}: ${priority} ${output.message(event)}`,
    output_fields: { ...output.json(event), 'evt.time': Number(nanoseconds) },
    tags,
    hostname,
    ...(actor && { actor }),
  }
}

const SECOND = 1_000_000_000n

function rfc3339(nanoseconds: bigint): string {
  const seconds = new Date(Number(nanoseconds / SECOND) * 1000).toISOString().slice(0, 19)
  return `${seconds}.${String(nanoseconds % SECOND).padStart(9, '0')}Z`
}
