import { describe, expect, test } from 'vitest'
import { added, joined, type Round, withoutPauses } from '../bench/gateway/added.ts'

const STRAIGHT = 1
const GATE = 0.7
const EVERY = 5

/** Answers of 1 to 1.5 ms straight and 0.7 ms later through the gate, a pair every 5 ms, as the paced client asks. */
function round(tick: (index: number) => { pause?: number; own?: number }, offset = 0): Round {
  const straight = []
  const gated = []
  for (let index = 0; index < 1000; index++) {
    const { pause = 0, own = 0 } = tick(index)
    // Numbers that repeat, and stand in no step with the turns.
    const spread = ((index * 37 + offset) % 50) / 100
    straight.push({ at: index * EVERY, took: STRAIGHT + spread + pause })
    gated.push({ at: index * EVERY + EVERY / 2, took: STRAIGHT + spread + GATE + pause + own })
  }
  return { straight, gated }
}

/** Of 50 ms: who comes later in it waits for the rest of it. */
const pausing = (index: number) => (index % 500 < 10 ? { pause: 50 - (index % 500) * EVERY } : {})

describe('what the gate adds', () => {
  test('is told as it is where nothing pauses', () => {
    const quiet = round(() => ({}))
    expect(added(quiet, 50)).toBeCloseTo(GATE)
    expect(added(withoutPauses(quiet), 99)).toBeCloseTo(GATE)
  })

  test('pauses that both sides meet are none of it', () => {
    const paused = withoutPauses(round(pausing))
    expect(added(paused, 99)).toBeCloseTo(GATE, 1)
    expect(Math.max(...paused.gated.map(({ took }) => took))).toBeLessThan(3)
    // Ten of a pause on each side, and whoever was under way at its end.
    expect(paused.straight.length).toBeGreaterThanOrEqual(970)
    expect(paused.gated.length).toBeGreaterThanOrEqual(970)
  })

  test('5 ms with 2 % of the answers show, with pauses and without', () => {
    const late = (index: number) => (index % 50 === 7 ? { own: 5 } : {})
    const rounds = [round(late), round((index) => ({ ...pausing(index), ...late(index) })), round(late, 11)]
    expect(added(joined(rounds.map(withoutPauses)), 99)).toBeGreaterThan(4)
  })

  test('a gate that pauses by itself is not excused by that', () => {
    const own = (index: number) => (index % 500 < 10 ? { own: 50 - (index % 500) * EVERY } : {})
    const paused = round(own)
    expect(withoutPauses(paused)).toEqual(paused)
    expect(added(withoutPauses(paused), 99)).toBeGreaterThan(3)
  })
})
