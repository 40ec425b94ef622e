import { expect, test } from 'vitest'
import { rulesOf } from './rules.fixture.ts'
import { typesOfSuccess } from './types-of-success.ts'

const successOf = (...conditions: string[]) => [...typesOfSuccess(rulesOf(...conditions))].sort()

test.each([
  ['evt.type = unshare and evt.res = SUCCESS', ['unshare']],
  [
    'evt.type in (init_module, finit_module) and evt.res=SUCCESS and proc.name = x',
    ['finit_module', 'init_module'],
  ],
  ['evt.type in (unshare, setns) and (evt.res = SUCCESS or evt.type = setns)', ['unshare']],
  ['evt.type = unshare and evt.failed = false', ['unshare']],
  ['evt.type = unshare and evt.res in (SUCCESS, EPERM)', []],
  ['evt.type = unshare and evt.res != SUCCESS', []],
  ['evt.type = unshare and proc.name = x', []],
  ['evt.type = unshare and evt.rawres >= 0', []],
  ['evt.type = unshare and evt.res = -524', []],
])('%s', (condition, expected) => {
  expect(successOf(condition)).toEqual(expected)
})

test('one rule about failures is enough', () => {
  const success = 'evt.type = unshare and evt.res = SUCCESS'
  expect(successOf(success, 'evt.type = unshare and user.uid = 7')).toEqual([])
  expect(successOf(success, 'evt.type = mount and evt.res = EPERM')).toEqual(['unshare'])
})
