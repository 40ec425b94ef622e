import { spawnSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { endLeftovers, start, startUnread } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { until } from '../setup/work.ts'

const { path: sensor, otherwise } = sensorBinary()

const RULES = `
- rule: Opened
  desc: a file of a name
  condition: evt.type in (open, openat) and fd.name endswith haetae-captured
  output: opened
  priority: INFO
`

/** More events than the pipes and the kernel's buffer hold. */
const FLOOD = `
import os
for i in range(120000):
    os.close(os.open('/tmp/haetae-captured', os.O_RDONLY | os.O_CREAT))
`
const ONE = "import os; os.close(os.open('/tmp/haetae-captured', os.O_RDONLY | os.O_CREAT))"

/** What is recorded into a pipe that nobody reads: the recording ends when it is to, and says what is missing. */
describe('haetae capture into a pipe that nobody reads', needs(sensor, otherwise), () => {
  let folder = ''
  let fifo = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-capture-pipe-'))
    writeFileSync(join(folder, 'rules.yaml'), RULES)
    fifo = join(folder, 'fifo')
    spawnSync('mkfifo', [fifo])
  })
  afterEach(endLeftovers)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const capture = (...options: readonly string[]) => [
    ...['capture', '--live', '--sensor', sensor ?? '', '--rules', join(folder, 'rules.yaml')],
    ...options,
  ]
  const UNWRITTEN = /[1-9]\d* events? (?:was|were) not written: nobody read/

  test('--for ends it where no reader has come', async () => {
    const run = start(capture('-o', fifo, '--for', '8s'))
    let isOver = false
    void run.ended.then(() => {
      isOver = true
    })
    await until(async () => {
      spawnSync('python3', ['-c', ONE])
      return isOver || undefined
    }, run.stderr)
    expect(await run.ended).toBe(3)
    expect(run.stderr()).toMatch(UNWRITTEN)
    expect(run.stderr()).toContain('0 events written')
  })

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends it while the pipe is full, and what the kernel had no room for is told',
    async (signal) => {
      // Open to read, and never read.
      const reading = openSync(fifo, constants.O_RDWR)
      try {
        const run = start(capture('-o', fifo))
        await run.until(() => run.stderr().includes('recording'))
        spawnSync('python3', ['-c', FLOOD])
        process.kill(run.pid, signal)
        expect(await run.ended).toBe(3)
        expect(run.stderr()).toMatch(UNWRITTEN)
        expect(run.stderr()).toMatch(/events of the kernel were lost: .*bufferFull/)
      } finally {
        closeSync(reading)
      }
    },
  )

  test('standard output is such a pipe', async () => {
    const run = startUnread(capture())
    await until(async () => run.stderr().includes('recording') || undefined, run.stderr)
    spawnSync('python3', ['-c', FLOOD])
    const status = await run.stop()
    expect([status, run.stderr()]).toEqual([3, expect.any(String)])
    expect(run.stderr()).toMatch(UNWRITTEN)
  })
})
