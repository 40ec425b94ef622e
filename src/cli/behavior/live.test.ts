import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { EXIT } from '../exit.ts'
import { startRuntime } from './runtime.fixture.ts'

const MAIN = join(import.meta.dirname, '../main.ts')
const CAPTURE = join(
  process.env['HAETAE_CONFORMANCE'] ?? join(import.meta.dirname, '../../../../shared/conformance'),
  'scap/scen.scap',
)
const QUIET = { id: 'dddddddddddd', namespace: 'shop', pod: 'quiet-1', name: 'web' }

let folder = ''
let runtime: Awaited<ReturnType<typeof startRuntime>>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-live-'))
  runtime = await startRuntime(folder, () => [QUIET])
})
afterAll(async () => {
  await runtime.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A sensor that tells of what a script writes, and then of nothing until it is stopped. @returns its path */
function sensor(name: string, script: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\necho '{"ready":true}' >&2\n${script}\ncat > /dev/null\n`, { mode: 0o755 })
  return path
}

/** Sets the time of day by an hour once the recording has begun. */
const CLOCK_IS_SET = `
const { now } = Date
let set = 0
Date.now = () => now() + set
const { write } = process.stderr
process.stderr.write = function (text, ...rest) {
  if (String(text).includes('recording for')) set = 3_600_000
  return write.call(this, text, ...rest)
}`

function start(args: readonly string[], preload = '') {
  const child = spawn(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(preload)}`,
      MAIN,
      ...args,
      '--live',
      '--container-runtime',
      runtime.socket,
      '--lang',
      'en',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const told = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      told[name] += text
    })
  const ended = once(child, 'close').then(([status]) => ({ ...told, status }))
  return { child, told, ended }
}

const IMMUTABILITY = ['immutability', '--pod', 'shop/quiet', '--format', 'json']

describe('haetae immutability --live', () => {
  test('vouches for a container that did nothing, for the time that was recorded', async () => {
    const path = sensor('quiet', '')
    const { status, stdout, stderr } = await start([...IMMUTABILITY, '--sensor', path, '--for', '1s']).ended
    expect(stderr).not.toContain('ended after')
    const { containers } = JSON.parse(stdout)
    expect(containers).toMatchObject([{ id: QUIET.id, pod: 'quiet-1', events: 0, verdict: 'unchanged' }])
    const [{ begin, end, statement }] = containers
    // Two clocks, of whole milliseconds each: that of times of day, and that of timers.
    expect(Date.parse(end) - Date.parse(begin)).toBeGreaterThanOrEqual(998)
    expect(statement).toContain(`from ${begin} on`)
    expect(status).toBe(EXIT.done)
  })

  test('states the time that it took, though the clock is set meanwhile', async () => {
    const path = sensor('set', '')
    const { ended } = start([...IMMUTABILITY, '--sensor', path, '--for', '1s'], CLOCK_IS_SET)
    const { stdout, status } = await ended
    const [{ begin, end, statement }] = JSON.parse(stdout).containers
    expect(Date.parse(end) - Date.parse(begin)).toBeLessThan(3_600_000)
    expect(statement).not.toContain('3601 s')
    expect(status).toBe(EXIT.done)
  })

  test('does not end well where nothing that was seen is meant', async () => {
    const path = sensor('unmeant', '')
    const args = ['immutability', '--container', 'nobody', '--sensor', path, '--for', '1s']
    const { status, stdout, stderr } = await start(args).ended
    expect(stderr).toContain(`none of the containers that were seen is meant: ${QUIET.id}`)
    expect(stdout).toBe('')
    expect(status).toBe(EXIT.incomplete)
  })

  test('does not end well where less was recorded than was asked for', async () => {
    const path = sensor('interrupted', '')
    const { child, told, ended } = start([...IMMUTABILITY, '--sensor', path, '--for', '1h'])
    await vi.waitFor(() => expect(told.stderr).toContain('recording for 3600 s'), { timeout: 60_000 })
    child.kill('SIGINT')
    const { status, stderr } = await ended
    expect(stderr).toMatch(/the recording ended after \d+ s of the 3600 s that were asked for/)
    expect(status).toBe(EXIT.incomplete)
  })
})

test.skipIf(!existsSync(CAPTURE))(
  'haetae profile --live says which containers it saw where none is meant',
  async () => {
    const path = sensor('busy', `cat '${CAPTURE}'`)
    const { status, stderr } = await start([
      'profile',
      '--pod',
      'shop/nobody',
      '--sensor',
      path,
      '--for',
      '2s',
    ]).ended
    expect(stderr).toContain('none of the containers that were seen is meant: ')
    expect(stderr).toContain('a1b2c3d4e5f6')
    expect(status).toBe(EXIT.usage)
  },
)
