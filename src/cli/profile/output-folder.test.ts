import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const MAIN = join(import.meta.dirname, '../main.ts')

const RECORDING = {
  format: 'haetae-recording/1',
  container: { id: '0123456789ab', name: 'web', image: 'web:1', pod: 'web-0', namespace: 'shop' },
  begin: 0,
  end: 100_000,
  startedAt: 0,
  tellsAllCalls: true,
  tellsCapabilities: true,
  lost: 0,
  calls: { read: { first: 0, last: 1, slices: 1 } },
  capabilities: {},
  users: [1000],
  written: [],
  read: [],
  ports: [],
  setIdPrograms: [],
  changesUser: false,
  rootOnly: [],
  hasCompatCalls: false,
  cut: [],
}

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-profile-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function profileInto(output: string) {
  const recording = join(folder, 'recording.jsonl')
  writeFileSync(recording, `${JSON.stringify(RECORDING)}\n`)
  const { status, stderr } = spawnSync(
    process.execPath,
    [MAIN, 'profile', '--recording', recording, '--output', output, '--quiet'],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, timeout: 60_000 },
  )
  return { status, stderr }
}

describe('the folder of a profile', () => {
  test('is made with those above it, for all to read as files are', () => {
    const output = join(folder, 'a/b')
    expect(profileInto(output)).toEqual({ status: 0, stderr: '' })
    const { syscalls } = JSON.parse(readFileSync(join(output, 'seccomp/haetae/web.json'), 'utf8'))
    expect(syscalls[0].names).toContain('read')
    expect(statSync(output).mode & 0o777).toBe(0o777 & ~process.umask())
  })

  test('that cannot be made is told, where a file stands and under /proc', () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    expect(profileInto(file)).toEqual({
      status: 2,
      stderr: `haetae: ERR_OUTPUT: cannot write ${file}/seccomp/haetae (part of the path is no folder)\n`,
    })
    expect(profileInto('/proc/x')).toEqual({
      status: 2,
      stderr: 'haetae: ERR_OUTPUT: cannot write /proc/x/seccomp/haetae (no such file or folder)\n',
    })
  })
})
