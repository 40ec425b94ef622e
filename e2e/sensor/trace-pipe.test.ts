import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { endLeftovers, start, startUnread } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'

const { path: sensor, otherwise } = sensorBinary()
const hasStrace = spawnSync('strace', ['-V']).status === 0
const WITHOUT_STRACE = 'there is no strace (apt-get install strace)'

/** Once a line comes, more calls than the pipes and the kernel's buffer hold; then it says so, and waits. */
const FLOOD = `
import os, sys
sys.stdin.readline()
for i in range(400000):
    os.getppid()
print('flooded', flush=True)
sys.stdin.readline()
`

/** More than a pipe holds. */
const SOME = `
import os
for i in range(20000):
    os.getppid()
`

/** What is traced into a pipe that nobody reads: the trace ends when it is to, and says what is missing. */
describe('haetae trace into a pipe', needs(sensor, otherwise), () => {
  let folder = ''
  let fifo = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-trace-pipe-'))
    fifo = join(folder, 'fifo')
    spawnSync('mkfifo', [fifo])
  })
  afterEach(endLeftovers)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const trace = (...options: readonly string[]) => ['trace', '--sensor', sensor ?? '', ...options]
  const UNWRITTEN = /[1-9]\d* lines were not written: nobody read/

  test.each([
    ['calls', []],
    ['the table of calls', ['--count']],
  ])('%s: no reader comes, and the command ends', async (_, options) => {
    const run = start(trace(...options, '-o', fifo, '--', 'true'))
    expect(await run.ended).toBe(3)
    expect(run.stderr()).toMatch(UNWRITTEN)
  })

  test('no reader comes, and strace traces', needs(hasStrace, WITHOUT_STRACE), async () => {
    const run = start(['trace', '--sensor', 'strace', '-o', fifo, '--', 'true'])
    expect(await run.ended).toBe(3)
    expect(run.stderr()).toMatch(UNWRITTEN)
  })

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends it while the pipe is full, and what the kernel had no room for is told',
    async (signal) => {
      const traced = spawn('python3', ['-c', FLOOD], { stdio: ['pipe', 'pipe', 'inherit'] })
      // Open to read, and never read.
      const reading = openSync(fifo, constants.O_RDWR)
      try {
        const run = start(trace('-o', fifo, '-p', String(traced.pid)))
        await run.until(() => run.stderr().includes('tracing'))
        const flooded = once(traced.stdout, 'data')
        traced.stdin.write('go\n')
        await flooded
        process.kill(run.pid, signal)
        expect(await run.ended).toBe(3)
        expect(run.stderr()).toMatch(UNWRITTEN)
        expect(run.stderr()).toMatch(/events of the kernel were lost: .*bufferFull/)
      } finally {
        closeSync(reading)
        traced.kill('SIGKILL')
      }
    },
  )

  const shell = (script: string) =>
    spawnSync('sh', ['-c', script, 'sh', resolve('bin/haetae'), ...trace()], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    })

  test.each([
    ['whose reader comes late', '(sleep 6; cat fifo > out) & "$@" -o fifo -- sleep 3; echo $?; wait'],
    [
      'that is standard output, and whose reader is slow',
      '{ "$@" -- true; echo $? >&3; } | (sleep 1; cat > out)',
    ],
  ])('%s is given all lines', (_, script) => {
    const { stdout, stderr } = shell(`exec 3>&1; ${script}`)
    expect(stderr).toBe('')
    expect(stdout).toBe('0\n')
    const lines = readFileSync(join(folder, 'out'), 'utf8').split('\n')
    expect(lines[0]).toMatch(/^execve\(/)
    expect(lines.at(-2)).toBe('+++ exited with 0 +++')
  })

  test('whose reader has had enough ends it: silently where it is standard output, as an error else', () => {
    expect(shell(`{ "$@" -- python3 -c '${SOME}' 2> err; echo $? >&2; } | head -c 100 > out`).stderr).toBe(
      '3\n',
    )
    const named = shell(`head -c 100 fifo > out & "$@" -o fifo -- python3 -c '${SOME}'; echo $? >&2; wait`)
    expect(named.stderr).toContain('ERR_OUTPUT')
    expect(named.stderr).toMatch(/2\n$/)
  })

  test('standard output is one that nobody reads', async () => {
    const run = startUnread(trace('--', 'python3', '-c', SOME))
    expect(await run.ended).toBe(3)
    expect(run.stderr()).toMatch(UNWRITTEN)
  })
})
