import { expect, test } from 'vitest'
import { compile } from './compile.ts'
import { baseEnvironment } from './kubernetes/base-environment.ts'
import { formatIssues } from './syntax/issue.ts'
import { DYN, INT } from './types/type.ts'

const environment = baseEnvironment.extend({ variables: { object: DYN, i: INT } })

test('a sound expression gives its value and what it cost', () => {
  const compiled = compile('object.replicas <= i', environment)
  if ('issues' in compiled) throw new Error('not compiled')
  expect(compiled.program.evaluate({ object: { replicas: 3 }, i: 5n })).toEqual({ value: true, cost: 4 })
  expect(compiled.program.evaluate({ object: {}, i: 5n })).toEqual({
    error: 'no such key: replicas',
    cancelled: false,
    // What was asked for; the comparison did not come about.
    cost: 2,
  })
})

test('an unsound one says where and why, as the API server prints it', () => {
  const source = 'object.replicas\n  <= i + "x"'
  const compiled = compile(source, environment)
  if (!('issues' in compiled)) throw new Error('compiled')
  expect(formatIssues(source, compiled.issues)).toBe(
    [
      "ERROR: <input>:2:8: found no matching overload for '_+_' applied to '(int, string)'",
      ' |   <= i + "x"',
      ' | .......^',
    ].join('\n'),
  )
})

test('an evaluation stops where it costs too much', () => {
  const compiled = compile('object.all(x, object.all(y, object.all(z, x + y + z >= 0)))', environment)
  if ('issues' in compiled) throw new Error('not compiled')
  const outcome = compiled.program.evaluate({ object: Array.from({ length: 200 }, (_, index) => index) })
  expect(outcome).toMatchObject({ error: 'operation cancelled: actual cost limit exceeded', cancelled: true })
})
