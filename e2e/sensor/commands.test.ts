import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { sensorBinary } from '../setup/sensor.ts'

const { path: sensor, otherwise } = sensorBinary()

const STORM = 'import os\nwhile True: os.kill(os.getpid(), 0)'

const children: ChildProcess[] = []

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
