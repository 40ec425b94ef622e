import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { podman, startContainer } from '../setup/container.ts'
import { needs } from '../setup/needs.ts'
import { endLeftovers, jsonLines, type Running, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'

const { path: sensor, otherwise } = sensorBinary()
const { runs } = podman()
/** Of either version of control groups. */
const PIDS = ['/sys/fs/cgroup/pids', '/sys/fs/cgroup'].find((folder) =>
  existsSync(join(folder, 'cgroup.procs')),
)

const RULES = `
- rule: Marked
  desc: a file of a name
  condition: evt.type in (open, openat) and fd.name endswith haetae-marked
  output: opened by %proc.name in %container.name
  priority: WARNING
`

interface Alert {
  readonly rule: string
  readonly output_fields: Readonly<Record<string, unknown>>
}

describe('detection goes on', needs(sensor, otherwise), () => {
  let folder = ''
  let rules = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-faults-'))
    rules = join(folder, 'rules.yaml')
    writeFileSync(rules, RULES)
  })
  afterEach(endLeftovers)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const detect = (options: readonly string[]) =>
    start(['detect', '--live', '--sensor', sensor ?? '', '-r', rules, '-f', 'jsonl', '--stats', ...options])
  const alertsOf = (run: Running) => jsonLines<Alert>(run.stdout()).filter(({ rule }) => rule === 'Marked')
  const seenOnMachine = (run: Running, least: number) => () => {
    spawnSync('cat', ['/tmp/haetae-marked'], { stdio: 'ignore' })
    return alertsOf(run).length >= least
  }

  test.skipIf(!runs)('while a runtime lets everybody wait: the alert has what is known', async () => {
    const silent = join(folder, 'silent.sock')
    const server = createServer(() => undefined)
    const listening = once(server, 'listening')
    server.listen(silent)
    await listening
    const container = startContainer(`haetae-silent-${process.pid}`, { namespace: 'shop', name: 'web-0' })
    try {
      const run = detect(['--container-runtime', silent])
      const ofContainer = () =>
        alertsOf(run).find(({ output_fields }) => output_fields['container.id'] === container.id.slice(0, 12))
      await run.until(() => {
        container.exec('/bin/cat', '/tmp/haetae-marked')
        return ofContainer() !== undefined
      })
      expect(ofContainer()?.output_fields['container.name']).toBeNull()
      expect(await run.stop()).toBe(0)
    } finally {
      container.remove()
      server.close()
    }
  })

  test.skipIf(PIDS === undefined)(
    'through a fork bomb, which is kept in a control group of its own',
    async () => {
      const group = join(PIDS ?? '', `haetae-bomb-${process.pid}`)
      mkdirSync(group)
      writeFileSync(join(group, 'pids.max'), '60')
      const run = detect([])
      await run.until(seenOnMachine(run, 1))
      // `sh` enters the group before it becomes the bomb; the group's end is the bomb's.
      const bomb = spawn('sh', ['-c', `echo $$ > ${group}/cgroup.procs; b() { b | b & }; b; sleep 1`], {
        stdio: 'ignore',
      })
      const ended = once(bomb, 'close')
      await new Promise((done) => setTimeout(done, 1500))
      for (let round = 0; round < 200 && membersOf(group).length > 0; round++) {
        for (const pid of membersOf(group)) endProcess(pid)
        await new Promise((done) => setTimeout(done, 20))
      }
      await ended
      expect(membersOf(group)).toEqual([])
      rmdirSync(group)
      await run.until(seenOnMachine(run, alertsOf(run).length + 1))
      // What was lost, if anything, has been told.
      const status = await run.stop()
      const lost = jsonLines<Alert>(run.stdout()).some(({ rule }) => rule === 'Haetae internal: events lost')
      expect(status).toBe(lost ? 3 : 0)
    },
  )
})

function membersOf(group: string): number[] {
  return readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
}

/** It may have ended. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}
