import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSequence } from './sequence.ts'

/** Which steps an event matches; the number of steps itself stands for the rule's own condition. */
interface Seen {
  readonly key: string
  readonly time: number
  readonly matches: readonly number[]
}

const STEPS = 2

const EVENTS: fc.Arbitrary<Seen[]> = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b'),
    time: fc.integer({ min: 0, max: 40 }),
    matches: fc.subarray([0, 1, 2]),
  }),
  { maxLength: 40 },
)

const STEP_CONDITION = {
  kind: 'identifier',
  name: 'step',
  position: { index: 0, line: 1, column: 1 },
} as const
const DEFINITION = { steps: [STEP_CONDITION, STEP_CONDITION], by: [] }

function followed(within: number, events: readonly Seen[]): boolean[] {
  const follower = createSequence({ ...DEFINITION, within }, { evicted: 0, late: 0 })
  return events.map(({ key, time, matches }) => {
    let alerts = false
    for (const step of matches.toReversed())
      if (step === STEPS) alerts = follower.finish(key, time)
      else follower.step(step, key, time)
    return alerts
  })
}

/** The definition: every way to choose a first, a second and a last event, in the order of arrival. */
function naive(within: number, events: readonly Seen[]): boolean[] {
  const since = new Map<string, { time: number; matches: readonly number[] }[]>()
  return events.map(({ key, time, matches }) => {
    if (matches.length === 0) return false
    const before = since.get(key) ?? []
    const latest = before.reduce((most, event) => Math.max(most, event.time), time)
    if (time < latest - within) return false
    const alerts =
      matches.includes(STEPS) &&
      before.some((first, index) => {
        if (!first.matches.includes(0) || latest - first.time > within) return false
        return before
          .slice(index + 1)
          .some((second) => second.matches.includes(1) && second.time - first.time <= within)
      })
    if (alerts) since.delete(key)
    const rest = alerts ? matches.filter((step) => step < STEPS) : matches
    const kept = since.get(key) ?? []
    // Nothing is remembered of a key before the first step has been seen.
    if (rest.includes(0) || kept.length > 0)
      since.set(key, [...kept, { time: alerts ? time : latest, matches: rest }])
    return alerts
  })
}

test('follows sequences as their definition says, also when events come out of order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), EVENTS, (within, events) => {
      expect(followed(within, events)).toEqual(naive(within, events))
    }),
  )
})

test('the steps have to come in their order, and before the end', () => {
  const run = (...order: readonly number[]) =>
    followed(
      100,
      order.map((step, time) => ({ key: 'a', time, matches: [step] })),
    ).includes(true)
  expect(run(0, 1, 2)).toBe(true)
  expect(run(1, 0, 2)).toBe(false)
  expect(run(0, 2, 1)).toBe(false)
})

test('one event is never two steps', () => {
  const all = { key: 'a', time: 1, matches: [0, 1, 2] }
  expect(followed(100, [all, all])).toEqual([false, false])
  expect(followed(100, [all, all, all])).toEqual([false, false, true])
})

test('other events between the steps do no harm; another key does not take part', () => {
  const step = (key: string, ...matches: readonly number[]) => ({ key, time: 1, matches })
  expect(followed(10, [step('a', 0), step('a'), step('a', 1), step('b', 2), step('a', 2)]).at(-1)).toBe(true)
  expect(followed(10, [step('a', 0), step('b', 1), step('a', 2)]).at(-1)).toBe(false)
})
