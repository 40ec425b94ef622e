import { expect, test } from 'vitest'
import { wantedCalls, wantedFiles } from './wanted-calls.ts'

test('without rules to go by, all is told', () => {
  expect(wantedCalls(undefined)).toEqual(['all'])
})

test('processes are always followed, at full weight', () => {
  for (const name of ['clone', 'execve', 'procexit', 'chdir', 'setuid'])
    expect(wantedCalls(new Set(['unlink']))).toContain(name)
})

test('names of Falco that the kernel tells otherwise', () => {
  const calls = wantedCalls(new Set(['fork', 'umount']))
  expect(calls).toContain('umount2')
  expect(calls).not.toContain('fork')
})

test('rules about paths alone need no table of descriptors', () => {
  expect(wantedCalls(new Set(['open', 'unlinkat'])).some((call) => call.startsWith('close'))).toBe(false)
})

test('a connection is made of a socket that is there already', () => {
  expect(wantedCalls(new Set(['connect']))).toContain('socket/6')
  expect(wantedCalls(new Set(['accept4'])).some((call) => call.startsWith('socket'))).toBe(false)
})

test('what is only there for the table of descriptors gives way first, what rules ask for never', () => {
  const calls = wantedCalls(new Set(['dup2', 'openat', 'sendto']))
  expect(calls).toContain('dup2')
  expect(calls).toContain('openat')
  expect(calls).toContain('close:ok/4')
  expect(calls).toContain('socket/6')
  expect(calls.filter((call) => call.split(/[:/]/)[0] === 'openat')).toEqual(['openat'])
})

test('what makes two descriptors at once is followed like what makes one', () => {
  expect(wantedCalls(new Set(['dup2']))).toEqual(
    expect.arrayContaining(['pipe/6', 'pipe2/6', 'socketpair/6']),
  )
})

test('an execveat is told as execve where it succeeds, as itself where it fails', () => {
  const types = new Set(['execveat'])
  expect(wantedCalls(types)).toEqual(expect.arrayContaining(['execve', 'execveat']))
  expect(wantedCalls(types, types)).toContain('execve')
  expect(wantedCalls(types, types).some((call) => call.startsWith('execveat'))).toBe(false)
})

test('calls that rules are about where they succeed, but for those that the state is made of', () => {
  const types = new Set(['unshare', 'connect', 'close', 'setuid', 'umount', 'umount2'])
  const calls = wantedCalls(types, new Set(['unshare', 'connect', 'close', 'setuid', 'umount']))
  expect(calls).toEqual(expect.arrayContaining(['unshare:ok', 'connect', 'close', 'setuid', 'umount2']))
})

test('what is sent and received is told of internet sockets alone, where rules are about no others', () => {
  const types = new Set(['sendto', 'sendmsg', 'recvfrom', 'recvmsg', 'connect'])
  const calls = wantedCalls(types, new Set(['sendto']), new Set(['sendto', 'recvmsg', 'connect']))
  expect(calls).toEqual(
    expect.arrayContaining(['sendto:ok@internet', 'sendmsg', 'recvfrom', 'recvmsg@internet', 'connect']),
  )
})

test('files are left out only where what is closed is told for the state alone', () => {
  const files = '0,^1:/etc/shadow'
  const wantsFiles = (...types: string[]) => wantedFiles({ calls: wantedCalls(new Set(types)), files })
  expect(wantsFiles('openat', 'dup')).toBe(files)
  expect(wantsFiles('openat')).toBe('-')
  expect(wantsFiles('openat', 'close', 'dup')).toBe('-')
  expect(wantedFiles({ calls: wantedCalls(undefined), files })).toBe('-')
  expect(wantedFiles({ calls: ['close:ok/4'] })).toBe('-')
})
