import { expect, test } from 'vitest'
import { rulesOf } from './rules.fixture.ts'
import { typesOfInternet } from './types-of-internet.ts'

const typesOf = (...conditions: string[]) => [...typesOfInternet(rulesOf(...conditions))].sort()

test.each([
  ['evt.type = sendto and fd.typechar in (4, 6)', ['sendto']],
  ['evt.type = sendto and (fd.typechar = 4 or fd.typechar = 6) and fd.sport = 53', ['sendto']],
  ['evt.type = sendto and fd.type in (ipv4, ipv6)', ['sendto']],
  ['evt.type in (connect, sendto, sendmsg) and fd.typechar = 4', ['connect', 'sendmsg', 'sendto']],
  ['(evt.type = sendmsg or (evt.type = sendto and fd.typechar = 4)) and proc.name = x', ['sendto']],
  ['evt.type = sendto and fd.typechar in (4, u)', []],
  ['evt.type = sendto and not fd.typechar in (4, 6)', []],
  ['evt.type = sendto and not (not fd.typechar in (4, 6))', ['sendto']],
  ['evt.type = sendto and not fd.typechar exists', []],
  ['evt.type = sendto and fd.typechar != u', []],
  ['evt.type = sendto and (fd.typechar = 4 or proc.name = x)', []],
  ['evt.type = sendto', []],
  ['evt.type = sendto and fd.sip = 1.2.3.4', []],
])('%s', (condition, expected) => {
  expect(typesOf(condition)).toEqual(expected)
})

test('one rule about other sockets is enough', () => {
  const internet = 'evt.type = sendto and fd.typechar = 4'
  expect(typesOf(internet, 'evt.type = sendto and fd.name = /run/x')).toEqual([])
  expect(typesOf(internet, 'evt.type = sendmsg and fd.name = /run/x')).toEqual(['sendto'])
  // Without a type, a rule is about each.
  expect(typesOf(internet, 'proc.name = x')).toEqual([])
})
