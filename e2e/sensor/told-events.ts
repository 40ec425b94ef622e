import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { sensorBinary } from '../setup/sensor.ts'

/**
 * How many events the sensor tells of a program in Python, which says something once it runs, and begins with what it is
 * about when a line comes.
 *
 * @param args - of the program
 * @param options - of the sensor
 */
export async function toldEvents(
  program: string,
  args: readonly string[],
  options: readonly string[],
): Promise<number> {
  const running = spawn('python3', ['-c', program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const programEnded = once(running, 'close')
  await once(running.stdout, 'data')
  const { path } = sensorBinary()
  const watch = spawn(path ?? '', [...options, '--no-scan', '--pid', String(running.pid)], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const watchEnded = once(watch, 'close')
  let said = ''
  await new Promise<void>((done, fail) => {
    watch.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('"ready"')) done()
    })
    watch.on('close', () => fail(new Error(`the sensor ended: ${said}`)))
  })
  running.stdin.end('go\n')
  const [status] = await programEnded
  if (status !== 0) throw new Error(`the program ended with ${status}`)
  watch.stdin.end()
  await watchEnded
  const counts = said.trim().split('\n').at(-1) ?? ''
  return (JSON.parse(counts) as { stats: { events: number } }).stats.events
}
