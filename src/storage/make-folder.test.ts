import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lockFolder } from './folder-lock.ts'
import { makeFolder } from './make-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a folder', () => {
  test('is made with those above it, for its owner only; once more changes nothing', () => {
    const path = join(folder, 'a/b/c')
    makeFolder(path)
    makeFolder(path)
    makeFolder(`${path}/`)
    for (const each of ['a', 'a/b', 'a/b/c']) expect(statSync(join(folder, each)).mode & 0o777).toBe(0o700)
  })

  test('that cannot be made is an error, also under /proc and where a file stands', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => makeFolder(join(folder, 'file'))).toThrow('EEXIST')
    expect(() => makeFolder(join(folder, 'file/a'))).toThrow('ENOTDIR')
    for (const path of ['/proc/x', '/proc/x/y']) {
      expect(() => makeFolder(path)).toThrow('ENOENT')
      expect(() => lockFolder(path)).toThrow('ENOENT')
    }
  })
})
