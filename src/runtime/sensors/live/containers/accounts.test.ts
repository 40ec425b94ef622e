import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Accounts } from '../../kernel/kernel-state.ts'
import { ContainerAccounts } from './container-accounts.ts'
import { isAnsweredByOthers, parseAccounts, readAccounts } from './read-accounts.ts'

const PASSWD = 'root:x:0:0:root:/root:/bin/ash\nweb:x:1000:1000::/srv:/sbin/nologin\nagain:x:0:0::/:/bin/sh\n'
const GROUP = 'root:x:0:\nweb:x:1000:web,root\n'
const PLAIN = '1 0 0:1 / / rw - overlay overlay rw\n'

describe('the files of a container', () => {
  let proc = ''
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'haetae-proc-'))
    for (const folder of ['1/root/etc', '42/root/etc']) mkdirSync(join(proc, folder), { recursive: true })
    writeFileSync(join(proc, '42/root/etc/passwd'), PASSWD)
    writeFileSync(join(proc, '42/root/etc/group'), GROUP)
    writeFileSync(join(proc, '42/mountinfo'), PLAIN)
  })
  afterEach(() => rmSync(proc, { recursive: true }))

  const read = async () => {
    const found = await readAccounts(proc, 42)
    return typeof found === 'object' ? [...found.users.keys()] : found
  }

  test('are read', async () => {
    expect(await readAccounts(proc, 42)).toEqual({
      users: new Map([
        [0, { name: 'root', home: '/root', shell: '/bin/ash' }],
        [1000, { name: 'web', home: '/srv', shell: '/sbin/nologin' }],
      ]),
      groups: new Map([
        [0, 'root'],
        [1000, 'web'],
      ]),
    })
  })

  test('are not read through links that lead out of it', async () => {
    rmSync(join(proc, '42/root/etc/passwd'))
    symlinkSync('/etc/passwd', join(proc, '42/root/etc/passwd'))
    expect(await read()).toEqual([])
    rmSync(join(proc, '42/root/etc'), { recursive: true })
    symlinkSync('/etc', join(proc, '42/root/etc'))
    expect(await read()).toBeUndefined()
  })

  test('are left alone where another program answers for them', async () => {
    writeFileSync(join(proc, '42/mountinfo'), `${PLAIN}2 1 0:2 / /etc/passwd rw - fuse.evil evil rw\n`)
    expect(await read()).toEqual([])
  })

  test('are not those of the runtime before it enters the container, nor of a process that has ended', async () => {
    rmSync(join(proc, '42/root'), { recursive: true })
    symlinkSync('../1/root', join(proc, '42/root'))
    expect(await read()).toBe('early')
    expect(await readAccounts(proc, 43)).toBeUndefined()
  })
})

test.each([
  ['/', '1 0 0:1 / / rw - fuse.fuse-overlayfs x rw', true],
  ['a plain one above it', '1 0 0:1 / / rw - fuse x rw\n2 1 0:2 / /etc rw shared:3 - ext4 /dev/x rw', false],
  ['one of a similar name', '1 0 0:1 / / rw - overlay x rw\n2 1 0:2 / /etc/pass rw - fuse x rw', false],
  [
    'mounted over',
    '1 0 0:1 / / rw - overlay x rw\n2 1 0:2 / /etc rw - ext4 x rw\n3 1 0:2 / /etc rw - nfs4 x rw',
    true,
  ],
  ['nothing', '', false],
])('a file system that others answer for: %s', (_, mounts, expected) => {
  expect(isAnsweredByOthers(mounts, '/etc/passwd')).toBe(expected)
})

test('no text makes it throw, and no name is empty', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (passwd, group) => {
      const { users, groups } = parseAccounts(passwd, group)
      for (const { name } of users.values()) expect(name).not.toBe('')
      for (const name of groups.values()) expect(name).not.toBe('')
    }),
  )
})

test('one container at a time, each once; one that cannot be read is tried ten times at most', async () => {
  const asked: number[] = []
  const told: string[] = []
  let inside = 0
  const found: Accounts = parseAccounts(PASSWD, GROUP)
  const accounts = new ContainerAccounts(
    (id) => told.push(id),
    async (_, pid) => {
      expect(++inside).toBe(1)
      await null
      inside--
      asked.push(pid)
      return pid < 100 ? found : 'early'
    },
  )
  const settled = () => new Promise((done) => setImmediate(done))
  accounts.want('a', 1)
  accounts.want('b', 2)
  accounts.want('a', 3)
  await settled()
  accounts.want('a', 4)
  await settled()
  expect(told).toEqual(['a', 'b', 'a'])
  expect(asked.slice(0, 2)).toEqual([1, 2])
  const before = asked.length
  for (let i = 0; i < 30; i++) {
    accounts.want('c', 100 + i)
    await settled()
  }
  expect(asked.length - before).toBe(10)
})
