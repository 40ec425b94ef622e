import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { errorText, reasonOf } from './caught.ts'
import { LANGUAGES } from './language.ts'
import { defineMessages } from './message.ts'
import { createRenderer } from './render.ts'
import { systemErrorText } from './system-errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'haetae-system-errors-'))
afterAll(() => rmSync(folder, { recursive: true }))

function caughtFrom(path: string): unknown {
  try {
    return readFileSync(path)
  } catch (error) {
    return error
  }
}

test('what the system refuses is told in words', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const reasons = [join(folder, 'none'), folder, join(file, 'below')].map(caughtFrom).map(reasonOf)
  expect(reasons).toEqual(['ENOENT', 'EISDIR', 'ENOTDIR'])
  expect(reasons.map((reason) => systemErrorText(reason, 'en'))).toEqual([
    'no such file or folder',
    'it is a folder',
    'part of the path is no folder',
  ])
  expect(reasons.map((reason) => systemErrorText(reason, 'ko'))).toEqual([
    '파일이나 폴더가 없음',
    '파일이 아니라 폴더임',
    '경로의 일부가 폴더가 아님',
  ])
})

test('so is what Node.js says of a socket, with the address', async () => {
  const error = await new Promise((resolve) => connect(1, '127.0.0.1').on('error', resolve))
  expect(systemErrorText(errorText(error), 'en')).toBe('connection refused (127.0.0.1:1)')
  expect(systemErrorText(errorText(error), 'ko')).toBe('연결이 거부됨 (127.0.0.1:1)')
})

test.each(['', 'limit', 'NO_RULE_FILES', 'ERR_CLUSTER_TIMEOUT', 'not a URL', 'toString', 'exit status 1'])(
  '%j stays as it is',
  (reason) => {
    for (const language of LANGUAGES) expect(systemErrorText(reason, language)).toBe(reason)
  },
)

test('a message keeps the word of the system, and is rendered in words', () => {
  const set = defineMessages('file', {
    unreadable: {
      en: (d: { reason: string }) => `cannot be read (${d.reason})`,
      ko: (d: { reason: string }) => `읽을 수 없습니다 (${d.reason})`,
    },
  })
  const message = set.make.unreadable({ reason: 'EACCES' })
  expect(createRenderer([set], 'en')(message)).toBe('cannot be read (permission denied)')
  expect(createRenderer([set], 'ko')(message)).toBe('읽을 수 없습니다 (권한 없음)')
  expect(message.data).toEqual({ reason: 'EACCES' })
})
