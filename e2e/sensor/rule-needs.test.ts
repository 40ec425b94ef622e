import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
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
let server: Server
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-rule-needs-'))
  server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(endLeftovers)
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

function detect(name: string, text: string) {
  const file = join(folder, `${name}.yaml`)
  writeFileSync(file, text)
  return start(['detect', '--live', '--sensor', ownSensor(sensor, folder), '-r', file, '-f', 'jsonl'])
}

describe('what rules need besides events', needs(sensor, otherwise), () => {
  test('names of hosts are looked up, and compared with the addresses of connections', async () => {
    const { port } = server.address() as AddressInfo
    const condition = (name: string) => `evt.type = connect and fd.sport = ${port} and fd.sip.name ${name}`
    const run = detect(
      'names',
      `
- rule: Named
  desc: a connection to a host of this name
  condition: ${condition('in (no-such-host.invalid, localhost)')}
  output: 'to %fd.sip.name at %fd.sip'
  priority: WARNING
- rule: Other
  desc: a connection to another host
  condition: ${condition('= no-such-host.invalid')}
  output: other
  priority: WARNING
`,
    )
    await run.until(() => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => undefined).on('data', () => undefined)
      return alertsOf(run, 'Named').length > 0
    })
    expect(alertsOf(run, 'Named')[0]?.output_fields).toMatchObject({
      'fd.sip.name': 'localhost',
      'fd.sip': '127.0.0.1',
    })
    await run.stopsWith(0)
    expect(alertsOf(run, 'Other')).toEqual([])
  })

  test('environment variables are read where a rule is about them, and not else', async () => {
    const rule = (name: string, condition: string, output: string) => `
- rule: ${name}
  desc: a program
  condition: evt.type = execve and proc.name = sleep and proc.args contains 7.25e-3 ${condition}
  output: '${output}'
  priority: WARNING
`
    const sleep = () =>
      spawnSync('sleep', ['7.25e-3'], { env: { ...process.env, GLIBC_TUNABLES: 'glibc.malloc.check=1' } })
    const asked = detect(
      'with',
      rule('Tunables', 'and proc.env icontains glibc_tunables', '%proc.env[GLIBC_TUNABLES]'),
    )
    await asked.until(() => {
      sleep()
      return alertsOf(asked, 'Tunables').length > 0
    })
    await asked.stopsWith(0)
    expect(alertsOf(asked, 'Tunables')[0]?.output).toContain('glibc.malloc.check=1')

    const unasked = detect('without', rule('Program', '', '%proc.name %evt.args'))
    await unasked.until(() => {
      sleep()
      return alertsOf(unasked, 'Program').length > 0
    })
    await unasked.stopsWith(0)
    expect(alertsOf(unasked, 'Program')[0]?.output).not.toContain('glibc.malloc')
  })

  test.each(['ebpf', 'connector'])(
    'rules that are loaded while the %s sensor runs have environment variables read, and others no more',
    async (kind) => {
      const file = join(folder, `${kind}-reloaded.yaml`)
      /** Of a version of the rules: what it shows, and of which programs. */
      const write = (version: string, condition: string, shown: string) =>
        writeFileSync(
          file,
          `
- rule: ${version}
  desc: a program
  condition: evt.type = execve and proc.name = sleep and proc.args contains 7.5e-3 ${condition}
  output: '${shown}'
  priority: WARNING
`,
        )
      const run = start(
        ['detect', '--live', '--sensor', kind, '-r', file, '-f', 'jsonl'],
        kind === 'ebpf' ? { HAETAE_SENSOR: ownSensor(sensor, folder) } : {},
      )
      const seen = async (rule: string) => {
        await run.until(() => {
          spawnSync('sleep', ['0.2', '7.5e-3'], { env: { ...process.env, HAETAE_TRIAL: 'of-the-child' } })
          return alertsOf(run, rule).length > 0
        })
        return alertsOf(run, rule)[0]?.output
      }
      write('Before', '', '%proc.name %evt.args')
      expect(await seen('Before')).not.toContain('of-the-child')
      write('Asked', 'and proc.env contains HAETAE_TRIAL', '%proc.env[HAETAE_TRIAL]')
      expect(await seen('Asked')).toContain('of-the-child')
      write('After', '', '%proc.name %evt.args')
      await seen('After')
      // The first ones may have been on their way when the sensor was told.
      await run.until(() => {
        spawnSync('sleep', ['0.2', '7.5e-3'], { env: { ...process.env, HAETAE_TRIAL: 'of-the-child' } })
        return alertsOf(run, 'After').at(-1)?.output.includes('of-the-child') === false
      })
      // 3 where the connector found a process gone.
      expect([0, 3]).toContain(await run.stop())
    },
  )

  test('a process that runs already has its environment variables where loaded rules begin to ask for them', async () => {
    const file = join(folder, 'running.yaml')
    const marked = join(folder, 'opened-by-running')
    const write = (condition: string) =>
      writeFileSync(
        file,
        `
- rule: Opened
  desc: a file
  condition: evt.type in (open, openat) and fd.name = ${marked} ${condition}
  output: '%proc.name'
  priority: WARNING
`,
      )
    write('and proc.name = none-such')
    const running = spawn('python3', ['-uc', OPENS_WHEN_TOLD, marked], {
      env: { ...process.env, HAETAE_TRIAL: 'of-old' },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    try {
      await once(running.stdout, 'data')
      const ofRunning = ownSensor(sensor, folder, running.pid)
      const run = start(['detect', '--live', '--sensor', ofRunning, '-r', file, '-f', 'jsonl'])
      await run.until(() => run.stderr().includes('1 rule'))
      write('and proc.env contains "HAETAE_TRIAL=of-old"')
      await run.until(() => {
        running.stdin.write('\n')
        return alertsOf(run, 'Opened').length > 0
      })
      await run.stopsWith(0)
    } finally {
      running.kill()
    }
  })
})

const OPENS_WHEN_TOLD = `
import sys
print('ready')
for line in sys.stdin:
    open(sys.argv[1], 'w').close()
`
