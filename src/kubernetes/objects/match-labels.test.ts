import { expect, test } from 'vitest'
import { matchesLabels } from './match-labels.ts'

const labels = { app: 'web', tier: '' }
const expression = (operator: string, key: string, ...values: string[]) => ({
  matchExpressions: [{ key, operator, values }],
})

test.each([
  [undefined, false],
  [{}, true],
  [{ matchLabels: { app: 'web' } }, true],
  [{ matchLabels: { app: 'web', tier: 'x' } }, false],
  [{ matchLabels: { constructor: 'x' } }, false],
  [expression('In', 'app', 'db', 'web'), true],
  [expression('In', 'none', ''), false],
  [expression('NotIn', 'app', 'web'), false],
  [expression('NotIn', 'none', 'web'), true],
  [expression('Exists', 'tier'), true],
  [expression('Exists', 'toString'), false],
  [expression('DoesNotExist', 'none'), true],
  [expression('DoesNotExist', 'tier'), false],
  [expression('Like', 'app', 'web'), false],
  [{ matchLabels: { app: 'web' }, ...expression('Exists', 'none') }, false],
])('%j matches: %s', (selector, matches) => {
  expect(matchesLabels(selector, labels)).toBe(matches)
})
