import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { podman, startContainer } from '../setup/container.ts'
import { removeGroup } from '../setup/control-group.ts'
import { needs } from '../setup/needs.ts'
import { ruleFolder } from '../setup/rule-folder.ts'
import { endLeftovers, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { until } from '../setup/work.ts'
import { alertsOf, expectLossesTold, MARKED_RULE, readMarked } from './alerts.ts'

const { path: sensor, otherwise } = sensorBinary()
const containers = podman()
const GROUP = limitedGroup()
const MOST_PROCESSES = 60

describe('detection goes on', needs(sensor, otherwise), () => {
  const folder = ruleFolder(MARKED_RULE)
  afterEach(endLeftovers)

  const detect = (options: readonly string[]) => {
    const sensorAndRules = ['--sensor', sensor ?? '', '-r', folder.rules]
    return start(['detect', '--live', ...sensorAndRules, '-f', 'jsonl', '--stats', ...options])
  }

  const silence = 'while a runtime lets everybody wait: the alert has what is known'
  test(silence, needs(containers.runs, containers.otherwise), async () => {
    const silent = join(folder.path, 'silent.sock')
    const server = createServer((socket) => void socket.on('error', () => undefined))
    const listening = once(server, 'listening')
    server.listen(silent)
    await listening
    const container = startContainer(`haetae-silent-${process.pid}`, { namespace: 'shop', name: 'web-0' })
    try {
      const run = detect(['--container-runtime', silent])
      const ofContainer = () =>
        alertsOf(run, 'Marked').find(
          ({ output_fields }) => output_fields['container.id'] === container.id.slice(0, 12),
        )
      await run.until(() => {
        container.exec('/bin/cat', '/tmp/haetae-marked')
        return ofContainer() !== undefined
      })
      expect(ofContainer()?.output_fields['container.name']).toBeNull()
      await run.stopsWith(0)
    } finally {
      await container.remove()
      server.close()
    }
  })

  const bomb = 'through a fork bomb, which is kept in a control group of its own'
  test(bomb, needs(GROUP, 'no control group here can limit the number of processes'), async () => {
    const group = GROUP ?? ''
    mkdirSync(group)
    writeFileSync(join(group, 'pids.max'), String(MOST_PROCESSES))
    const run = detect([])
    await run.until(readMarked(run, 1))
    try {
      // `sh` enters the group before it becomes the bomb; the group's end is the bomb's.
      spawn('sh', ['-c', `echo $$ > ${group}/cgroup.procs; b() { b | b & }; b; sleep 1`], { stdio: 'ignore' })
      await until(
        async () => refusedIn(group) > 0 || undefined,
        () => `the bomb: ${membersOf(group).length} processes`,
      )
    } finally {
      await endGroup(group)
    }
    await run.until(readMarked(run, alertsOf(run, 'Marked').length + 1))
    const status = await run.stop()
    expectLossesTold(status, alertsOf(run), run.stderr())
  })
})

/** Where a control group can be made whose processes are limited in number; of either version of control groups. */
function limitedGroup(): string | undefined {
  for (const folder of ['/sys/fs/cgroup/pids', '/sys/fs/cgroup']) {
    const group = join(folder, `haetae-bomb-${process.pid}`)
    if (!existsSync(join(folder, 'cgroup.procs'))) continue
    try {
      mkdirSync(group)
    } catch {
      // The file system of control groups is not ours to write.
      continue
    }
    const isLimited = existsSync(join(group, 'pids.max'))
    rmdirSync(group)
    if (isLimited) return group
  }
  return undefined
}

/** How many processes the group's limit has kept from being made. */
function refusedIn(group: string): number {
  return Number(/max (\d+)/.exec(readFileSync(join(group, 'pids.events'), 'utf8'))?.[1])
}

async function endGroup(group: string): Promise<void> {
  // None is made any more, so that all can be ended.
  writeFileSync(join(group, 'pids.max'), '0')
  await until(
    async () => {
      for (const pid of membersOf(group)) endProcess(pid)
      return membersOf(group).length === 0 || undefined
    },
    () => `the end of the processes ${membersOf(group)}`,
  )
  await removeGroup(group)
}

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
