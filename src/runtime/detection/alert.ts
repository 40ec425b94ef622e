import { exactNumber, type OutputValue, type Priority } from '../rules/index.ts'
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
  /** Sorted by name, but for `evt.time` at the end: nanoseconds since 1970. */
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

/** What all alerts of one event have in common. */
interface EventPart {
  readonly identity: unknown
  readonly time: string
  /** Nanoseconds since 1970. */
  readonly nanoseconds: number | bigint
  readonly actor: Actor | undefined
}

/** Makes what makes the alert of a rule for an event of the source. */
export function createAlerts<E>(
  source: DetectionSource<E>,
  { hostname, uuid, now }: AlertOrigin,
): (output: RuleOutput<E>, event: E) => Alert {
  const rfc3339 = timeWriter()
  const identityOf = source.identity ?? ((event: E) => event)
  let last: EventPart | undefined
  return (output, event) => {
    const identity = identityOf(event)
    if (last === undefined || last.identity !== identity) last = partOf(event, identity)
    const { time, nanoseconds, actor } = last
    const { name, priority, tags } = output.rule
    const fields = output.json(event)
    fields['evt.time'] = nanoseconds
    const alert = {
      uuid: uuid(),
      rule: name,
      priority,
      source: source.name,
      time,
      output: `${time.slice(11, -1)}: ${priority} ${output.message(event)}`,
      output_fields: fields,
      tags,
      hostname: source.hostname?.(event) ?? hostname,
    }
    return actor === undefined ? alert : { ...alert, actor }
  }

  function partOf(event: E, identity: unknown): EventPart {
    const nanoseconds = source.time(event) ?? source.received(event) ?? now()
    return {
      identity,
      time: rfc3339(nanoseconds),
      nanoseconds: exactNumber(nanoseconds),
      actor: source.actor(event),
    }
  }
}

const SECOND = 1_000_000_000n

/** Makes what writes times; most follow one another within a second. */
function timeWriter(): (nanoseconds: bigint) => string {
  let second = -1n
  let text = ''
  return (nanoseconds) => {
    const current = nanoseconds / SECOND
    if (current !== second) {
      second = current
      text = new Date(Number(current) * 1000).toISOString().slice(0, 19)
    }
    return `${text}.${String(nanoseconds % SECOND).padStart(9, '0')}Z`
  }
}
