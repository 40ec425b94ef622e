import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { endLeftovers, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { alertsOf } from './alerts.ts'
import { ownSensor } from './own-sensor.ts'

const { path: sensor, otherwise } = sensorBinary()

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-file-times-'))
})
afterEach(endLeftovers)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('times of programs', needs(sensor, otherwise), () => {
  test('are those that stat tells, though stat has asked for them', async () => {
    const program = join(folder, 'program')
    const rules = join(folder, 'rules.yaml')
    copyFileSync('/bin/true', program)
    const { ctimeNs, mtimeNs } = statSync(program, { bigint: true })
    writeFileSync(
      rules,
      `
- rule: Run
  desc: one program
  condition: evt.type = execve and proc.exepath = ${program}
  output: changed=%proc.exe_ino.ctime modified=%proc.exe_ino.mtime.
  priority: INFO
`,
    )
    const run = start(['detect', '--live', '--sensor', ownSensor(sensor, folder), '-r', rules, '-f', 'jsonl'])
    await run.until(() => {
      spawnSync(program)
      return alertsOf(run, 'Run').length > 0
    })
    expect(alertsOf(run, 'Run')[0]?.output).toContain(`changed=${ctimeNs} modified=${mtimeNs}.`)
    await run.stopsWith(0)
  })
})
