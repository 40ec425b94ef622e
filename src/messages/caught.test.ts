import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { asError, errorText, reasonOf } from './caught.ts'

function caughtFrom(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

test('a failed system call is told by its word', () => {
  const caught = caughtFrom(() => readFileSync('/none/such'))
  expect(reasonOf(caught)).toBe('ENOENT')
  expect(errorText(caught)).toContain('no such file or directory')
})

test('an error without a word is told as it says it', () => {
  expect(reasonOf(new TypeError('not a list'))).toBe('not a list')
  // A DOMException's code is a number that says nothing.
  expect(reasonOf(caughtFrom(() => AbortSignal.abort().throwIfAborted()))).toBe('This operation was aborted')
})

test('what is thrown need not be an error', () => {
  expect([reasonOf('late'), errorText(undefined)]).toEqual(['late', 'undefined'])
  expect(asError('late')).toEqual(new Error('late'))
  const error = new RangeError('too many')
  expect(asError(error)).toBe(error)
})
