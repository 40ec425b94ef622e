import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
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

/** A folder whose strace is this script, found before any other. */
function strace(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-trace-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'strace'), `#!/bin/sh\n[ "$1" = -V ] && exit\n${script}\n`, { mode: 0o755 })
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`)
  return folder
}

describe('a file that holds an earlier trace', () => {
  const EARLIER = 'an earlier trace, longer than what follows\n'.repeat(10)
  const CALL = '1 1700000000.000001 getppid() = 1 <0.000001>'
  const INTO_ITS_FILE = 'while [ "$1" != -o ]; do shift; done; exec > "$2"'

  async function traced(script: string, options: object = {}): Promise<{ status: unknown; file: string }> {
    const output = join(strace(script), 'out')
    writeFileSync(output, EARLIER)
    const call = { format: 'text', output, sensor: 'strace', quiet: true, ...options }
    const status = await trace(['true'], call, 'en').catch((error: unknown) => error)
    return { status, file: readFileSync(output, 'utf8') }
  }

  test.each([{}, { count: true }])('is kept where no trace can begin (%j)', async (options) => {
    expect(await traced('exit 1', options)).toEqual({ status: 3, file: EARLIER })
  })

  test('is kept where there is no pipe for what strace writes', async () => {
    const folder = strace('exit 1')
    const output = join(folder, 'out')
    writeFileSync(output, EARLIER)
    vi.stubEnv('TMPDIR', '/nothing/of-this-name')
    const tracing = trace(['true'], { format: 'text', output, sensor: 'strace' }, 'en')
    await expect(tracing).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
    expect(readFileSync(output, 'utf8')).toBe(EARLIER)
  })

  test('is replaced as a whole by one that began', async () => {
    const { status, file } = await traced(`${INTO_ITS_FILE}; echo '${CALL}'`)
    expect([status, file]).toEqual([0, expect.stringMatching(/^getppid\(\) += 1\n$/)])
  })

  test('is emptied by one in which nothing is shown', async () => {
    const { status, file } = await traced(
      `${INTO_ITS_FILE}; echo '1 1700000000.000001 +++ exited with 0 +++'`,
    )
    expect([status, file.includes('earlier')]).toEqual([0, false])
  })
})

/** The processes that this one has begun and not buried. */
function children(): string[] {
  return readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  )
}
