import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { trace } from './command.ts'

afterEach(() => vi.unstubAllEnvs())

test('where the sensor that is named is not there, no command is begun', async () => {
  const before = children()
  const tracing = trace(['sleep', '60'], { format: 'text', output: '-', sensor: '/nowhere/sensor' }, 'en')
  await expect(tracing).rejects.toMatchObject({ code: 'ERR_NO_SENSOR' })
  expect(children()).toEqual(before)
})

test('where strace’s pipe cannot be made, the folder is told, and no command is begun', async () => {
  // Found as strace whether that is installed or not; it is not come to.
  const programs = mkdtempSync(join(tmpdir(), 'haetae-trace-test-'))
  onTestFinished(() => rmSync(programs, { recursive: true }))
  writeFileSync(join(programs, 'strace'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  vi.stubEnv('PATH', `${programs}:${process.env['PATH']}`)
  const folder = '/nothing/of-this-name'
  vi.stubEnv('TMPDIR', folder)
  const before = children()
  const tracing = trace(['sleep', '60'], { format: 'text', output: '-', sensor: 'strace' }, 'en')
  await expect(tracing).rejects.toMatchObject({
    code: 'ERR_OUTPUT',
    detail: { data: { folder, reason: 'ENOENT' } },
  })
  expect(children()).toEqual(before)
})

/** The processes that this one has begun and not buried. */
function children(): string[] {
  return readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  )
}
