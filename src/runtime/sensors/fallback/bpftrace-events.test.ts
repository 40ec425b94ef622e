import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBpftraceEvents } from './bpftrace-events.ts'
import { bpftraceProgram } from './bpftrace-program.ts'
import { KnownProcesses } from './known-processes.ts'

/** Above what Linux numbers processes with: /proc has none of them. */
const PID = 5_000_001
const reader = () => createBpftraceEvents(new KnownProcesses(), () => 1_700_000_000_000_000_000n)

function eventsOf(records: readonly string[]) {
  const { read } = reader()
  return records.flatMap((record) => read(record) ?? [])
}

test('a program with its arguments, and what it opens', () => {
  const [execve, open] = eventsOf([
    `a|${PID}|0|cat`,
    `a|${PID}|1|/etc/shadow`,
    `e|5|${PID}|${PID}|0|/usr/bin/cat`,
    `c|openat|7|${PID}|${PID}|0|3|524288|/etc/shadow`,
  ])
  expect(execve).toMatchObject({
    num: 1,
    ts: '1700000000000000005',
    type: 'execve',
    fields: { 'proc.name': 'cat', 'proc.cmdline': 'cat /etc/shadow', 'proc.exepath': '/usr/bin/cat' },
  })
  expect(open?.fields).toMatchObject({
    'proc.name': 'cat',
    'fd.name': '/etc/shadow',
    'fd.num': 3,
    'evt.is_open_read': true,
    'evt.is_open_write': false,
    'evt.arg.flags': 'O_RDONLY|O_CLOEXEC',
  })
})

test('results, modes and namespaces have the words of Falco', () => {
  const [chmod, open, unshare, exit] = eventsOf([
    `c|chmod|7|${PID}|${PID}|0|0|2541|/tmp/x`,
    `c|openat|7|${PID}|${PID}|0|-13|0|/etc/shadow`,
    `c|unshare|7|${PID}|${PID}|0|0|${0x1000_0000 + 0x2_0000}|`,
    `x|8|${PID}|0`,
  ])
  expect(chmod?.fields).toMatchObject({
    'evt.arg.filename': '/tmp/x',
    'evt.arg.mode': 'S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISUID',
  })
  expect(open?.fields).toMatchObject({ 'evt.res': 'EACCES', 'evt.rawres': -13, 'evt.failed': true })
  expect(unshare?.fields['evt.arg.flags']).toBe('CLONE_NEWNS|CLONE_NEWUSER')
  expect(exit?.fields['evt.dir']).toBe('>')
})

test('a working folder ends as in Falco, and who logged in is told where it is known', () => {
  const processes = new KnownProcesses()
  const own = processes.of(process.pid)
  if (own === undefined) throw new Error('no such process')
  const fields = processes.fields({ ...own, cwd: '/dev/shm', loginuid: 1000 })
  expect(fields).toMatchObject({ 'proc.cwd': '/dev/shm/', 'user.loginuid': 1000 })
  expect(processes.fields({ ...own, cwd: '/' })['proc.cwd']).toBe('/')
  const gone = eventsOf([`e|5|${PID}|${PID}|0|/usr/bin/cat`])[0]
  expect(gone?.fields).not.toHaveProperty('user.loginuid')
})

test('a link has both its paths, whatever stands in them', () => {
  const [link] = eventsOf([`s|${PID}|/etc/sha|dow`, `c|symlinkat|7|${PID}|${PID}|0|0|0|/tmp/a|b`])
  expect(link?.fields).toMatchObject({
    'fs.path.target': '/etc/sha|dow',
    'fs.path.source': '/tmp/a|b',
    'evt.arg.target': '/etc/sha|dow',
    'evt.failed': false,
  })
})

test('a number of a process is another one once it has ended', () => {
  const processes = new KnownProcesses()
  const { read } = createBpftraceEvents(processes, () => 0n)
  read(`e|5|${PID}|${PID}|0|/usr/bin/cat`)
  read(`x|6|${PID}|0`)
  expect(processes.of(PID)).toBeUndefined()
  expect(read(`c|openat|7|${PID}|${PID}|0|3|0|/x`)?.fields).not.toHaveProperty('proc.name')
})

test('a hundred thousand processes and more: the oldest are forgotten', () => {
  const processes = new KnownProcesses()
  const known = {
    vpid: 7,
    isFromMemory: false,
    ppid: 1,
    name: 'true',
    exepath: '/bin/true',
    args: [],
    uid: 0,
    loginuid: -1,
    cwd: '/',
    containerId: 'host',
  }
  for (let pid = PID; pid < PID + 120_000; pid++) processes.put({ pid, ...known })
  expect(processes.size).toBe(100_000)
  expect(processes.of(PID)).toBeUndefined()
  expect(processes.of(PID + 119_999)?.name).toBe('true')
})

test('no text makes it throw', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.stringMatching(/^[acefsx](\|[0-9a-z/|-]{0,8}){0,9}$/))),
      (lines) => {
        for (const event of eventsOf(lines)) expect(typeof event.fields['evt.type']).toBe('string')
      },
    ),
  )
})

test('the program asks for what rules need alone', () => {
  const program = bpftraceProgram(['openat:ok/4', 'execve'])
  expect(program).toContain('sys_exit_openat')
  expect(program).not.toContain('sys_exit_open ')
  expect(program).not.toContain('symlink')
})

test('a number that nobody had is looked up again once a process begins with it', () => {
  const processes = new KnownProcesses()
  expect(processes.of(PID)).toBeUndefined()
  processes.fork(process.pid, PID)
  expect(processes.of(PID)).toMatchObject({ pid: PID, ppid: process.pid })
  processes.end(PID)
  expect(processes.of(PID)).toBeUndefined()
})
