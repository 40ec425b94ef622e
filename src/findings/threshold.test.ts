import { expect, test } from 'vitest'
import { SEVERITIES } from './finding.ts'
import { compareSeverity, exceeds, FAIL_ON } from './threshold.ts'

test('a threshold takes in what is as grave or graver', () => {
  const taken = FAIL_ON.map((failOn) => SEVERITIES.filter((severity) => exceeds({ severity }, failOn)))
  expect(taken).toEqual([
    ['critical'],
    ['critical', 'high'],
    ['critical', 'high', 'medium'],
    ['critical', 'high', 'medium', 'low'],
    [],
  ])
})

test('severities sort from the gravest down', () => {
  expect(
    ['low', 'critical', 'medium', 'high'].sort((a, b) => compareSeverity(a as 'low', b as 'low')),
  ).toEqual([...SEVERITIES])
})
