import type { Test } from './value.ts'

/** All tests, from the first; stops at one that fails. */
export function allOf<E>(tests: readonly Test<E>[]): Test<E> {
  const [a, b, c, d] = tests
  if (a === undefined) return () => true
  if (b === undefined) return a
  if (c === undefined) return (event) => a(event) && b(event)
  if (d === undefined) return (event) => a(event) && b(event) && c(event)
  if (tests.length === 4) return (event) => a(event) && b(event) && c(event) && d(event)
  const rest = allOf(tests.slice(4))
  return (event) => a(event) && b(event) && c(event) && d(event) && rest(event)
}

/** Any test, from the first; stops at one that holds. */
export function anyOf<E>(tests: readonly Test<E>[]): Test<E> {
  const [a, b, c, d] = tests
  if (a === undefined) return () => false
  if (b === undefined) return a
  if (c === undefined) return (event) => a(event) || b(event)
  if (d === undefined) return (event) => a(event) || b(event) || c(event)
  if (tests.length === 4) return (event) => a(event) || b(event) || c(event) || d(event)
  const rest = anyOf(tests.slice(4))
  return (event) => a(event) || b(event) || c(event) || d(event) || rest(event)
}
