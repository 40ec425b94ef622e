import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { ruleFolder } from '../setup/rule-folder.ts'
import { childOf, endLeftovers, jsonLines, type Running, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { alertsOf, MARKED_RULE, readMarked } from './alerts.ts'

const { path: sensor, otherwise } = sensorBinary()
const SENSOR = ['--sensor', sensor ?? '']

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
    return Number(line?.split(' ').at(-1))
  }

  test.each([
    ['SIGKILL', 'SIGKILL'],
    // It is there, and sees nothing: found by its silence.
    ['SIGSTOP', 'silent'],
  ] as const)('a sensor that gets %s is started again, and the gap told', async (signal, cause) => {
    const run = detect()
    await run.until(readMarked(run, 1))
    expect(await metric(run, 'haetae_sensor_up')).toBe(1)
    const before = Date.now()
    process.kill(childOf(run, 'haetae-sensor'), signal)
    await run.until(() => alertsOf(run, 'Haetae internal: sensor gap').length > 0)
    const [stopped] = alertsOf(run, 'Haetae internal: sensor stopped')
    expect(stopped).toMatchObject({ source: 'internal', output_fields: { 'haetae.gap.cause': cause } })
    const [gap] = alertsOf(run, 'Haetae internal: sensor gap')
    const fields = gap?.output_fields ?? {}
    expect(fields['haetae.gap.cause']).toBe(cause)
    // The last sign of life is at most a second before the signal; what is loaded may be later.
    expect(Date.parse(String(fields['haetae.gap.start']))).toBeGreaterThan(before - 5000)
    expect(Date.parse(String(fields['haetae.gap.end']))).toBeGreaterThanOrEqual(before)
    await run.until(readMarked(run, alertsOf(run, 'Marked').length + 1))
    expect(await metric(run, 'haetae_sensor_stops_total')).toBe(1)
    expect(await metric(run, 'haetae_sensor_gap_seconds_total')).toBeCloseTo(
      Number(fields['haetae.gap.seconds']),
    )
    expect(await metric(run, 'haetae_sensor_up')).toBe(1)
    expect(await run.stop()).toBe(3)
  })

  test('events that find no room are counted by cause, and raise an alert', async () => {
    const run = detect()
    await run.until(readMarked(run, 1))
    process.kill(run.pid, 'SIGSTOP')
    spawnSync('python3', ['-c', FLOOD])
    process.kill(run.pid, 'SIGCONT')
    await run.until(() => alertsOf(run, 'Haetae internal: events lost').length > 0)
    const [lost] = alertsOf(run, 'Haetae internal: events lost')
    expect(lost?.output_fields['haetae.drops.bufferFull']).toBeGreaterThan(0)
    expect(await metric(run, 'haetae_sensor_drops_total{cause="bufferFull"}')).toBeGreaterThan(0)
    expect(await run.stop()).toBe(3)
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
    expect(await run.stop()).toBe(3)
  })
})

/** More events than the kernel's buffer holds. */
const FLOOD = `
import os
for i in range(300000):
    os.close(os.open('/etc/hostname', os.O_RDONLY))
`
