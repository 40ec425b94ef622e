import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { EXIT } from '../exit.ts'
import { immutability } from './command.ts'

afterEach(() => vi.restoreAllMocks())

test.each(['text', 'json'])('secrets of command lines are masked: %s', async (format) => {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-immutability-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'events.jsonl')
  const event = {
    source: 'syscall',
    type: 'execve',
    ts: 1_800_000_000_000_000_000,
    fields: {
      'container.id': 'a1b2c3d4e5f6',
      'proc.name': 'sh',
      'proc.exepath': '/bin/sh',
      'proc.cmdline': 'sh -c PGPASSWORD=hunter22 psql --token hunter23 --port=5432',
      'proc.vpid': '7',
      'proc.pvpid': '0',
      'proc.pname': 'runc',
    },
  }
  writeFileSync(file, `${JSON.stringify(event)}\n`)
  let text = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk)
    return true
  })
  const status = await immutability(
    { events: [file], format, failOn: 'none', color: false, quiet: true },
    'en',
  )
  expect(status).toBe(EXIT.done)
  expect(text).toContain('sh -c PGPASSWORD=******** psql --token ******** --port=5432')
})
