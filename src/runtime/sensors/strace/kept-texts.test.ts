import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createTextRoom, detached } from './kept-texts.ts'
import { createProcesses } from './processes.ts'
import { createStraceEvents } from './strace-events.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const MEGABYTE = 1024 * 1024

test.each([
  ['an open file', (at: number) => `1 openat(AT_FDCWD, "/some/long/name-${at}", O_RDONLY, "PAD") = ${at}`],
  ['a folder', (at: number) => `${at} chdir("/some/long/name-${at}", "PAD") = 0`],
  ['a program', (at: number) => `${at} execve("/some/long/name-${at}", ["some-long-name"], "PAD") = 0`],
  ['a begun call', (at: number) => `${at} some_long_name_of_a_call("/x" "PAD <unfinished ...>`],
])('of a long line only what is needed is kept: %s', (_, line) => {
  const limits: string[] = []
  const take = createStraceEvents((limit) => limits.push(limit))
  const LINES = 60
  collect()
  const before = process.memoryUsage().heapUsed
  for (let at = 10; at < 10 + LINES; at++) take(line(at).replace('PAD', 'x'.repeat(MEGABYTE)))
  collect()
  expect(process.memoryUsage().heapUsed - before).toBeLessThan((LINES / 2) * MEGABYTE)
  expect(limits).toEqual([])
  // What has been kept is still in use.
  expect(take('1 getpid() = 1')).toMatchObject({ fields: { 'proc.pid': 1 } })
})

test('a copy is the same text', () => {
  for (const text of ['', 'short', '/some/longer/path', '/한글/'.repeat(9), `${'x'.repeat(20)}\udcff`])
    expect(detached(text)).toBe(text)
})

test('what is over gives its room back', () => {
  const full: string[] = []
  const LONG = 'x'.repeat(MEGABYTE)
  const ofOne = 4 * MEGABYTE + 1000
  const room = createTextRoom(() => full.push('texts'), ofOne)
  const { of, fork, execute, enter, open, copy, close, end } = createProcesses(
    (limit) => full.push(limit),
    room,
  )
  for (let pid = 1; pid < 20; pid++) {
    execute(pid, '/bin/a', [LONG])
    execute(pid, '/bin/b', [LONG])
    enter(of(pid), LONG)
    enter(of(pid), `/${'x'.repeat(100)}`)
    open(of(pid), 3, { 'fd.name': LONG })
    close(of(pid), 3)
    open(of(pid), 3, { 'fd.name': LONG })
    copy(of(pid), 3, of(pid).descriptors.get(3) ?? {})
    expect(full).toEqual([])
    // The child has the program and the file, too.
    fork(pid, 100, false)
    end(100)
    expect(full).toEqual([])
    end(pid)
  }
  expect(room.take(ofOne)).toBe(true)
})

test('a number that a thread leaves behind takes no room of its process that is over, nor gives any back', () => {
  const room = createTextRoom(() => undefined, 10_000)
  const { of, has, fork, execute, end } = createProcesses(() => undefined, room)
  execute(1, '/bin/a', [])
  fork(1, 2, true)
  end(1)
  expect(has(2)).toBe(false)
  expect(of(2)).toMatchObject({ pid: 2, program: undefined })
  execute(2, '/bin/b', ['x'.repeat(5000)])
  expect(of(2)).toMatchObject({ pid: 2, program: { name: 'b' } })
  end(2)
  // All of it, and no more.
  expect([room.take(10_000), room.take(1)]).toEqual([true, false])
})

test('what there is no room for is not known, rather than what was before', () => {
  const full: string[] = []
  const { of, execute, enter, open } = createProcesses(
    () => undefined,
    createTextRoom(() => full.push('texts'), 400),
  )
  execute(1, '/bin/a', [])
  enter(of(1), '/srv')
  open(of(1), 3, { 'fd.name': '/x' })
  execute(1, '/bin/b', ['x'.repeat(400)])
  enter(of(1), 'x'.repeat(400))
  open(of(1), 3, { 'fd.name': 'x'.repeat(401) })
  expect(of(1)).toMatchObject({ program: undefined, cwd: undefined, descriptors: new Map() })
  expect(full).toHaveLength(3)
})
