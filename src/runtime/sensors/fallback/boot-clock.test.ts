import { expect, test } from 'vitest'
import { createBootClock } from './boot-clock.ts'
import { createBpftraceEvents } from './bpftrace-events.ts'
import { KnownProcesses } from './known-processes.ts'

const SECOND = 1_000_000_000n
const START = 1_700_000_000n * SECOND
const HOUR = 3600n * SECOND

/** A machine whose clocks are in our hands. */
function machine() {
  let boot = 100n * SECOND
  let set = START - boot
  return {
    pass: (nanoseconds: bigint) => {
      boot += nanoseconds
    },
    jump: (nanoseconds: bigint) => {
      set += nanoseconds
    },
    monotonic: () => boot,
    timeOfDay: () => set + boot,
  }
}

test.each([
  ['forward', HOUR],
  ['back', -HOUR],
])(
  'the time of day is set %s: events have the new one within a second, and lie as far apart as they were',
  (_, by) => {
    const clocks = machine()
    const { read } = createBpftraceEvents(new KnownProcesses(), createBootClock(clocks))
    const times = (count: number) =>
      Array.from({ length: count }, () => {
        clocks.pass(SECOND / 10n)
        return BigInt(read(`x|${clocks.monotonic()}|5000001|0`)?.ts ?? 0)
      })
    const before = times(5)
    expect(before[0]).toBe(START + SECOND / 10n)
    clocks.jump(by)
    const around = times(10)
    const after = times(5)
    expect(after.at(-1)).toBe(clocks.timeOfDay())
    const steps = [...before, ...around, ...after].map((time, index, all) => time - (all[index - 1] ?? time))
    // One step alone is not the distance between the events: the one where the clock was read anew.
    expect(steps.slice(1).filter((step) => step !== SECOND / 10n)).toEqual([by + SECOND / 10n])
  },
)
