import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { endLeftovers, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { type Alert, alertsOf as alertsIn, expectLossesTold, isOfCat } from './alerts.ts'

const { path: sensor, otherwise } = sensorBinary()
const ROOT = join(import.meta.dirname, '../..')
const UPSTREAM = join(
  process.env['HAETAE_CORPUS'] ?? join(ROOT, '../shared/corpus'),
  'falco-rules/rules/falco_rules.yaml',
)

/** What an intruder does, seen on a real kernel. */
describe('haetae detect --live', needs(existsSync(UPSTREAM) && sensor, otherwise), () => {
  let folder = ''
  let alerts: readonly Alert[] = []
  let status: number | null = null
  let errors = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-live-'))
    const options = ['--sensor', sensor ?? '', '--rules', UPSTREAM, '--format', 'jsonl', '--stats']
    const run = start(['detect', '--live', ...options])
    // The first reading of a sensitive file that is seen says that the sensor is at work.
    await run.until(() => {
      spawnSync('cat', ['/etc/shadow'])
      return alertsIn(run, 'Read sensitive file untrusted').some(isOfCat)
    })
    symlinkSync('/etc/shadow', join(folder, 'link'))
    spawnSync('ln', ['-s', '/etc/shadow', join(folder, 'second-link')])
    copyFileSync('/bin/true', join(folder, 'dropped'))
    chmodSync(join(folder, 'dropped'), 0o755)
    execFileSync(join(folder, 'dropped'))
    spawnSync('python3', ['-c', FROM_MEMORY])
    // It came last: what came before is told before.
    await run.until(() => alertsIn(run, 'Fileless execution via memfd_create').length > 0)
    status = await run.stop()
    alerts = alertsIn(run)
    errors = run.stderr()
  })

  afterAll(() => {
    endLeftovers()
    rmSync(folder, { recursive: true, force: true })
  })

  const alertsOf = (rule: string) => alerts.filter((alert) => alert.rule === rule)

  test('ends cleanly, and no loss was silent', () => {
    expectLossesTold(status, alerts, errors)
  })

  test('reading /etc/shadow', () => {
    const alert = alertsOf('Read sensitive file untrusted').find(isOfCat)
    expect(alert?.output_fields).toMatchObject({
      'fd.name': '/etc/shadow',
      'proc.name': 'cat',
      'proc.cmdline': 'cat /etc/shadow',
      'proc.exepath': readlink('/bin/cat'),
      'user.name': 'root',
    })
  })

  test('a symlink to a sensitive file', () => {
    expect(
      alertsOf('Create Symlink Over Sensitive Files').map(({ output_fields }) => output_fields['proc.name']),
    ).toContain('ln')
  })

  test('a program that exists in memory only', () => {
    expect(alertsOf('Fileless execution via memfd_create')[0]?.output_fields).toMatchObject({
      'proc.exepath': '/memfd:nothing',
      'evt.arg.flags': expect.stringContaining('EXE_FROM_MEMFD'),
    })
  })

  test('alerts are of now', () => {
    expect(alerts).not.toEqual([])
    for (const { time } of alerts) expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(600_000)
  })
})

/** Copies a program into memory and runs it from there. */
const FROM_MEMORY = `
import os
fd = os.memfd_create('nothing')
os.write(fd, open('/bin/true', 'rb').read())
os.execve(fd, ['nothing'], {})
`

function readlink(path: string): string {
  return execFileSync('readlink', ['-f', path], { encoding: 'utf8' }).trim()
}

test.skipIf(sensor === undefined)('the sensor writes captures that begin as the format says', () => {
  const { stdout } = spawnSync(sensor ?? '', ['--calls', 'execve'], {
    input: '',
    maxBuffer: 64 * 1024 * 1024,
    encoding: 'buffer',
  })
  expect(stdout.readUInt32LE(0)).toBe(0x0a0d0d0a)
  expect(stdout.readUInt32LE(8)).toBe(0x1a2b3c4d)
})

test.skipIf(sensor === undefined)('it is a binary that needs nothing but the C library', () => {
  const { stdout } = spawnSync('ldd', [sensor ?? ''], { encoding: 'utf8' })
  expect(stdout).not.toMatch(/libbpf|libelf/)
  expect(readFileSync(sensor ?? '').length).toBeLessThan(4 * 1024 * 1024)
})
