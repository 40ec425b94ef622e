import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { podman, type RunningContainer, servePodman, startContainer } from '../setup/container.ts'
import { needs } from '../setup/needs.ts'
import { ruleFolder } from '../setup/rule-folder.ts'
import { endLeftovers, jsonLines, type Running, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { alertsOf } from './alerts.ts'

const { path: sensor, otherwise } = sensorBinary()
const { runs, otherwise: withoutContainers } = podman()
const SENSOR = ['--sensor', sensor ?? '']
const POD = { namespace: 'shop', name: 'web-0' }

const RULES = `
- rule: Shadow
  desc: reads the passwords
  condition: evt.type in (open, openat) and fd.name = /etc/shadow
  output: read by %proc.name in %container.name of %k8s.ns.name/%k8s.pod.name
  priority: WARNING
`

/** One container or pod of several that run, chosen where the kernel tells of events. */
describe('a container or a pod', needs(sensor && runs, otherwise || withoutContainers), () => {
  const folder = ruleFolder(RULES)
  let chosen: RunningContainer
  let other: RunningContainer
  let endService: () => Promise<void> = async () => undefined

  beforeAll(async () => {
    endService = await servePodman()
    chosen = startContainer(`haetae-chosen-${process.pid}`, POD)
    other = startContainer(`haetae-other-${process.pid}`, { namespace: 'shop', name: 'db-0' })
  })
  afterEach(endLeftovers)
  afterAll(async () => {
    await chosen?.remove()
    await other?.remove()
    await endService()
  })

  /** The same is done on the machine, in the other container and then in the chosen one, until this last one is seen. */
  async function everywhere(command: readonly string[], isSeen: () => boolean, run: Running): Promise<void> {
    await run.until(() => {
      const [program = '', ...args] = command
      spawnSync(program, args, { stdio: 'ignore' })
      other.exec(`/bin/${program}`, ...args)
      chosen.exec(`/bin/${program}`, ...args)
      return isSeen()
    })
  }

  test.each([
    ['--container', () => chosen.id.slice(0, 12)],
    ['--container', () => chosen.name],
    ['--pod', () => 'shop/web-0'],
  ])('haetae detect --live %s sees that one alone', async (option, value) => {
    const run = start(['detect', '--live', ...SENSOR, option, value(), '-r', folder.rules, '-f', 'jsonl'])
    await everywhere(['cat', '/etc/shadow'], () => run.stdout().includes('\n'), run)
    await run.stopsWith(0)
    const alerts = alertsOf(run)
    expect(new Set(alerts.map(({ output_fields }) => output_fields['container.id']))).toEqual(
      new Set([chosen.id.slice(0, 12)]),
    )
    expect(alerts.at(-1)?.output_fields).toMatchObject({
      'container.name': chosen.name,
      'k8s.ns.name': 'shop',
      'k8s.pod.name': 'web-0',
    })
  })

  test('haetae capture --pod writes the events of that one alone', async () => {
    const file = join(folder.path, 'pod.jsonl')
    const run = start(['capture', ...SENSOR, '--pod', 'shop/web-0', '-o', file])
    await run.until(() => run.stderr().includes('recording'))
    const events = () =>
      jsonLines<{ type: string; fields: Record<string, string> }>(readFileSync(file, 'utf8'))
    const isRead = () => events().some(({ fields }) => fields['fd.name'] === '/etc/shadow')
    await everywhere(['cat', '/etc/shadow'], isRead, run)
    await run.stopsWith(0)
    // The runtime's own process began outside: nothing is known of it until it becomes the container's program, nor of its
    // threads, which end as it does.
    const strangers = events().filter(({ fields }) => fields['container.id'] !== chosen.id.slice(0, 12))
    expect(strangers.filter(({ fields }) => (fields['proc.name'] ?? '<NA>') !== '<NA>')).toEqual([])
    expect(isRead()).toBe(true)
  })

  test.each([
    ['--container', () => chosen.id],
    ['--pod', () => 'shop/web-0'],
  ])('haetae trace %s shows its calls alone', async (option, value) => {
    const run = start(['trace', ...SENSOR, option, value(), '--format', 'jsonl'])
    const opened = (path: string) => run.stdout().includes(path)
    await run.until(() => {
      spawnSync('cat', ['/etc/on-the-machine'])
      other.exec('/bin/cat', '/etc/in-the-other')
      chosen.exec('/bin/cat', '/etc/in-the-chosen')
      return opened('/etc/in-the-chosen')
    })
    await run.stopsWith(0)
    expect(opened('/etc/on-the-machine')).toBe(false)
    expect(opened('/etc/in-the-other')).toBe(false)
  })

  test('a container of the pod that is started anew is seen as well', async () => {
    const run = start([
      'detect',
      '--live',
      ...SENSOR,
      '--pod',
      'shop/web-0',
      '-r',
      folder.rules,
      '-f',
      'jsonl',
    ])
    await run.until(() => run.stderr().includes('for syscall'))
    const again = startContainer(`haetae-again-${process.pid}`, POD)
    try {
      await run.until(() => {
        again.exec('/bin/cat', '/etc/shadow')
        return run.stdout().includes(again.id.slice(0, 12))
      })
      await run.stopsWith(0)
    } finally {
      await again.remove()
    }
  })
})
