import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Recording } from '../../runtime/behavior/index.ts'
import { withFileModes } from './file-modes.ts'

const OLD = 'a'.repeat(12)
const NEW = 'b'.repeat(12)
const RUNNING = [{ id: NEW.padEnd(64, '0'), pids: [42] }]

let proc = ''
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'haetae-modes-'))
  folder('/')
})
afterEach(() => rmSync(proc, { recursive: true, force: true }))

/** Open to all, whatever the umask. */
function folder(path: string): void {
  const place = join(proc, '42/root', path)
  mkdirSync(place, { recursive: true })
  chmodSync(place, 0o755)
}

function file(path: string, mode: number): void {
  const place = join(proc, '42/root', path)
  folder(dirname(path))
  writeFileSync(place, '')
  chmodSync(place, mode)
}

function recording(id: string, read: readonly string[], image = 'web:1'): Recording {
  return {
    format: 'haetae-recording/1',
    container: { id, name: 'web', image, pod: `web-${id}`, namespace: 'shop' },
    begin: 0,
    end: 1000,
    startedAt: 0,
    tellsAllCalls: true,
    tellsCapabilities: true,
    lost: 0,
    calls: {},
    capabilities: {},
    users: [0],
    written: [],
    read,
    ports: [],
    setIdPrograms: [],
    changesUser: false,
    rootOnly: [],
    hasCompatCalls: false,
    cut: [],
  }
}

async function told(...recordings: readonly Recording[]) {
  const found = await withFileModes(recordings, RUNNING, proc)
  return found.map(({ rootOnly, cut }) => ({ rootOnly, cut }))
}

describe('modes of the files that a container read', () => {
  test('are those of the container, as long as it runs; links stay within it', async () => {
    file('/etc/open', 0o644)
    file('/etc/closed', 0o640)
    symlinkSync('/etc/closed', join(proc, '42/root/etc/link'))
    expect(await told(recording(NEW, ['/etc/open', '/etc/closed', '/etc/link', '/etc/removed']))).toEqual([
      { rootOnly: ['/etc/closed', '/etc/link'], cut: [] },
    ])
  })

  test('of one that a rollout has replaced are those of the one in its place', async () => {
    file('/etc/open', 0o644)
    file('/etc/closed', 0o640)
    expect(await told(recording(OLD, ['/etc/open', '/etc/closed']), recording(NEW, []))).toEqual([
      { rootOnly: ['/etc/closed'], cut: [] },
      { rootOnly: [], cut: [] },
    ])
  })

  test('are not known where no container of its image runs, or a file is not in that one', async () => {
    file('/etc/open', 0o644)
    const unknown = { rootOnly: [], cut: ['modes'] }
    expect(await told(recording(OLD, ['/etc/open']))).toEqual([unknown])
    expect((await told(recording(OLD, ['/etc/open'], 'web:2'), recording(NEW, [])))[0]).toEqual(unknown)
    expect((await told(recording(OLD, ['/etc/open', '/tmp/own']), recording(NEW, [])))[0]).toEqual(unknown)
    expect((await told(recording(OLD, [], ''), recording(NEW, [], '')))[0]).toEqual(unknown)
  })
})
