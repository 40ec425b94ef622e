import { spawnSync } from 'node:child_process'
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
  return start(['detect', '--live', '--sensor', sensor ?? '', '-r', file, '-f', 'jsonl'])
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
    expect(await run.stop()).toBe(0)
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
    expect(await asked.stop()).toBe(0)
    expect(alertsOf(asked, 'Tunables')[0]?.output).toContain('glibc.malloc.check=1')

    const unasked = detect('without', rule('Program', '', '%proc.name %evt.args'))
    await unasked.until(() => {
      sleep()
      return alertsOf(unasked, 'Program').length > 0
    })
    expect(await unasked.stop()).toBe(0)
    expect(alertsOf(unasked, 'Program')[0]?.output).not.toContain('glibc.malloc')
  })
})
