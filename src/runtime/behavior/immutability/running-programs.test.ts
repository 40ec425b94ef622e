import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runningPrograms } from './running-programs.ts'
import { ImmutabilityWatch } from './watch.ts'

const ID = 'c'.repeat(64)
const NOW = 1_796_000_000_000_000_000n

let proc = ''
let upper = ''
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-running-'))
  proc = join(folder, 'proc')
  upper = join(folder, 'upper')
  mkdirSync(join(upper, 'usr'), { recursive: true })
  writeFileSync(join(upper, 'usr/dropped'), '')
  add({ pid: 1, exe: '/sbin/init', comm: 'systemd', group: '/init.scope' })
  add({ pid: 10, exe: '/usr/sbin/nginx', comm: 'nginx', parent: 1, innerPid: 1 })
})
afterEach(() => rmSync(join(proc, '..'), { recursive: true, force: true }))

interface Given {
  readonly pid: number
  readonly exe: string
  readonly comm: string
  readonly parent?: number
  readonly innerPid?: number
  readonly group?: string
  readonly tty?: number
}

/** A process as /proc shows it. */
function add({ pid, exe, comm, parent = 10, innerPid = pid, group = `/docker/${ID}`, tty = 0 }: Given): void {
  const folder = join(proc, String(pid))
  mkdirSync(folder, { recursive: true })
  symlinkSync(exe, join(folder, 'exe'))
  const files = {
    cgroup: `0::${group}\n`,
    comm: `${comm}\n`,
    cmdline: `${comm}\0-x\0`,
    stat: `${pid} (${comm}) S ${parent} ${pid} ${pid} ${tty} -1 0\n`,
    status: `Name:\t${comm}\nPPid:\t${parent}\nNSpid:\t${pid}\t${innerPid}\n`,
    mountinfo:
      `600 500 0:50 / / rw - overlay overlay rw,lowerdir=/l,upperdir=${upper},workdir=/w\n` +
      '601 600 0:51 / /scratch rw - tmpfs tmpfs rw\n',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
}

const changes = async () =>
  (await runningPrograms(proc, NOW)).flatMap((program) =>
    program.changes.map(({ change, path }) => `${change} ${path}`),
  )

test('a program of the image is no evidence, nor is one of the machine', async () => {
  add({ pid: 11, exe: '/usr/sbin/nginx', comm: 'nginx' })
  add({ pid: 12, exe: '/memfd:x (deleted)', comm: 'x', group: '/user.slice' })
  expect(await changes()).toEqual([])
})

test.each<[string, Omit<Given, 'pid'>, string[]]>([
  ['in memory only', { exe: '/memfd:x (deleted)', comm: 'x' }, ['executed-from-memory /memfd:x']],
  ['deleted', { exe: '/usr/x (deleted)', comm: 'x' }, ['runs-deleted-file /usr/x']],
  ['of the upper layer', { exe: '/usr/dropped', comm: 'dropped' }, ['executed-new-file /usr/dropped']],
  [
    'of a temporary file system',
    { exe: '/scratch/x', comm: 'x' },
    ['executed-from-temporary-folder /scratch/x'],
  ],
  ['of a temporary folder', { exe: '/tmp/x', comm: 'x' }, ['executed-from-temporary-folder /tmp/x']],
  ['a package manager', { exe: '/usr/bin/apt', comm: 'apt' }, ['package-manager /usr/bin/apt']],
  ['a shell of a server', { exe: '/bin/sh', comm: 'sh' }, ['shell-of-server /bin/sh']],
  [
    'a shell that was entered',
    { exe: '/bin/sh', comm: 'sh', parent: 1, innerPid: 7 },
    ['shell-entered /bin/sh'],
  ],
])('one that runs is: %s', async (_, given, expected) => {
  add({ pid: 11, ...given })
  expect(await changes()).toEqual(expected)
})

test.each([
  ['has renamed itself', '/usr/sbin/nginx'],
  ['has renamed itself, and whose file an upgrade replaced', '/usr/sbin/nginx (deleted)'],
])('a shell of a server that %s', async (_, exe) => {
  add({ pid: 11, exe, comm: 'worker' })
  add({ pid: 12, exe: '/bin/sh', comm: 'sh', parent: 11 })
  expect(await changes()).toContain('shell-of-server /bin/sh')
})

test('a shell that has renamed itself', async () => {
  add({ pid: 11, exe: '/usr/bin/bash', comm: 'kworker' })
  add({ pid: 12, exe: '/bin/busybox', comm: 'tail' })
  expect(await changes()).toEqual(['shell-of-server /usr/bin/bash'])
})

test('a first process that is a shell was entered by nobody', async () => {
  add({ pid: 20, exe: '/bin/sh', comm: 'sh', parent: 1, innerPid: 1, group: `/docker/${'d'.repeat(64)}` })
  expect(await changes()).toEqual([])
})

test('one that ends meanwhile is left out', async () => {
  add({ pid: 11, exe: '/memfd:x (deleted)', comm: 'x' })
  rmSync(join(proc, '11/status'))
  expect(await changes()).toEqual([])
})

test('it changes the statement of its container, and says that it ran before', async () => {
  add({ pid: 11, exe: '/memfd:x (deleted)', comm: 'x' })
  const watch = new ImmutabilityWatch()
  for (const program of await runningPrograms(proc, NOW)) watch.takeRunning(program)
  expect(watch.statements()).toMatchObject([
    {
      id: ID.slice(0, 12),
      verdict: 'changed',
      isSeenFromStart: false,
      events: 0,
      evidence: [
        {
          change: 'executed-from-memory',
          commandLine: 'x -x',
          parent: 'nginx',
          wasRunning: true,
          first: Number(NOW / 1_000_000n),
        },
      ],
    },
  ])
})
