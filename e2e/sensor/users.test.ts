import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { podman, startContainer } from '../setup/container.ts'
import { needs } from '../setup/needs.ts'
import { endLeftovers, jsonLines, type Running, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'

const { path: sensor, otherwise } = sensorBinary()
const { runs, otherwise: withoutContainers } = podman()

const RULES = `
- rule: Shadow
  desc: reads the passwords
  condition: evt.type in (open, openat) and fd.name = /etc/shadow and evt.failed = false
  output: '%user.name %user.homedir %group.name'
  priority: WARNING
`

interface Alert {
  readonly output_fields: Readonly<Record<string, unknown>>
}

describe('names of users', needs(sensor, otherwise), () => {
  let folder = ''
  let rules = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-users-'))
    rules = join(folder, 'rules.yaml')
    writeFileSync(rules, RULES)
  })
  afterEach(endLeftovers)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const detect = (within: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) =>
    start(['detect', '--live', '--sensor', sensor ?? '', '-r', rules, '-f', 'jsonl'], environment, within)
  const seenIn = (run: Running, container: string) =>
    jsonLines<Alert>(run.stdout())
      .map(({ output_fields }) => output_fields)
      .filter((fields) => fields['container.id'] === container)

  /** Where the sensor's own files have others, as in a container. */
  const ELSEWHERE = [...['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/passwd; exec "$@"']]
  async function ownerOfHost(run: Running) {
    await run.until(() => {
      spawnSync('cat', ['/etc/shadow'])
      return seenIn(run, 'host').length > 0
    })
    await run.stop()
    return seenIn(run, 'host')[0]
  }
  const others = () => {
    const path = join(folder, 'others')
    writeFileSync(path, 'nobody-here:x:4711:4711::/:/bin/sh\n')
    return path
  }

  test.skipIf(!existsSync('/proc/1/root/etc/passwd'))(
    "are those of the machine's first process, where that may be looked at",
    async () => {
      expect(await ownerOfHost(detect([...ELSEWHERE, others()]))).toMatchObject({
        'user.name': 'root',
        'user.homedir': '/root',
        'group.name': 'root',
      })
    },
  )

  test('are those below HOST_ROOT, where the files of the machine are mounted', async () => {
    mkdirSync(join(folder, 'host/etc'), { recursive: true })
    writeFileSync(join(folder, 'host/etc/passwd'), 'skipper:x:0:0::/harbour:/bin/sh\n')
    const run = detect([...ELSEWHERE, others()], { HOST_ROOT: join(folder, 'host') })
    expect(await ownerOfHost(run)).toMatchObject({
      'user.name': 'skipper',
      'user.homedir': '/harbour',
      'group.name': 'root',
    })
  })

  test('are read again when they change', async () => {
    const passwd = join(folder, 'host/etc/passwd')
    mkdirSync(join(folder, 'host/etc'), { recursive: true })
    writeFileSync(passwd, 'before:x:0:0::/:/bin/sh\n')
    const run = detect([], { HOST_ROOT: join(folder, 'host') })
    const names = () => seenIn(run, 'host').map((fields) => fields['user.name'])
    const seen = (name: string) =>
      run.until(() => {
        spawnSync('cat', ['/etc/shadow'])
        return names().includes(name)
      })
    await seen('before')
    writeFileSync(passwd, 'after:x:0:0::/:/bin/sh\n')
    await seen('after')
    await run.stop()
  })

  test.skipIf(!runs)(
    `of a container are its own${withoutContainers === '' ? '' : `: ${withoutContainers}`}`,
    async () => {
      const container = startContainer(`haetae-users-${process.pid}`, { namespace: 'shop', name: 'users-0' })
      try {
        container.exec('/bin/sh', '-c', 'echo captain:x:0:0::/bridge:/bin/sh > /etc/passwd')
        container.exec('/bin/sh', '-c', 'echo crew:x:0: > /etc/group')
        const run = detect()
        const id = container.id.slice(0, 12)
        const names = () => seenIn(run, id).map((fields) => fields['user.name'])
        await run.until(() => {
          container.exec('/bin/cat', '/etc/shadow')
          return names().includes('captain')
        })
        await run.stop()
        expect(seenIn(run, id).find((fields) => fields['user.name'] === 'captain')).toMatchObject({
          'user.homedir': '/bridge',
          'group.name': 'crew',
        })
      } finally {
        await container.remove()
      }
    },
  )
})
