import { spawnSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { ruleFolder } from '../setup/rule-folder.ts'
import { childOf, endLeftovers, jsonLines, type Running, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { alertsOf, MARKED_RULE, readMarked } from './alerts.ts'

const { path: sensor, otherwise } = sensorBinary()
const SENSOR = ['--sensor', sensor ?? '']
/** Milliseconds after which a sensor that says nothing is ended. */
const LONGEST_SILENCE = 15_000

/** About what hardly happens: a capture for it is small. */
const RARE = `
- rule: Rare
  desc: a call
  condition: evt.type = memfd_create
  output: by %proc.name
  priority: NOTICE
`

/** What becomes of events that cannot be seen: it is never silent. */
describe('what the sensor does not see', needs(sensor, otherwise), () => {
  const folder = ruleFolder(MARKED_RULE)
  afterEach(endLeftovers)

  const detect = () =>
    start(['detect', '--live', ...SENSOR, '-r', folder.rules, '-f', 'jsonl', '--metrics', '127.0.0.1:0'])
  async function metric(run: Running, name: string): Promise<number> {
    const [, url = ''] = /metrics at (\S+)/.exec(run.stderr()) ?? []
    const text = await (await fetch(url)).text()
    const line = text.split('\n').find((each) => each.startsWith(`${name} `) || each.startsWith(`${name}{`))
    if (line === undefined) throw new Error(`no ${name} in ${text}`)
    return Number(line.split(' ').at(-1))
  }

  test.each([
    ['SIGKILL', 'SIGKILL'],
    // It is there, and sees nothing: found by its silence.
    ['SIGSTOP', 'silent'],
  ] as const)('a sensor that gets %s is started again, and the gap told', async (signal, cause) => {
    const run = detect()
    await run.until(readMarked(run, 1))
    expect(await metric(run, 'haetae_sensor_up')).toBe(1)
    // What it tells of then is a sign of life.
    const before = Date.now()
    await run.until(
      () => readMarked(run, 1)() && alertsOf(run, 'Marked').some(({ time }) => isAfter(time, before)),
    )
    process.kill(childOf(run, 'haetae-sensor'), signal)
    await run.until(() => alertsOf(run, 'Haetae internal: sensor gap').length > 0)
    const [stopped] = alertsOf(run, 'Haetae internal: sensor stopped')
    expect(stopped).toMatchObject({ source: 'internal', output_fields: { 'haetae.gap.cause': cause } })
    const [gap] = alertsOf(run, 'Haetae internal: sensor gap')
    const fields = gap?.output_fields ?? {}
    expect(fields['haetae.gap.cause']).toBe(cause)
    expect(Date.parse(String(fields['haetae.gap.start']))).toBeGreaterThanOrEqual(before)
    expect(Date.parse(String(fields['haetae.gap.end']))).toBeGreaterThanOrEqual(
      Date.parse(String(fields['haetae.gap.start'])),
    )
    await run.until(readMarked(run, alertsOf(run, 'Marked').length + 1))
    expect(await metric(run, 'haetae_sensor_stops_total')).toBe(1)
    expect(await metric(run, 'haetae_sensor_gap_seconds_total')).toBeCloseTo(
      Number(fields['haetae.gap.seconds']),
    )
    expect(await metric(run, 'haetae_sensor_up')).toBe(1)
    await run.stopsWith(3)
  })

  test('events that find no room are counted by cause, and raise an alert', async () => {
    const run = detect()
    await run.until(readMarked(run, 1))
    process.kill(run.pid, 'SIGSTOP')
    spawnSync('python3', ['-c', FLOOD])
    process.kill(run.pid, 'SIGCONT')
    // The first alert may be of another cause; what comes within half a minute after it is told then, in one.
    await run.until(() =>
      alertsOf(run, 'Haetae internal: events lost').some(
        ({ output_fields: fields }) => Number(fields['haetae.drops.bufferFull']) > 0,
      ),
    )
    expect(await metric(run, 'haetae_sensor_drops_total{cause="bufferFull"}')).toBeGreaterThan(0)
    await run.stopsWith(3)
  })

  test('a sensor that waits since nobody reads the alerts is not taken for silent', async () => {
    const fifo = join(folder.path, 'alerts')
    spawnSync('mkfifo', [fifo])
    const reading = openSync(fifo, constants.O_RDWR)
    const options = [...SENSOR, '-r', folder.rules, '-f', 'jsonl', '--metrics', '127.0.0.1:0']
    const run = start(['detect', '--live', ...options], {}, ['sh', '-c', `exec "$@" > ${fifo}`, 'sh'])
    try {
      await run.until(() => /metrics at/.test(run.stderr()) && hasSensor(run))
      const pid = childOf(run, 'haetae-sensor')
      // Nearly as many alerts as the output holds; then some more at a time, so that the sensor still says that it is well
      // when it is not read any more, before its pipe is full.
      spawnSync('python3', ['-c', OPEN_MARKED, '9500'])
      let looks = 0
      await run.until(() => {
        spawnSync('python3', ['-c', OPEN_MARKED, '150'])
        looks = isWriting(pid) ? looks + 1 : 0
        return looks === 3
      })
      await setTimeout(LONGEST_SILENCE * 1.5)
      expect(childOf(run, 'haetae-sensor')).toBe(pid)
      expect(await metric(run, 'haetae_sensor_stops_total')).toBe(0)
    } finally {
      closeSync(reading)
    }
  })

  test('a capture has the gap among its events', async () => {
    const file = join(folder.path, 'gap.jsonl')
    const rare = join(folder.path, 'rare.yaml')
    writeFileSync(rare, RARE)
    const run = start(['capture', ...SENSOR, '-r', rare, '-o', file])
    await run.until(() => run.stderr().includes('recording'))
    process.kill(childOf(run, 'haetae-sensor'), 'SIGKILL')
    const events = () =>
      jsonLines<{ type: string; fields: Record<string, string> }>(readFileSync(file, 'utf8'))
    const gap = () => events().find(({ fields }) => fields['evt.arg.kind'] === 'gap')
    await run.until(() => {
      spawnSync('python3', ['-c', 'import os; os.memfd_create("haetae")'])
      return gap() !== undefined
    })
    expect(gap()).toMatchObject({
      type: 'drop',
      fields: {
        'evt.arg.cause': 'SIGKILL',
        'evt.arg.start': expect.any(String),
        'evt.arg.end': expect.any(String),
      },
    })
    await run.stopsWith(3)
  })
})

/** Whether the time of an alert is after one in milliseconds since 1970. */
function isAfter(time: string, milliseconds: number): boolean {
  return Date.parse(time) > milliseconds
}

function hasSensor(run: Running): boolean {
  try {
    return childOf(run, 'haetae-sensor') > 0
  } catch {
    return false
  }
}

/** Whether a process is in a call that writes to its standard output (proc_pid_syscall(5)). */
function isWriting(pid: number): boolean {
  return /^\d+ 0x1 /.test(readFileSync(`/proc/${pid}/syscall`, 'utf8'))
}

const OPEN_MARKED = `
import os, sys, time
for i in range(int(sys.argv[1])):
    os.close(os.open('/tmp/haetae-marked', os.O_RDONLY | os.O_CREAT))
time.sleep(1.1)
`

/** More events than the kernel's buffer holds. */
const FLOOD = `
import os
for i in range(300000):
    os.close(os.open('/etc/hostname', os.O_RDONLY))
`
