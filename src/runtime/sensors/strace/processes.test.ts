import { expect, test } from 'vitest'
import { BOUNDED_BY_INPUT, createTextRoom } from './kept-texts.ts'
import { createProcesses, MOST_KEPT } from './processes.ts'

test('descriptors that processes hand on are kept within bounds, and others take the place of those that are closed', () => {
  const limits: string[] = []
  const { of, open, fork, end } = createProcesses(
    (limit) => limits.push(limit),
    createTextRoom(() => limits.push('texts')),
  )
  const [PARENT, CHILDREN, OPEN] = [1, 2000, 2000]
  for (let number = 0; number < OPEN; number++) open(of(PARENT), number, { 'fd.name': `/${number}` })
  expect(limits).toEqual([])
  const children = Array.from({ length: CHILDREN }, (_, at) => PARENT + 1 + at)
  for (const child of children) fork(PARENT, child, false)

  const sizes = children.map((child) => of(child).descriptors.size)
  expect(sizes[0]).toBe(1024)
  expect(sizes.at(-1)).toBe(0)
  expect(sizes.reduce((sum, size) => sum + size, OPEN)).toBe(MOST_KEPT.descriptors)
  expect(new Set(limits)).toEqual(new Set(['descriptors']))

  for (const child of children) end(child)
  fork(PARENT, PARENT + 1, false)
  expect(of(PARENT + 1).descriptors.size).toBe(1024)
})

test('the end of a thread closes no descriptor of its process', () => {
  const { of, open, fork, end } = createProcesses(() => undefined, BOUNDED_BY_INPUT)
  open(of(1), 3, { 'fd.name': '/x' })
  fork(1, 2, true)
  end(2)
  expect(of(1).descriptors.get(3)).toEqual({ 'fd.name': '/x' })
})
