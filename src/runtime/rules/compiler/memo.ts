import type { Read, Test, Value } from './value.ts'

/** Counts events, so that what is remembered of one is never taken for another's. */
export interface EventCounter {
  count: number
}

/** A test that is made at most once an event. */
export function rememberTest<E>(test: Test<E>, events: EventCounter): Test<E> {
  let seen = -1
  let result = false
  return (event) => {
    if (seen === events.count) return result
    result = test(event)
    seen = events.count
    return result
  }
}

/** A read that is made at most once an event. */
export function rememberRead<E>(read: Read<E>, events: EventCounter): Read<E> {
  let seen = -1
  let value: Value
  return (event) => {
    if (seen === events.count) return value
    value = read(event)
    seen = events.count
    return value
  }
}
