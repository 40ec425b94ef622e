import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, parse } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { packageRoot } from './package-root.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-root-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('the nearest folder above that has a package file', () => {
  const code = join(folder, 'dist', 'chunks')
  mkdirSync(code, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{}')
  expect(packageRoot(code)).toBe(folder)
  expect(packageRoot(folder)).toBe(folder)
})

const { root } = parse(tmpdir())

// On a machine whose root folder is a package, there is no place without one.
test.skipIf(existsSync(join(root, 'package.json')))('where none has one, it ends and says so', () => {
  const alone = join(root, 'haetae-of-no-package', 'dist')
  expect(() => packageRoot(alone)).toThrow(
    expect.objectContaining({
      code: 'ERR_NO_PACKAGE',
      detail: expect.objectContaining({ data: { folder: alone } }),
    }),
  )
})
