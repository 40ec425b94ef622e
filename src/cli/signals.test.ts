import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EXIT } from './exit.ts'

/** A program that runs until it is told to stop, and needs a while for what it has to write then. */
const PROGRAM = `
import { stopOnSignals } from ${JSON.stringify(join(import.meta.dirname, 'signals.ts'))}

const scenario = process.argv[1]
const keepsRunning = setInterval(() => undefined, 1000)
const signal = () => process.kill(process.pid, 'SIGINT')
const release = stopOnSignals({
  stop() {
    process.stdout.write('stopping\\n')
    if (scenario === 'patient') return
    if (scenario === 'busy') {
      signal()
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
    }
    if (scenario === 'released') {
      release()
      setTimeout(signal, 0)
    }
    setTimeout(() => {
      process.stdout.write('all that was seen\\n')
      clearInterval(keepsRunning)
    }, 100)
  },
})
if (scenario === 'patient') process.stdout.write('ready\\n')
else signal()
if (scenario === 'twice') signal()
`

function start(scenario: string) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM, scenario], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  let told = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text
  })
  return { child, ended, told: () => told }
}

describe('a program that stops on signals', () => {
  test.each([
    ['the signal comes twice within a moment', 'twice'],
    ['it comes again while the program is busy with the first', 'busy'],
    ['it comes again when signals have been released', 'released'],
  ])('writes what it has where %s', async (_, scenario) => {
    const { ended, told } = start(scenario)
    expect(await ended).toEqual([EXIT.done, null])
    expect(told()).toBe('stopping\nall that was seen\n')
  })

  test('ends at once where somebody asks again later', async () => {
    const { child, ended, told } = start('patient')
    // Nobody knows when the moment is over; what is asked during it does nothing.
    const asking = setInterval(() => {
      if (told().includes('ready')) child.kill('SIGINT')
    }, 50)
    try {
      expect(await ended).toEqual([EXIT.incomplete, null])
    } finally {
      clearInterval(asking)
    }
    expect(told()).toBe('ready\nstopping\n')
  })
})
