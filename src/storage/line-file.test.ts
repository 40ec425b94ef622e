import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { constants, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { appendLines, openLineFile } from './line-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-lines-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = (name: string) => join(folder, name)

describe('lines are appended', () => {
  test.each([
    ['to nothing', '', 'b\n'],
    ['behind a line', 'a\n', 'a\nb\n'],
    ['behind half a line, which is ended', 'a\n{"ha', 'a\n{"ha\nb\n'],
    ['behind half a character, which is ended', Buffer.from([0x61, 0x0a, 0xed, 0x95]), 'a\n\ufffd\nb\n'],
  ])('%s', async (_, before, after) => {
    writeFileSync(at('lines'), before)
    await appendLines(at('lines'), 'b\n', 0o600)
    await appendLines(at('lines'), Buffer.from('c\n'), 0o600)
    expect(readFileSync(at('lines'), 'utf8')).toBe(`${after}c\n`)
  })

  test('to a new file of the mode that was asked for', async () => {
    // Nothing of which a umask takes away, nor that a file has by itself.
    await appendLines(at('new'), 'a\n', 0o700)
    expect(statSync(at('new')).mode & 0o777).toBe(0o700)
  })
})

test('a pipe gets its lines, and nothing is read from it', async () => {
  execFileSync('mkfifo', [at('pipe')])
  const reader = await open(at('pipe'), constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = await openLineFile(at('pipe'), 0o600)
  await writer.appendFile('a\n')
  await writer.close()
  expect((await reader.read(Buffer.alloc(8))).buffer.toString('utf8', 0, 2)).toBe('a\n')
  await reader.close()
})

test('a folder is no file of lines', async () => {
  await expect(openLineFile(folder, 0o600)).rejects.toThrow('EISDIR')
})
