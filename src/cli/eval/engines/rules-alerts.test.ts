import { expect, test } from 'vitest'
import { createRenderer, LANGUAGES } from '../../../messages/index.ts'
import { loadRules } from '../../../runtime/rules/index.ts'
import { RequestError } from '../engine.ts'
import { alertsOf } from './rules-alerts.ts'
import { rulesEvalMessages } from './rules-messages.ts'

test('a priority that is none is told with those that there are', () => {
  const { rules } = loadRules([])
  let thrown: unknown
  try {
    alertsOf(rules, 'syscall', { minPriority: 'HIGH' })
  } catch (error) {
    thrown = error
  }
  if (!(thrown instanceof RequestError)) throw thrown
  expect(thrown.code).toBe('ERR_PRIORITY')
  for (const language of LANGUAGES)
    expect(createRenderer([rulesEvalMessages], language)(thrown.detail)).toContain(
      'Emergency, Alert, Critical',
    )
})
