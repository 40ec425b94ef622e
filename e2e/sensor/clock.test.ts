import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { haetae } from '../setup/haetae.ts'
import { needs } from '../setup/needs.ts'
import { sensorBinary } from '../setup/sensor.ts'

const { path: sensor, otherwise } = sensorBinary()
/** The sensor's own is there where it was built; another where only its binary is. */
const compiler = ['clang', 'cc'].find((name) => spawnSync(name, ['--version']).status === 0)

const RULES = `
- rule: Program
  desc: a program of this test begins
  condition: evt.type = execve and proc.args startswith "0.01 "
  output: '%evt.rawtime %proc.args'
  priority: WARNING
`
const HOUR = 3600

/** The clock of the machine is others' business: the sensor alone is shown another one. */
describe(
  'the time of day is set while the sensor runs',
  needs(sensor && compiler, otherwise || 'there is no compiler for C'),
  () => {
    let folder = ''
    let library = ''
    let running: ChildProcess | undefined
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'haetae-clock-'))
      library = join(folder, 'shifted-clock.so')
      const source = join(import.meta.dirname, 'shifted-clock.c')
      const { status, stderr } = spawnSync(
        compiler ?? '',
        ['-shared', '-fPIC', '-o', library, source, '-ldl'],
        {
          encoding: 'utf8',
        },
      )
      if (status !== 0) throw new Error(stderr)
    })
    afterAll(() => {
      running?.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    })

    test.each([
      ['bpf', [], HOUR],
      ['bpf', [], -HOUR],
      ['the process connector', ['--proc-connector'], HOUR],
    ])('%s %j, by %d s: events have the new time, and no other', async (_, mode, shift) => {
      const capture = join(folder, 'capture.scap')
      const clock = join(folder, 'shift')
      writeFileSync(clock, '0')
      const output = openSync(capture, 'w')
      const child = spawn(sensor ?? '', [...mode, '--calls', 'execve,clone,procexit'], {
        env: { ...process.env, LD_PRELOAD: library, CLOCK_SHIFT: clock },
        stdio: ['pipe', output, 'pipe'],
      })
      running = child
      const ended = new Promise((done) => child.on('close', done))
      let reports = ''
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        reports += text
      })
      const stats = () => reports.split('"stats"').length
      const until = async (holds: () => boolean) => {
        const deadline = performance.now() + 180_000
        while (!holds()) {
          if (performance.now() > deadline) throw new Error(`the sensor says no more than: ${reports}`)
          await new Promise((done) => setTimeout(done, 50))
        }
      }
      // One after the other, and long enough: the process connector asks /proc for what it is told of.
      const program = (name: string) =>
        new Promise((done) => spawn('sleep', ['0.01', '3', name], { stdio: 'ignore' }).on('close', done))
      await until(() => reports.includes('ready'))
      await program('1e-3')
      writeFileSync(clock, String(shift))
      // Once the clock has been read again, which comes with the counts of each second: those that were on their way may be
      // of before.
      const before = stats()
      await until(() => stats() >= before + 4)
      await program('2e-3')
      child.stdin?.end()
      await ended
      closeSync(output)

      const rules = join(folder, 'rules.yaml')
      writeFileSync(rules, RULES)
      const { stdout } = await haetae(['detect', '--events', capture, '-r', rules, '-f', 'jsonl'])
      const times = new Map(
        stdout
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as { output_fields: Record<string, string | number> })
          .map(({ output_fields }) => [
            output_fields['proc.args'],
            Number(output_fields['evt.rawtime']) / 1e9 - Date.now() / 1000,
          ]),
      )
      const [first, second] = ['1e-3', '2e-3'].map((name) => times.get(`0.01 3 ${name}`) ?? Number.NaN)
      const LATE = 300
      expect(Math.abs(first ?? Number.NaN)).toBeLessThan(LATE)
      expect(Math.abs((second ?? Number.NaN) - shift)).toBeLessThan(LATE)
    })
  },
)
