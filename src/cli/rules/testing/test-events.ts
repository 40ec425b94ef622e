import { parseDuration } from '../../../runtime/rules/index.ts'

/** A mapping as YAML gives it. */
export type Mapping = Readonly<Record<string, unknown>>

export interface TestEvent {
  /** Milliseconds after the beginning of the test; undefined where the event has its own time. */
  readonly at: number | undefined
  readonly content: Mapping
}

/** Between the events that `repeat` makes of one, unless `every` says otherwise: milliseconds. */
const EVERY = 1000

/** More than a test needs, and little enough to be run at once. */
export const MOST_REPETITIONS = 100_000

/**
 * The events that an entry of a test's `events` stands for: what all events of the file have in common below its own, as
 * often as `repeat` says, `{n}` in texts becoming its number, from 1.
 */
export function expandEvent(entry: Mapping, common: Mapping): TestEvent[] {
  const { at, repeat, every, ...own } = entry
  const content = merged(common, own)
  const start = milliseconds(at)
  if (repeat === undefined) return [{ at: start, content }]
  const step = milliseconds(every) ?? EVERY
  return Array.from({ length: Number(repeat) }, (_, index) => ({
    at: (start ?? 0) + index * step,
    content: numbered(content, String(index + 1)) as Mapping,
  }))
}

/** Mappings are merged key by key; everything else is replaced. */
function merged(common: Mapping, own: Mapping): Mapping {
  const result: Record<string, unknown> = { ...common }
  for (const [key, value] of Object.entries(own)) {
    const below = Object.hasOwn(common, key) ? common[key] : undefined
    result[key] = isMapping(below) && isMapping(value) ? merged(below, value) : value
  }
  return result
}

function numbered(value: unknown, number: string): unknown {
  if (typeof value === 'string') return value.replaceAll('{n}', number)
  if (Array.isArray(value)) return value.map((element) => numbered(element, number))
  if (!isMapping(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, numbered(each, number)]))
}

function milliseconds(duration: unknown): number | undefined {
  if (duration === undefined) return undefined
  return typeof duration === 'string' ? (parseDuration(duration) ?? 0) : 0
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Events of a file of JSON Lines. @returns undefined where a line is no JSON object */
export function parseEventLines(text: string): Mapping[] | undefined {
  const events: Mapping[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const event = parse(line)
    if (!isMapping(event)) return undefined
    events.push(event)
  }
  return events
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
