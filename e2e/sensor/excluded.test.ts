import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { sensorBinary } from '../setup/sensor.ts'

const { path: sensor, otherwise } = sensorBinary()
const LAST_PID = '/proc/sys/kernel/ns_last_pid'
const CALLS = 10

/** Makes calls in a process whose number is that of one that has ended, as often as it takes: others make processes, too. */
const REUSES = `
import os, sys
number = int(sys.argv[1])
while True:
    with open('${LAST_PID}', 'w') as last: last.write(str(number - 1))
    child = os.fork()
    if child == 0:
        if os.getpid() == number:
            for _ in range(${CALLS}): os.kill(number, 0)
        os._exit(0)
    os.waitpid(child, 0)
    if child == number: break
`

describe('a process that the sensor passes over', needs(sensor, otherwise), () => {
  test(
    'leaves its number behind: the next one that has it is looked at',
    needs(isWritable(LAST_PID), 'the kernel lets nobody choose the number of a process'),
    async () => {
      const passedOver = spawn('sleep', ['1000'], { stdio: 'ignore' })
      const ended = once(passedOver, 'exit')
      await once(passedOver, 'spawn')
      const number = String(passedOver.pid)
      const watch = spawn(sensor ?? '', ['--calls', 'kill', '--no-scan', '--exclude', number], {
        stdio: ['pipe', 'pipe', 'pipe'],
      })
      let said = ''
      const blocks: Buffer[] = []
      watch.stdout.on('data', (chunk: Buffer) => blocks.push(chunk))
      watch.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      while (!said.includes('"ready"')) await once(watch.stderr, 'data')
      passedOver.kill('SIGKILL')
      await ended
      // The kernel frees what was waited for in its own time: once it has told of itself again, that is over.
      const counts = () => said.split('"stats"').length
      for (const before = counts(); counts() < before + 2; ) await once(watch.stderr, 'data')
      expect(spawnSync('python3', ['-c', REUSES, number], { encoding: 'utf8' }).stderr).toBe('')
      watch.stdin.end()
      await once(watch, 'close')
      expect(eventsOf(Buffer.concat(blocks), Number(number))).toBe(CALLS)
    },
  )
})

const EVENT = 0x216
/** End of `kill` (libs’ event table). */
const KILL_EXIT = 129

/** Ends of `kill` in one thread, of blocks of the .scap format. */
function eventsOf(bytes: Buffer, tid: number): number {
  let count = 0
  for (let at = 0; at + 8 <= bytes.length; at += bytes.readUInt32LE(at + 4))
    if (bytes.readUInt32LE(at) === EVENT && bytes.readBigUInt64LE(at + 18) === BigInt(tid)) {
      if (bytes.readUInt16LE(at + 30) === KILL_EXIT) count++
    }
  return count
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
