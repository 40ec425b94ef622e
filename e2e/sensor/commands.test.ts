import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { sensorBinary } from '../setup/sensor.ts'

const { path: sensor, otherwise } = sensorBinary()

const STORM = 'import os\nwhile True: os.kill(os.getpid(), 0)'

const CALLS = 200_000

/** Waits for a line, makes its calls, and ends. */
const COUNTED = `
import os, sys
print('ready', flush=True)
sys.stdin.readline()
for _ in range(${CALLS}): os.kill(os.getpid(), 0)
os._exit(0)
`

const children: ChildProcess[] = []

/** What the sensor is told while what comes is read. */
describe('commands to a sensor that is read', needs(sensor, otherwise), () => {
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  test('what is wanted before and after is told in between', async () => {
    const counted = spawn('python3', ['-c', COUNTED], { stdio: ['pipe', 'pipe', 'inherit'] })
    const hasEnded = once(counted, 'close')
    await once(counted.stdout, 'data')
    const args = ['--calls', 'kill', '--no-scan', '--pid', String(counted.pid)]
    const watch = spawn(sensor ?? '', args, { stdio: ['pipe', 'pipe', 'pipe'] })
    children.push(counted, watch)
    let said = ''
    watch.stdout.resume()
    watch.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    while (!said.includes('"ready"')) await once(watch.stderr, 'data')
    counted.stdin.end('go\n')
    for (let turn = 0; counted.exitCode === null; turn++) {
      watch.stdin.write(turn % 2 === 0 ? 'calls kill,chroot\n' : 'calls chroot,kill\n')
      await sleep(1)
    }
    await hasEnded
    const ended = once(watch, 'close')
    watch.stdin.end()
    await ended
    const { stats } = JSON.parse(said.trim().split('\n').at(-1) ?? '') as {
      stats: { events: number; drops: Record<string, number> }
    }
    // On a busy machine some may be lost for want of room, which is counted.
    expect(stats.events + (stats.drops['bufferFull'] ?? 0)).toBe(CALLS)
  })
})

/** What the sensor is told while more comes than is read. */
describe('commands to a sensor in a storm of events', needs(sensor, otherwise), () => {
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  const begin = async () => {
    const storm = spawn('python3', ['-c', STORM], { stdio: 'ignore' })
    const watch = spawn(sensor ?? '', ['--calls', 'kill', '--no-scan', '--pid', String(storm.pid)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    children.push(storm, watch)
    let said = ''
    watch.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    // So slowly that there is always more: the kernel's buffer is full.
    const output = watch.stdout
    const readSome = async () => {
      output.read(4096)
      await sleep(10)
    }
    while (!/"bufferFull":[1-9]/.test(said)) await readSome()
    return { watch, output, readSome, said: () => said }
  }

  test('what is not wanted any more comes to an end', async () => {
    const { watch, readSome, said } = await begin()
    watch.stdin.write('calls nothing-of-this-name\n')
    while (!said().includes('"unknown":"nothing-of-this-name"')) await readSome()
    // The storm goes on, and nothing is told of it.
    const counts = () => [...said().matchAll(/"events":(\d+)/g)].map(([, events]) => events)
    for (let before = 0; counts().at(-1) !== counts().at(-2) || counts().length === before; ) {
      before = counts().length
      await readSome()
    }
    expect(said()).not.toContain('"error"')
  })

  test('the end of its input ends it', async () => {
    const { watch, output } = await begin()
    const ended = once(watch, 'close')
    watch.stdin.end()
    output.resume()
    expect(await ended).toEqual([0, null])
  })
})
