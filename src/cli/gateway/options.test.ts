import { expect, test } from 'vitest'
import { millisecondsOf } from './options.ts'

test('seconds are milliseconds of a timer', () => {
  expect(['0', '60', '2147483'].map((text) => millisecondsOf('--shutdown-delay', text))).toEqual([
    0, 60_000, 2_147_483_000,
  ])
})

test.each([
  ['2147484', 0],
  ['99999999999', 0],
  ['-1', 0],
  ['1.5', 0],
  ['1e3', 0],
  ['', 0],
  ['0', 1],
])('what is no number of seconds that a timer can wait is refused: "%s", from %s on', (value, least) => {
  const data = { option: '--shutdown-delay', value, least, most: 2_147_483 }
  expect(() => millisecondsOf('--shutdown-delay', value, least)).toThrow(
    expect.objectContaining({ code: 'ERR_OPTION_VALUE', detail: { id: 'gateway.bad-seconds', data } }),
  )
})
